import { differ, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const KMS = 'https://docs.aws.amazon.com/kms/latest/APIReference/';

const KEY = [
  'kms: creates a key',
  'kms: describes a key',
  'kms: describes a disabled key',
  'kms: describes a key whose deletion is planned',
];

/** KMS. */
export const keyDivergences: readonly Divergence[] = [
  motoLacks(KEY, ['KeyMetadata.KeyUsage', 'KeyMetadata.MultiRegion'], {
    page: `${KMS}API_KeyMetadata.html`,
    because: 'a key says what it is for, and whether it is one of several Regions',
  }),
  motoLacks(['kms: reads a key policy'], ['PolicyName'], {
    page: `${KMS}API_GetKeyPolicy.html`,
    because: 'the answer has the name of the policy',
  }),
  differ(['kms: replaces a key policy'], ['outcome'], {
    local: 'answered',
    moto: 'refused NotFoundException',
    right: 'local-aws',
    page: `${KMS}API_PutKeyPolicy.html`,
    because: 'without a name the policy is that named default',
  }),
  motoLacks(['kms: encrypts and decrypts'], ['EncryptionAlgorithm'], {
    page: `${KMS}API_Decrypt.html`,
    because: 'the answer has the algorithm',
  }),
  motoTakes(['kms: refuses to encrypt under a disabled key'], 'DisabledException', {
    page: `${KMS}API_Encrypt.html`,
    because: 'a disabled key does nothing; moto encrypts under it',
  }),
  differ(['kms: a grant that is asked for twice by name is one'], ['GrantId'], {
    local: '"<grant>"',
    moto: 'something',
    right: 'local-aws',
    page: `${KMS}API_CreateGrant.html`,
    because: 'a request of the same parameters and name gives the grant that there is; moto makes another',
  }),
  motoLacks(['kms: lists grants'], ['Grants[].CreationDate', 'Grants[].IssuingAccount'], {
    page: `${KMS}API_GrantListEntry.html`,
    because: 'a grant has both',
  }),
  differ(['kms: lists grants', 'kms: gives the public key', 'kms: plans the deletion of a key'], ['*KeyId'], {
    local: 'something',
    moto: 'something',
    right: 'local-aws',
    page: `${KMS}API_ScheduleKeyDeletion.html`,
    because: 'the answers name the key by its ARN; moto by its id alone',
  }),
  motoTakes(['kms: refuses to retire a grant that is not there'], 'NotFoundException', {
    page: `${KMS}API_RetireGrant.html`,
    because: 'the grant must be there',
  }),
  motoTakes(['kms: refuses the signature of another digest'], 'KMSInvalidSignatureException', {
    page: `${KMS}API_Verify.html`,
    because: 'a signature that does not hold is refused; moto answers that it is not valid',
  }),
  differ(['kms: refuses to sign with a key that encrypts'], ['refused.code'], {
    local: '"InvalidKeyUsageException"',
    moto: '"ValidationException"',
    right: 'local-aws',
    page: `${KMS}API_Sign.html`,
    because: 'a key for another use has an error of its own',
  }),
  motoTakes(['kms: refuses to encrypt with a key that signs'], 'InvalidKeyUsageException', {
    page: `${KMS}API_Encrypt.html`,
    because: 'a key that signs does not encrypt',
  }),
  motoLacks(['kms: gives the public key'], ['KeySpec'], {
    page: `${KMS}API_GetPublicKey.html`,
    because: 'KeySpec took the place of CustomerMasterKeySpec',
  }),
  motoLacks(['kms: plans the deletion of a key'], ['KeyState', 'PendingWindowInDays'], {
    page: `${KMS}API_ScheduleKeyDeletion.html`,
    because: 'the answer has the state and the days',
  }),
  motoTakes(['kms: refuses to sign with a key whose deletion is planned'], 'KMSInvalidStateException', {
    page: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html',
    because: 'a key whose deletion is planned does nothing; moto signs with it',
  }),
];
