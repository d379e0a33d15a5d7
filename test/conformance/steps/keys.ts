import {
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  GetPublicKeyCommand,
  ListGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { createHash } from 'node:crypto';
import { FURNITURE, keyPolicyOf } from '../furniture.ts';
import { step, type At, type Step } from '../step.ts';

const ABSENT = '00000000-0000-4000-8000-000000000000';

const keyOf = (at: At): string => at.known.of('key');

const PLAINTEXT = new TextEncoder().encode('evidence');
const DIGEST = createHash('sha256').update(PLAINTEXT).digest();
const OTHER_DIGEST = createHash('sha256').update('another').digest();

const policyOf = (at: At): string => JSON.stringify(keyPolicyOf(at.known.of('member')));

const keys: readonly Step[] = [
  step(
    'kms: creates a key',
    (at) =>
      at.member.kms.send(
        new CreateKeyCommand({
          Description: 'transit',
          Policy: policyOf(at),
          Tags: [{ TagKey: 'team', TagValue: 'response' }],
        }),
      ),
    { keep: ({ KeyMetadata }) => ({ key: KeyMetadata?.KeyId }) },
  ),
  step('kms: describes a key', (at) => at.member.kms.send(new DescribeKeyCommand({ KeyId: keyOf(at) }))),
  step('kms: refuses to describe a key that is not there', (at) =>
    at.member.kms.send(new DescribeKeyCommand({ KeyId: ABSENT })),
  ),
  step('kms: refuses to describe an alias that is not there', (at) =>
    at.member.kms.send(new DescribeKeyCommand({ KeyId: 'alias/absent' })),
  ),
  step('kms: reads a key policy', (at) =>
    at.member.kms.send(new GetKeyPolicyCommand({ KeyId: keyOf(at), PolicyName: 'default' })),
  ),
  step('kms: replaces a key policy', (at) =>
    at.member.kms.send(new PutKeyPolicyCommand({ KeyId: keyOf(at), Policy: policyOf(at) })),
  ),
  step('kms: encrypts and decrypts', async (at) => {
    const EncryptionContext = { incident: 'inc-1' };
    const { CiphertextBlob } = await at.member.kms.send(
      new EncryptCommand({ KeyId: keyOf(at), Plaintext: PLAINTEXT, EncryptionContext }),
    );
    const { Plaintext, ...rest } = await at.member.kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext }),
    );
    return { ...rest, text: new TextDecoder().decode(Plaintext) };
  }),
  step('kms: refuses to decrypt with another context', async (at) => {
    const { CiphertextBlob } = await at.member.kms.send(
      new EncryptCommand({
        KeyId: keyOf(at),
        Plaintext: PLAINTEXT,
        EncryptionContext: { incident: 'inc-1' },
      }),
    );
    return at.member.kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: { incident: 'inc-2' } }),
    );
  }),
  step('kms: makes a data key', async (at) => {
    const { CiphertextBlob, Plaintext, ...rest } = await at.member.kms.send(
      new GenerateDataKeyCommand({ KeyId: keyOf(at), KeySpec: 'AES_256' }),
    );
    return { ...rest, bytes: Plaintext?.length, isEncrypted: (CiphertextBlob?.length ?? 0) > 32 };
  }),
  step('kms: disables a key', (at) => at.member.kms.send(new DisableKeyCommand({ KeyId: keyOf(at) }))),
  step('kms: refuses to encrypt under a disabled key', (at) =>
    at.member.kms.send(new EncryptCommand({ KeyId: keyOf(at), Plaintext: PLAINTEXT })),
  ),
  step('kms: describes a disabled key', (at) =>
    at.member.kms.send(new DescribeKeyCommand({ KeyId: keyOf(at) })),
  ),
  step('kms: enables a key again', (at) => at.member.kms.send(new EnableKeyCommand({ KeyId: keyOf(at) }))),
];

const grants: readonly Step[] = [
  step(
    'kms: grants the use of a key',
    (at) =>
      at.member.kms.send(
        new CreateGrantCommand({
          KeyId: keyOf(at),
          GranteePrincipal: `arn:aws:iam::${at.known.of('member')}:role/${FURNITURE.role}`,
          RetiringPrincipal: `arn:aws:iam::${at.known.of('member')}:role/${FURNITURE.role}`,
          Operations: ['Decrypt', 'DescribeKey'],
          Name: 'inc-1',
        }),
      ),
    { keep: ({ GrantId }) => ({ grant: GrantId }) },
  ),
  step('kms: lists grants', (at) => at.member.kms.send(new ListGrantsCommand({ KeyId: keyOf(at) }))),
  step('kms: a grant that is asked for twice by name is one', async (at) => {
    const { GrantId, $metadata } = await at.member.kms.send(
      new CreateGrantCommand({
        KeyId: keyOf(at),
        GranteePrincipal: `arn:aws:iam::${at.known.of('member')}:role/${FURNITURE.role}`,
        RetiringPrincipal: `arn:aws:iam::${at.known.of('member')}:role/${FURNITURE.role}`,
        Operations: ['Decrypt', 'DescribeKey'],
        Name: 'inc-1',
      }),
    );
    return { GrantId, $metadata };
  }),
  step('kms: revokes a grant', (at) =>
    at.member.kms.send(new RevokeGrantCommand({ KeyId: keyOf(at), GrantId: at.known.of('grant') })),
  ),
  step('kms: refuses to revoke a grant twice', (at) =>
    at.member.kms.send(new RevokeGrantCommand({ KeyId: keyOf(at), GrantId: at.known.of('grant') })),
  ),
  step('kms: refuses to retire a grant that is not there', (at) =>
    at.member.kms.send(new RetireGrantCommand({ KeyId: keyArn(at), GrantId: '0'.repeat(64) })),
  ),
];

const keyArn = (at: At): string => `arn:aws:kms:eu-west-1:${at.known.of('member')}:key/${keyOf(at)}`;

const signatures: readonly Step[] = [
  step('kms: signs a digest, and verifies its signature', async (at) => {
    const on = { KeyId: at.known.of('signing key'), SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature } = await at.member.kms.send(
      new SignCommand({ ...on, Message: DIGEST, MessageType: 'DIGEST' }),
    );
    return at.member.kms.send(
      new VerifyCommand({ ...on, Message: DIGEST, MessageType: 'DIGEST', Signature }),
    );
  }),
  step('kms: refuses the signature of another digest', async (at) => {
    const on = { KeyId: at.known.of('signing key'), SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature } = await at.member.kms.send(
      new SignCommand({ ...on, Message: DIGEST, MessageType: 'DIGEST' }),
    );
    return at.member.kms.send(
      new VerifyCommand({ ...on, Message: OTHER_DIGEST, MessageType: 'DIGEST', Signature }),
    );
  }),
  step('kms: refuses to sign with a key that encrypts', (at) =>
    at.member.kms.send(
      new SignCommand({
        KeyId: keyOf(at),
        SigningAlgorithm: 'ECDSA_SHA_256',
        Message: DIGEST,
        MessageType: 'DIGEST',
      }),
    ),
  ),
  step('kms: refuses to encrypt with a key that signs', (at) =>
    at.member.kms.send(new EncryptCommand({ KeyId: at.known.of('signing key'), Plaintext: PLAINTEXT })),
  ),
  step('kms: gives the public key', (at) =>
    at.member.kms.send(new GetPublicKeyCommand({ KeyId: at.known.of('signing key') })),
  ),
  step('kms: plans the deletion of a key', (at) =>
    at.member.kms.send(
      new ScheduleKeyDeletionCommand({ KeyId: at.known.of('signing key'), PendingWindowInDays: 7 }),
    ),
  ),
  step('kms: describes a key whose deletion is planned', (at) =>
    at.member.kms.send(new DescribeKeyCommand({ KeyId: at.known.of('signing key') })),
  ),
  step('kms: refuses to sign with a key whose deletion is planned', (at) =>
    at.member.kms.send(
      new SignCommand({
        KeyId: at.known.of('signing key'),
        SigningAlgorithm: 'ECDSA_SHA_256',
        Message: DIGEST,
        MessageType: 'DIGEST',
      }),
    ),
  ),
];

/** Keys, grants and signatures. */
export const keySteps: readonly Step[] = [...keys, ...grants, ...signatures];
