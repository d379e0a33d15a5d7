import type { CreateKeyCommandOutput } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, REGION } from '../testing.ts';
import { kmsService } from './service.ts';
import { kmsState } from './state.ts';

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
describe('CreateKey', () => {
  it('makes an enabled symmetric key of the caller with the policy that it was given', async () => {
    const kms = bench(kmsService);
    const { KeyMetadata: key } = await kms.perform<CreateKeyCommandOutput>('CreateKey', {
      Description: 'one disk',
      Policy: POLICY,
    });
    expect(key).toMatchObject({
      AWSAccountId: ACCOUNT,
      KeyManager: 'CUSTOMER',
      KeyState: 'Enabled',
      KeySpec: 'SYMMETRIC_DEFAULT',
      Description: 'one disk',
    });
    const made = kms.world.of(kmsState, ACCOUNT, REGION).keys.get(key?.KeyId ?? '');
    expect(made).toMatchObject({ policyText: POLICY, tags: new Map() });
  });

  it('is checked on no resource, for there is none yet', () => {
    const kms = bench(kmsService);
    expect(kms.checksOf('CreateKey', { Policy: POLICY })).toMatchObject([
      { action: 'kms:CreateKey', resource: '*' },
    ]);
  });

  it('asks for the right to tag too, where it is made with tags', async () => {
    const kms = bench(kmsService);
    const Tags = [{ TagKey: 'case', TagValue: '7' }];
    expect(kms.checksOf('CreateKey', { Tags })).toMatchObject([
      { action: 'kms:CreateKey', context: { 'aws:RequestTag/case': '7' } },
      { action: 'kms:TagResource' },
    ]);
    const { KeyMetadata: key } = await kms.perform<CreateKeyCommandOutput>('CreateKey', { Tags });
    const made = kms.world.of(kmsState, ACCOUNT, REGION).keys.get(key?.KeyId ?? '');
    expect(made?.tags).toEqual(new Map([['case', '7']]));
  });

  it('refuses a policy that is none', async () => {
    const kms = bench(kmsService);
    await expect(
      kms.perform('CreateKey', { Policy: '{"Statement":[{"Effect":"Maybe"}]}' }),
    ).rejects.toMatchObject({ code: 'MalformedPolicyDocumentException' });
  });

  it('refuses what is not implemented, by name', async () => {
    const kms = bench(kmsService);
    await expect(kms.perform('CreateKey', { MultiRegion: true })).rejects.toThrow(/MultiRegion/);
  });
});
