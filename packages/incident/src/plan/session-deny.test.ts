import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SESSION_DENY_POLICY_NAME, sessionDenyPolicyName } from '../contract.ts';
import {
  deniesSessionsOf,
  PROTECTED_ROLE_PATHS,
  sessionDenyDocument,
  whyRoleIsProtected,
} from './session-deny.ts';

const A = 'i-0aaaaaaaaaaaaaaa1';
const B = 'i-0aaaaaaaaaaaaaaa2';
const document = (instanceId: string): string => sessionDenyDocument({ partition: 'aws', instanceId });
const denies = (text: string, instanceId = A): boolean =>
  deniesSessionsOf(text, { partition: 'aws', instanceId });

const instance = fc
  .bigInt({ min: 0n, max: 16n ** 17n - 1n })
  .map((n) => `i-${n.toString(16).padStart(17, '0')}`);

describe('the inline session deny', () => {
  it('denies everything to one instance, by its session name and by its source', () => {
    expect(document(A)).toBe(
      '{"Statement":[{"Action":"*","Condition":{"StringLike":{"aws:userid":"*:i-0aaaaaaaaaaaaaaa1"}},"Effect":"Deny",' +
        '"Resource":"*","Sid":"BySessionName"},{"Action":"*","Condition":{"ArnLike":{"ec2:SourceInstanceARN":' +
        '"arn:aws:ec2:*:*:instance/i-0aaaaaaaaaaaaaaa1"}},"Effect":"Deny","Resource":"*","Sid":"BySourceInstance"}],' +
        '"Version":"2012-10-17"}',
    );
  });

  it('has a name of its own for each instance, that IAM takes', () => {
    fc.assert(
      fc.property(instance, instance, (one, other) => {
        expect(sessionDenyPolicyName(one)).toMatch(/^[\w+=,.@-]{1,128}$/);
        expect(sessionDenyPolicyName(one) === sessionDenyPolicyName(other)).toBe(one === other);
        expect(sessionDenyPolicyName(one)).not.toBe(SESSION_DENY_POLICY_NAME);
      }),
    );
  });
});

describe('reading the inline session deny back', () => {
  const changedBy = (from: string, to: string): string => document(A).replace(from, to);

  it('finds the deny of that instance and of no other, for any instances', () => {
    fc.assert(
      fc.property(instance, instance, (one, other) => {
        expect(denies(document(one), other)).toBe(one === other);
      }),
    );
  });

  it('does not mind the order of the members', () => {
    const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(document(A))).toReversed()));
    expect(turned).not.toBe(document(A));
    expect(denies(turned)).toBe(true);
  });

  it.each([
    ['no JSON', 'deny'],
    ['nothing', ''],
    ['a policy of one statement', '{"Statement":{"Effect":"Deny"}}'],
    ['another instance', document(B)],
    ['another partition', changedBy('arn:aws:', 'arn:aws-cn:')],
    ['the instance by its session name only', changedBy(`instance/${A}`, `instance/${B}`)],
    ['the instance by its source only', changedBy(`*:${A}`, `*:${B}`)],
    ['an Allow', changedBy('"Deny"', '"Allow"')],
    ['one action', changedBy('"Action":"*"', '"Action":"s3:GetObject"')],
    ['one resource', changedBy('"Resource":"*"', '"Resource":"arn:aws:s3:::x"')],
    [
      'a condition more, which may never hold',
      changedBy('{"StringLike"', '{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringLike"'),
    ],
    [
      'a statement more',
      changedBy('"Statement":[', '"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},'),
    ],
  ])('does not take for denied what holds %s', (_name, text) => {
    expect(text).not.toBe(document(A));
    expect(denies(text)).toBe(false);
  });
});

describe('the roles whose sessions are left alone', () => {
  it.each(PROTECTED_ROLE_PATHS)('are those under %s, and the reason says so', (path) => {
    expect(whyRoleIsProtected({ name: 'R', path })).toContain(`role R is under ${path}`);
    expect(whyRoleIsProtected({ name: 'R', path: `${path}deeper/` })).toContain(
      'a person must deny its sessions',
    );
  });

  it.each(['/', '/shop/', '/my/cordon/', '/cordon-like/'])('are none under %s', (path) => {
    expect(whyRoleIsProtected({ name: 'R', path })).toBeUndefined();
  });
});
