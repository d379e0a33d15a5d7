import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, REGION } from '../testing.ts';
import { kmsService } from './service.ts';
import { kmsState } from './state.ts';

const POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' }],
};

describe('AWS::KMS::Key', () => {
  it('makes a key with its policy, and gives Ref, Arn and KeyId', () => {
    const kms = bench(kmsService);
    const made = kms.create('AWS::KMS::Key', {
      KeyPolicy: POLICY,
      EnableKeyRotation: true,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    const key = kms.world.of(kmsState, ACCOUNT, REGION).keys.get(made.ref);
    expect(key).toMatchObject({
      spec: 'SYMMETRIC_DEFAULT',
      rotates: true,
      policyText: JSON.stringify(POLICY),
      tags: new Map([['a', 'b']]),
    });
    expect(made.attributes).toEqual({ Arn: key?.arn, KeyId: made.ref });
    expect(kms.resourcePolicy(made.attributes['Arn'] ?? '')).toMatchObject({ mode: 'must-allow' });
  });

  it('makes a signing key', () => {
    const kms = bench(kmsService);
    const { ref } = kms.create('AWS::KMS::Key', {
      KeyPolicy: POLICY,
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
    });
    expect(kms.world.of(kmsState, ACCOUNT, REGION).keys.get(ref)?.usage).toBe('SIGN_VERIFY');
  });

  it.each([
    ['KeySpec', { KeySpec: 'RSA_2048' }],
    ['KeyUsage', { KeySpec: 'ECC_NIST_P256' }],
    ['MultiRegion', { MultiRegion: true }],
    ['Origin', { Origin: 'EXTERNAL' }],
    ['EnableKeyRotation', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', EnableKeyRotation: true }],
  ])('refuses %s as in %j', (property, properties) => {
    expect(() => bench(kmsService).create('AWS::KMS::Key', properties)).toThrow(property);
  });
});

describe('AWS::KMS::Alias', () => {
  it('names a key, once', () => {
    const kms = bench(kmsService);
    const { ref } = kms.create('AWS::KMS::Key', { KeyPolicy: POLICY });
    const alias = { AliasName: 'alias/evidence', TargetKeyId: ref };
    expect(kms.create('AWS::KMS::Alias', alias).ref).toBe('alias/evidence');
    expect(kms.world.of(kmsState, ACCOUNT, REGION).aliases.get('alias/evidence')).toBe(ref);
    expect(() => kms.create('AWS::KMS::Alias', alias)).toThrow('exists already');
  });

  it.each([
    { AliasName: 'alias/x', TargetKeyId: 'none' },
    { AliasName: 'x', TargetKeyId: 'none' },
  ])('refuses %j', (properties) => {
    expect(() => bench(kmsService).create('AWS::KMS::Alias', properties)).toThrow('none');
  });

  it('leaves alias/aws/ to AWS', () => {
    const kms = bench(kmsService);
    const { ref } = kms.create('AWS::KMS::Key', { KeyPolicy: POLICY });
    expect(() => kms.create('AWS::KMS::Alias', { AliasName: 'alias/aws/ebs', TargetKeyId: ref })).toThrow(
      'reserved',
    );
  });
});
