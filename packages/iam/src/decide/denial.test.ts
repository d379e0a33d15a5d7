import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { RequestError } from '../errors.ts';
import { authorize } from './authorize.ts';
import { denialReason } from './denial.ts';
import type { AuthorizationRequest, RequestPolicies } from './request.ts';

const statement = (effect: string, more: Readonly<Record<string, unknown>> = {}) =>
  compile({ Statement: { Effect: effect, Action: '*', Resource: '*', ...more } }, effect);
const allow = statement('Allow');
const deny = statement('Deny');
const nothing = statement('Allow', { Action: 'iam:GetUser' });
const allowEveryone = statement('Allow', { Principal: '*' });
const denyEveryone = statement('Deny', { Principal: '*' });
const allowNobody = statement('Allow', { Principal: { AWS: '999999999999' } });

function reasonOf(policies: Partial<RequestPolicies>, more: Partial<AuthorizationRequest> = {}): string {
  const action = more.action ?? 's3:GetObject';
  const decision = authorize({
    principal: {
      kind: 'role-session',
      account: '111111111111',
      roleArn: 'arn:aws:iam::111111111111:role/Responder',
      sessionArn: 'arn:aws:sts::111111111111:assumed-role/Responder/INC-7',
      roleId: 'AROAEXAMPLERESPONDER',
      sessionName: 'INC-7',
    },
    action,
    resource: 'arn:aws:s3:::vault/disk.raw',
    resourceAccount: '111111111111',
    context: {},
    policies: { identity: [allow], ...policies },
    ...more,
  });
  return denialReason(decision, action);
}

describe('denialReason', () => {
  it.each<[string, Partial<RequestPolicies>]>([
    ['no identity-based policy', { identity: [] }],
    ['no permissions boundary', { boundary: nothing }],
    ['no session policy', { session: [nothing] }],
    ['no service control policy', { serviceControl: [[nothing]] }],
    ['no VPC endpoint policy', { endpoint: allowNobody }],
  ])('says that %s allows', (kind, policies) => {
    expect(reasonOf(policies)).toBe(`because ${kind} allows the s3:GetObject action`);
  });

  it.each<[string, Partial<RequestPolicies>]>([
    ['a service control policy', { serviceControl: [[allow, deny]] }],
    ['a resource control policy', { resourceControl: [[denyEveryone]] }],
    ['an identity-based policy', { identity: [allow, deny] }],
    ['a resource-based policy', { resource: denyEveryone }],
    ['a permissions boundary', { boundary: deny }],
    ['a session policy', { session: [allow, deny] }],
    ['a VPC endpoint policy', { endpoint: denyEveryone }],
  ])('names %s that denies', (kind, policies) => {
    expect(reasonOf(policies)).toBe(`with an explicit deny in ${kind}`);
  });

  it('blames the resource-based policy of another account', () => {
    expect(reasonOf({}, { resourceAccount: '222222222222' })).toBe(
      'because no resource-based policy allows the s3:GetObject action',
    );
  });

  it('calls the resource-based policy of a role its trust policy', () => {
    const assume = { action: 'sts:AssumeRole', resource: 'arn:aws:iam::111111111111:role/a' };
    expect(reasonOf({ resource: allowNobody }, { ...assume, resourcePolicyMode: 'must-allow' })).toBe(
      'because no role trust policy allows the sts:AssumeRole action',
    );
    expect(reasonOf({ resource: denyEveryone }, assume)).toBe(
      'with an explicit deny in the role trust policy',
    );
  });

  it('refuses a decision that allows', () => {
    expect(() => reasonOf({ resource: allowEveryone })).toThrow(RequestError);
  });
});
