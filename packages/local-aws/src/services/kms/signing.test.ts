import { createHash, createPublicKey, verify } from 'node:crypto';
import type { GetPublicKeyCommandOutput, SignCommandOutput, VerifyCommandOutput } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, REGION, START } from '../testing.ts';
import { addKey } from './build.ts';
import { kmsService } from './service.ts';

const MESSAGE = Buffer.from('custody entry 1');
const DIGEST = createHash('sha256').update(MESSAGE).digest();

const setUp = () => {
  const kms = bench(kmsService);
  const making = { ids: kms.ids, now: START };
  const key = addKey(kms.world, { account: ACCOUNT, region: REGION, spec: 'ECC_NIST_P256' }, making);
  const symmetric = addKey(kms.world, { account: ACCOUNT, region: REGION }, making);
  const sign = (Message: Uint8Array, MessageType?: string) =>
    kms.perform<SignCommandOutput>('Sign', {
      KeyId: key.arn,
      Message,
      MessageType,
      SigningAlgorithm: 'ECDSA_SHA_256',
    });
  return { kms, key, symmetric, sign };
};

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
describe('Sign', () => {
  it.each([
    ['a raw message', MESSAGE, 'RAW'],
    ['a raw message by default', MESSAGE, undefined],
    ['a digest', DIGEST, 'DIGEST'],
  ])('signs %s so that Node verifies it with the public key', async (_name, bytes, type) => {
    const { kms, key, sign } = setUp();
    const { Signature } = await sign(bytes, type);
    const { PublicKey } = await kms.perform<GetPublicKeyCommandOutput>('GetPublicKey', { KeyId: key.arn });
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
    expect(publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(verify('sha256', MESSAGE, publicKey, Signature ?? Buffer.alloc(0))).toBe(true);
    expect(verify('sha256', Buffer.from('another'), publicKey, Signature ?? Buffer.alloc(0))).toBe(false);
  });

  it('gives the same signature for the same seed and message', async () => {
    const [one, two] = [await setUp().sign(MESSAGE), await setUp().sign(MESSAGE)];
    expect(one.Signature).toEqual(two.Signature);
  });

  it.each([
    ['a digest of another length', { Message: MESSAGE, MessageType: 'DIGEST' }, 'ValidationException'],
    ['a raw message over 4,096 bytes', { Message: Buffer.alloc(4097) }, 'ValidationException'],
    [
      'an algorithm of another curve',
      { Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_384' },
      'InvalidKeyUsageException',
    ],
  ])('refuses %s', async (_name, more, code) => {
    const { kms, key } = setUp();
    const asked = kms.perform('Sign', { KeyId: key.arn, SigningAlgorithm: 'ECDSA_SHA_256', ...more });
    await expect(asked).rejects.toMatchObject({ code });
  });

  it('refuses a symmetric key', async () => {
    const { kms, symmetric } = setUp();
    const input = { KeyId: symmetric.arn, Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_256' };
    await expect(kms.perform('Sign', input)).rejects.toMatchObject({ code: 'InvalidKeyUsageException' });
    await expect(kms.perform('GetPublicKey', { KeyId: symmetric.arn })).rejects.toMatchObject({
      code: 'UnsupportedOperationException',
    });
  });

  it('tells the authorizer algorithm and message type', () => {
    const { kms, key } = setUp();
    expect(
      kms.checksOf('Sign', {
        KeyId: key.arn,
        Message: DIGEST,
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    ).toMatchObject([
      {
        action: 'kms:Sign',
        resource: key.arn,
        context: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'DIGEST' },
      },
    ]);
  });
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
describe('Verify', () => {
  const input = (KeyId: string, Signature: Uint8Array | undefined, Message: Uint8Array) => ({
    KeyId,
    Signature,
    Message,
    SigningAlgorithm: 'ECDSA_SHA_256',
  });

  it('accepts the signature of the message', async () => {
    const { kms, key, sign } = setUp();
    const { Signature } = await sign(DIGEST, 'DIGEST');
    expect(
      await kms.perform<VerifyCommandOutput>('Verify', input(key.arn, Signature, MESSAGE)),
    ).toMatchObject({ SignatureValid: true });
  });

  it.each([
    [
      'a signature of another message',
      async (w: ReturnType<typeof setUp>) => (await w.sign(Buffer.from('other'))).Signature,
    ],
    ['bytes that are no signature', () => Promise.resolve(Buffer.from('nonsense'))],
  ])('refuses %s', async (_name, signature) => {
    const world = setUp();
    const asked = world.kms.perform('Verify', input(world.key.arn, await signature(world), MESSAGE));
    await expect(asked).rejects.toMatchObject({ code: 'KMSInvalidSignatureException' });
  });
});
