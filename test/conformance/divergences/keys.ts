import { at, differ, motoLacks, motoTakes, outcomes, type Divergence } from '../divergence.ts';

const KMS = 'https://docs.aws.amazon.com/kms/latest/APIReference/';

/** KMS. */
export const keyDivergences: readonly Divergence[] = [
  motoLacks(
    [
      at(['kms: creates a key', 'kms: describes a key', 'kms: describes a disabled key'], {
        'KeyMetadata.KeyUsage': 'ENCRYPT_DECRYPT',
      }),
      at(
        [
          'kms: creates a key',
          'kms: describes a key',
          'kms: describes a disabled key',
          'kms: describes a key whose deletion is planned',
        ],
        { 'KeyMetadata.MultiRegion': false },
      ),
    ],
    {
      page: `${KMS}API_KeyMetadata.html`,
      because: 'a key says what it is for, and whether it is one of several Regions',
    },
  ),
  motoLacks([at(['kms: reads a key policy'], { PolicyName: 'default' })], {
    page: `${KMS}API_GetKeyPolicy.html`,
    because: 'the answer has the name of the policy',
  }),
  outcomes(
    ['kms: replaces a key policy'],
    { local: 'answered', moto: 'refused NotFoundException' },
    {
      right: 'local-aws',
      page: `${KMS}API_PutKeyPolicy.html`,
      because: 'without a name the policy is that named default',
    },
  ),
  motoLacks([at(['kms: encrypts and decrypts'], { EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })], {
    page: `${KMS}API_Decrypt.html`,
    because: 'the answer has the algorithm',
  }),
  motoTakes(['kms: refuses to encrypt under a disabled key'], 'DisabledException', {
    page: `${KMS}API_Encrypt.html`,
    because: 'a disabled key does nothing; moto encrypts under it',
  }),
  differ(
    [
      at(['kms: a grant that is asked for twice by name is one'], {
        GrantId: { local: '<grant>', moto: '<random>' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${KMS}API_CreateGrant.html`,
      because: 'a request of the same parameters and name gives the grant that there is; moto makes another',
    },
  ),
  motoLacks(
    [
      at(['kms: lists grants'], {
        'Grants[].CreationDate': '<time>',
        'Grants[].IssuingAccount': 'arn:aws:iam::<member>:root',
      }),
    ],
    { page: `${KMS}API_GrantListEntry.html`, because: 'a grant has both' },
  ),
  differ(
    [
      at(['kms: lists grants'], {
        'Grants[].KeyId': { local: 'arn:aws:kms:eu-west-1:<member>:key/<key>', moto: '<key>' },
      }),
      at(['kms: gives the public key', 'kms: plans the deletion of a key'], {
        KeyId: { local: 'arn:aws:kms:eu-west-1:<member>:key/<signing key>', moto: '<signing key>' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${KMS}API_ScheduleKeyDeletion.html`,
      because: 'the answers name the key by its ARN; moto by its id alone',
    },
  ),
  motoTakes(['kms: refuses to retire a grant that is not there'], 'NotFoundException', {
    page: `${KMS}API_RetireGrant.html`,
    because: 'the grant must be there',
  }),
  motoTakes(['kms: refuses the signature of another digest'], 'KMSInvalidSignatureException', {
    page: `${KMS}API_Verify.html`,
    because: 'a signature that does not hold is refused; moto answers that it is not valid',
  }),
  differ(
    [
      at(['kms: refuses to sign with a key that encrypts'], {
        'refused.code': { local: 'InvalidKeyUsageException', moto: 'ValidationException' },
      }),
    ],
    {
      right: 'local-aws',
      page: `${KMS}API_Sign.html`,
      because: 'a key for another use has an error of its own',
    },
  ),
  motoTakes(['kms: refuses to encrypt with a key that signs'], 'InvalidKeyUsageException', {
    page: `${KMS}API_Encrypt.html`,
    because: 'a key that signs does not encrypt',
  }),
  motoLacks([at(['kms: gives the public key'], { KeySpec: 'ECC_NIST_P256' })], {
    page: `${KMS}API_GetPublicKey.html`,
    because: 'KeySpec took the place of CustomerMasterKeySpec',
  }),
  motoLacks(
    [at(['kms: plans the deletion of a key'], { KeyState: 'PendingDeletion', PendingWindowInDays: 7 })],
    { page: `${KMS}API_ScheduleKeyDeletion.html`, because: 'the answer has the state and the days' },
  ),
  motoTakes(['kms: refuses to sign with a key whose deletion is planned'], 'KMSInvalidStateException', {
    page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html',
    because: 'a key whose deletion is planned does nothing; moto signs with it',
  }),
];
