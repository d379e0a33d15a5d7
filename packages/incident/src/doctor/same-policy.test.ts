import { describe, expect, it } from 'vitest';
import { samePolicy } from './same-policy.ts';

const statement = (more: object) => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'One', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: '*', ...more },
  ],
});

describe('samePolicy', () => {
  it.each([
    ['another order of a list', { Action: ['kms:DescribeKey', 'kms:Decrypt'] }, true],
    ['a list of one in place of a value', { Resource: ['*'] }, true],
    ['a flag as a flag', { Condition: undefined }, true],
    ['an action more', { Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:PutKeyPolicy'] }, false],
    ['another effect', { Effect: 'Deny' }, false],
    ['a condition', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, false],
    ['another principal', { Principal: { AWS: 'AROA0123456789' } }, false],
  ])('%s: %s', (_what, more, same) => {
    const written: unknown = JSON.parse(JSON.stringify(statement(more)));
    expect(samePolicy(statement({}), written)).toBe(same);
  });

  it('takes true for "true", as IAM does', () => {
    const flag = (value: unknown) => statement({ Condition: { Bool: { 'aws:SecureTransport': value } } });
    expect(samePolicy(flag(true), flag('true'))).toBe(true);
    expect(samePolicy(flag(true), flag('false'))).toBe(false);
  });

  it('does not take a statement that is there twice for another policy', () => {
    const { Statement, Version } = statement({});
    expect(samePolicy({ Version, Statement: [...Statement, ...Statement] }, { Version, Statement })).toBe(
      true,
    );
  });
});
