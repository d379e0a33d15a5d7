import { ACCOUNT } from '../testing.ts';
import type { FurnishedWorld } from './furnished-world.ts';
import type { Sample, Samples } from './sample.ts';

const TOKEN = 'the token';

/** A grant on the data key, so that one can be retired and revoked. */
const grantOn = ({ key }: FurnishedWorld): string => {
  if (key.grants.length === 0) {
    key.grants.push({
      grantId: 'g1',
      granteePrincipalArn: `arn:aws:iam::${ACCOUNT}:role/worker`,
      operations: ['Decrypt'],
      encryptionContextSubset: { case: '7' },
      issuingAccount: ACCOUNT,
      createdAt: 0,
      tokens: [TOKEN],
    });
  }
  return key.grants[0]?.grantId ?? '';
};

const grants = (on: FurnishedWorld): readonly Sample[] => {
  const KeyId = on.key.arn;
  const GrantId = grantOn(on);
  const worker = `arn:aws:iam::${ACCOUNT}:role/worker`;
  return [
    {
      operation: 'CreateGrant',
      late: true,
      input: {
        KeyId,
        GranteePrincipal: worker,
        RetiringPrincipal: worker,
        Operations: ['Decrypt', 'DescribeKey'],
        Constraints: { EncryptionContextSubset: { case: '7' } },
      },
    },
    // Refused when performed, but checked all the same.
    {
      operation: 'CreateGrant',
      what: 'by alias',
      input: { KeyId: 'alias/data', GranteePrincipal: worker, Operations: ['Decrypt'] },
    },
    { operation: 'ListGrants', input: { KeyId } },
    { operation: 'RevokeGrant', input: { KeyId, GrantId } },
    { operation: 'RetireGrant', what: 'by id', input: { KeyId, GrantId } },
    { operation: 'RetireGrant', what: 'by token', input: { GrantToken: TOKEN } },
  ];
};

/** Requests to KMS, by id, ARN and alias. */
export const keySamples: Samples = (on) => {
  const KeyId = on.key.keyId;
  const EncryptionContext = { case: '7', 'aws:s3:arn': 'arn:aws:s3:::vault' };
  const Message = Buffer.from('message');
  const signing = { KeyId: 'alias/signing', SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'RAW' };
  return [
    { operation: 'DescribeKey', what: 'by id', input: { KeyId } },
    { operation: 'DescribeKey', what: 'by alias', input: { KeyId: 'alias/data' } },
    { operation: 'CreateKey', input: { Tags: [{ TagKey: 'case', TagValue: '7' }] } },
    { operation: 'EnableKey', input: { KeyId } },
    { operation: 'DisableKey', input: { KeyId } },
    { operation: 'ScheduleKeyDeletion', input: { KeyId, PendingWindowInDays: 7 } },
    { operation: 'ListAliases', input: {} },
    { operation: 'UpdateAlias', input: { AliasName: 'alias/data', TargetKeyId: KeyId } },
    { operation: 'GetKeyPolicy', input: { KeyId } },
    { operation: 'PutKeyPolicy', input: { KeyId, Policy: '{}', BypassPolicyLockoutSafetyCheck: true } },
    { operation: 'GetPublicKey', input: { KeyId: 'alias/signing' } },
    { operation: 'Sign', input: { ...signing, Message } },
    { operation: 'Verify', input: { ...signing, Message, Signature: Message } },
    { operation: 'Encrypt', input: { KeyId: 'alias/data', Plaintext: Message, EncryptionContext } },
    { operation: 'Decrypt', input: { KeyId, CiphertextBlob: Message, EncryptionContext } },
    { operation: 'GenerateDataKey', input: { KeyId: 'alias/data', KeySpec: 'AES_256', EncryptionContext } },
    { operation: 'GenerateDataKeyWithoutPlaintext', input: { KeyId, KeySpec: 'AES_256', EncryptionContext } },
    ...grants(on),
  ];
};
