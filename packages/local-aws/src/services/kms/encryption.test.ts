import type {
  DecryptCommandOutput,
  EncryptCommandOutput,
  GenerateDataKeyCommandOutput,
} from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, REGION, START } from '../testing.ts';
import { addKey } from './build.ts';
import { kmsService } from './service.ts';

const CONTEXT = { incident: '42', purpose: 'test' };

const setUp = async () => {
  const kms = bench(kmsService);
  const making = { ids: kms.ids, now: START };
  const key = addKey(kms.world, { account: ACCOUNT, region: REGION }, making);
  const other = addKey(kms.world, { account: ACCOUNT, region: REGION }, making);
  const { CiphertextBlob: blob } = await kms.perform<EncryptCommandOutput>('Encrypt', {
    KeyId: key.arn,
    Plaintext: Buffer.from('secret'),
    EncryptionContext: CONTEXT,
  });
  return { kms, key, other, blob: blob ?? new Uint8Array() };
};

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
describe('Decrypt', () => {
  it('opens what Encrypt sealed, finding the key in the blob and the context in any order', async () => {
    const { kms, key, blob } = await setUp();
    const EncryptionContext = { purpose: 'test', incident: '42' };
    const opened = await kms.perform<DecryptCommandOutput>('Decrypt', {
      CiphertextBlob: blob,
      EncryptionContext,
    });
    expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('secret');
    expect(opened.KeyId).toBe(key.arn);
    expect(Buffer.from(blob).includes('secret')).toBe(false);
  });

  it('asks for the key of the blob, with the encryption context', async () => {
    const { kms, key, blob } = await setUp();
    expect(kms.checksOf('Decrypt', { CiphertextBlob: blob, EncryptionContext: CONTEXT })).toMatchObject([
      {
        action: 'kms:Decrypt',
        resource: key.arn,
        context: {
          'kms:EncryptionContext:incident': '42',
          'kms:EncryptionContextKeys': ['incident', 'purpose'],
        },
      },
    ]);
  });

  it('refuses another context, other bytes and another key', async () => {
    const { kms, other, blob } = await setUp();
    const cut = blob.slice(0, -1);
    const refusals = [
      [
        { CiphertextBlob: blob, EncryptionContext: { incident: '43', purpose: 'test' } },
        'InvalidCiphertextException',
      ],
      [{ CiphertextBlob: blob }, 'InvalidCiphertextException'],
      [{ CiphertextBlob: cut, EncryptionContext: CONTEXT }, 'InvalidCiphertextException'],
      [{ CiphertextBlob: Buffer.from('nonsense') }, 'InvalidCiphertextException'],
      [{ CiphertextBlob: blob, EncryptionContext: CONTEXT, KeyId: other.arn }, 'IncorrectKeyException'],
    ] as const;
    for (const [input, code] of refusals)
      await expect(kms.perform('Decrypt', input)).rejects.toMatchObject({ code });
  });
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
describe('GenerateDataKey', () => {
  it.each([
    [{ KeySpec: 'AES_256' }, 32],
    [{ KeySpec: 'AES_128' }, 16],
    [{ NumberOfBytes: 100 }, 100],
  ])('%j gives a key of %i bytes that Decrypt gives back', async (input, bytes) => {
    const { kms, key } = await setUp();
    const made = await kms.perform<GenerateDataKeyCommandOutput>('GenerateDataKey', {
      KeyId: key.arn,
      ...input,
    });
    expect(made.Plaintext).toHaveLength(bytes);
    const opened = await kms.perform<DecryptCommandOutput>('Decrypt', {
      CiphertextBlob: made.CiphertextBlob,
    });
    expect(opened.Plaintext).toEqual(made.Plaintext);
    const sealed = await kms.perform<GenerateDataKeyCommandOutput>('GenerateDataKeyWithoutPlaintext', {
      KeyId: key.arn,
      ...input,
    });
    expect(sealed).not.toHaveProperty('Plaintext');
  });

  it.each([{}, { KeySpec: 'AES_256', NumberOfBytes: 32 }, { NumberOfBytes: 1025 }])(
    'refuses %j',
    async (input) => {
      const { kms, key } = await setUp();
      await expect(kms.perform('GenerateDataKey', { KeyId: key.arn, ...input })).rejects.toMatchObject({
        code: 'ValidationException',
      });
    },
  );

  // https://docs.aws.amazon.com/kms/latest/developerguide/testing-permissions.html
  it('says in a dry run whether it would succeed: not with a key that is disabled', async () => {
    const { kms, key } = await setUp();
    const input = { KeyId: key.arn, KeySpec: 'AES_256', DryRun: true };
    const dryRun = () => kms.perform('GenerateDataKeyWithoutPlaintext', input);
    await expect(dryRun()).rejects.toMatchObject({ code: 'DryRunOperationException' });
    key.state = 'Disabled';
    await expect(dryRun()).rejects.toMatchObject({ code: 'DisabledException' });
  });
});
