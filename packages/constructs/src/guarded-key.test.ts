import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { GuardedKey, type GuardedKeyProps } from './guarded-key.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Condition?: object;
}

const keyOf = (
  props: Partial<GuardedKeyProps> = {},
): { readonly made: Template; readonly statements: readonly Statement[] } => {
  const stack = new Stack(new App(), 'Test');
  new GuardedKey(stack, 'Key', { description: 'tested', kind: 'encryption', use: [], ...props });
  const made = Template.fromStack(stack);
  const [key] = Object.values(made.findResources('AWS::KMS::Key'));
  return { made, statements: key?.['Properties'].KeyPolicy.Statement };
};

describe('GuardedKey', () => {
  it('lets its account administer it but neither use it nor let others use it by grant', () => {
    const [administer, ...others] = keyOf().statements;
    expect(administer?.Sid).toBe('Administer');
    const actions = [administer?.Action ?? []].flat();
    const use = /Encrypt|Decrypt|GenerateData|ReEncrypt|:Sign|CreateGrant|\*$/;
    expect(actions.filter((action) => use.test(action))).toEqual(['kms:List*']);
    expect(others.map(({ Sid }) => Sid)).toEqual(['NobodyElseMayEnd']);
  });

  it('can be ended, and changed in what it admits, by break-glass alone', () => {
    const end = [
      'kms:DeleteAlias',
      'kms:DisableKey',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
      'kms:UpdateAlias',
    ];
    const { statements } = keyOf();
    expect(statements.filter(({ Action }) => Action.includes('kms:DisableKey'))).toMatchObject([
      { Effect: 'Allow', Action: expect.arrayContaining(end) },
      { Effect: 'Deny', Action: end, Condition: { ArnNotEquals: {} } },
    ]);
    expect(
      JSON.stringify(statements.map(({ Condition }) => Condition)).match(/:role\/break-glass"/g),
    ).toHaveLength(1);
  });

  it('outlives its stack, and rotates when it encrypts', () => {
    const { made } = keyOf({ alias: 'alias/tested' });
    const [[keyId, key] = []] = Object.entries(made.findResources('AWS::KMS::Key'));
    expect(key).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    expect(Object.values(made.findResources('AWS::KMS::Alias'))).toMatchObject([
      { DeletionPolicy: 'Retain', Properties: { AliasName: 'alias/tested', TargetKeyId: { Ref: keyId } } },
    ]);
  });

  it('signs with P-256 when it is for signing, which KMS cannot rotate', () => {
    const [key] = Object.values(keyOf({ kind: 'signing' }).made.findResources('AWS::KMS::Key'));
    expect(key?.['Properties']).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    expect(key?.['Properties']).not.toHaveProperty('EnableKeyRotation');
  });
});
