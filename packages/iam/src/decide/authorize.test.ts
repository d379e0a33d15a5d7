import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { RequestError } from '../errors.ts';
import { authorize } from './authorize.ts';
import type { AuthorizationRequest, FederatedPrincipal, Principal, RequestPolicies } from './request.ts';

const session: Principal = {
  kind: 'role-session',
  account: '111111111111',
  roleArn: 'arn:aws:iam::111111111111:role/Responder',
  sessionArn: 'arn:aws:sts::111111111111:assumed-role/Responder/INC-7',
  roleId: 'AROAEXAMPLERESPONDER',
  sessionName: 'INC-7',
};
const root: Principal = { kind: 'root', account: '111111111111' };
const service: Principal = { kind: 'service', service: 'sns.amazonaws.com' };
const federated: FederatedPrincipal = { kind: 'federated', provider: 'accounts.google.com' };
const user: Principal = {
  kind: 'user',
  account: '111111111111',
  arn: 'arn:aws:iam::111111111111:user/a',
  userId: 'AIDA',
};

const allowAll = compile({ Statement: { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' } }, 'all');
const denyAll = compile({ Statement: { Sid: 'None', Effect: 'Deny', Action: '*', Resource: '*' } }, 'none');
const everyone = compile(
  { Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } },
  'open',
);

function ask(
  policies: Partial<RequestPolicies>,
  more: Partial<AuthorizationRequest> = {},
): AuthorizationRequest {
  return {
    principal: session,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::vault/disk.raw',
    resourceAccount: '111111111111',
    context: {},
    policies: { identity: [], ...policies },
    ...more,
  };
}

describe('authorize', () => {
  it('names every statement that denied, whatever its layer', () => {
    const decision = authorize(ask({ identity: [allowAll, denyAll], session: [denyAll] }));
    expect(decision.decisive).toEqual([
      { policy: 'none', sid: 'None', effect: 'Deny', layer: 'identity' },
      { policy: 'none', sid: 'None', effect: 'Deny', layer: 'session' },
    ]);
    expect(decision.why).toBe(
      'explicit deny in an identity-based policy (none/None) and a session policy (none/None)',
    );
  });

  it('names the statements that allowed', () => {
    expect(authorize(ask({ identity: [allowAll] }))).toEqual({
      verdict: 'allow',
      layer: 'identity',
      decisive: [{ policy: 'all', sid: 'All', effect: 'Allow', layer: 'identity' }],
      why: 'an identity-based policy allows the action (all/All)',
    });
  });

  it('names both sides of a cross-account allow', () => {
    const { decisive } = authorize(
      ask({ identity: [allowAll], resource: everyone }, { resourceAccount: '222222222222' }),
    );
    expect(decisive.map(({ policy }) => policy)).toEqual(['open', 'all']);
  });

  it('says at which level the service control policies withheld', () => {
    const { why } = authorize(ask({ identity: [allowAll], serviceControl: [[allowAll], []] }));
    expect(why).toContain('at level 1');
  });

  it('takes an empty list of session policies for none passed', () => {
    expect(authorize(ask({ identity: [allowAll], session: [] })).verdict).toBe('allow');
  });

  it.each([
    ['an action with a wildcard', ask({}, { action: 's3:*' }), 's3:*'],
    ['an action without a service', ask({}, { action: 'GetObject' }), 'GetObject'],
    ['a resource that is no ARN', ask({}, { resource: 'vault' }), 'vault'],
    ['a key given twice', ask({}, { context: { 'aws:userid': 'a', 'AWS:UserId': 'b' } }), 'twice'],
    ['an identity policy with a principal', ask({ identity: [everyone] }), 'cannot be an identity policy'],
    ['a session policy with a principal', ask({ session: [everyone] }), 'cannot be a session policy'],
    ['a boundary with a principal', ask({ boundary: everyone }), 'cannot be a permissions boundary'],
    ['a service control policy with a principal', ask({ serviceControl: [[everyone]] }), 'service control'],
    ['a resource policy without a principal', ask({ resource: allowAll }), 'cannot be a resource policy'],
    [
      'a resource control policy without a principal',
      ask({ resourceControl: [[allowAll]] }),
      'resource control',
    ],
    [
      'identity policies of the root user',
      ask({ identity: [allowAll] }, { principal: root }),
      'a root principal',
    ],
    [
      'identity policies of a service',
      ask({ identity: [allowAll] }, { principal: service }),
      'a service principal',
    ],
    ['a session policy of a user', ask({ session: [allowAll] }, { principal: user }), 'a user principal'],
    ['a VPC endpoint policy without a principal', ask({ endpoint: allowAll }), 'a VPC endpoint policy'],
    [
      'a service that comes through a VPC endpoint',
      ask({ endpoint: everyone }, { principal: service }),
      'no VPC endpoint',
    ],
    [
      'identity policies of a federated identity',
      ask({ identity: [allowAll] }, { principal: federated, action: 'sts:AssumeRoleWithSAML' }),
      'a federated principal',
    ],
    ['a federated identity that calls S3', ask({}, { principal: federated }), 'without AWS credentials'],
  ])('refuses %s', (_, request, message) => {
    expect(() => authorize(request)).toThrow(RequestError);
    expect(() => authorize(request)).toThrow(message);
  });
});

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.constantFrom('*', 's3:*', 's3:Get*', 'ec2:*', 's3:PutObject'),
  Resource: fc.constantFrom(
    '*',
    'arn:aws:s3:::vault/*',
    'arn:aws:s3:::vault/${aws:userid}',
    'arn:aws:s3:::other/*',
  ),
  Condition: fc.constantFrom(
    {},
    { StringEquals: { 'aws:userid': 'disk.raw' } },
    { StringNotEquals: { 'aws:userid': '${aws:username}' } },
    { 'ForAllValues:StringLike': { 'aws:TagKeys': ['a*'] } },
    { Null: { 'aws:TagKeys': 'false' } },
  ),
});
const statements = fc.array(statement, { maxLength: 5 });
const principalElement = fc.constantFrom<unknown>(
  '*',
  { AWS: '111111111111' },
  { AWS: session.roleArn },
  { AWS: session.sessionArn },
  { Service: 'sns.amazonaws.com' },
);
const context = fc.constantFrom<AuthorizationRequest['context']>(
  {},
  { 'aws:userid': 'disk.raw' },
  { 'aws:userid': 'x', 'aws:TagKeys': ['ab', 'c'] },
  { 'aws:TagKeys': ['ab', 'ac'] },
);

type Source = Readonly<Record<string, unknown>>;
const layers = fc.record({
  identity: statements,
  session: fc.option(statements, { nil: undefined }),
  boundary: fc.option(statements, { nil: undefined }),
  endpoint: fc.option(fc.array(fc.tuple(statement, principalElement), { maxLength: 4 }), { nil: undefined }),
  resource: fc.option(fc.array(fc.tuple(statement, principalElement), { maxLength: 4 }), { nil: undefined }),
  serviceControl: fc.array(statements, { maxLength: 3 }),
  context,
  resourceAccount: fc.constantFrom('111111111111', '222222222222'),
  mode: fc.constantFrom('alone-suffices' as const, 'must-allow' as const),
});
type Layers = typeof layers extends fc.Arbitrary<infer T> ? T : never;

function decide(
  source: Layers,
  change: (list: readonly Source[], layer: string) => readonly Source[],
): string {
  const policy = (list: readonly Source[], layer: string) =>
    compile({ Version: '2012-10-17', Statement: change(list, layer) }, layer);
  const { boundary, endpoint, identity, resource, serviceControl, session: passed } = source;
  const name = (list: Layers['resource']) => list?.map(([one, Principal]) => ({ ...one, Principal }));
  const named = name(resource);
  const passing = name(endpoint);
  const { verdict, layer } = authorize({
    ...ask({
      identity: [policy(identity, 'identity')],
      ...(passed === undefined ? {} : { session: [policy(passed, 'session')] }),
      ...(boundary === undefined ? {} : { boundary: policy(boundary, 'boundary') }),
      ...(named === undefined ? {} : { resource: policy(named, 'resource') }),
      ...(passing === undefined ? {} : { endpoint: policy(passing, 'endpoint') }),
      serviceControl: serviceControl.map((level) => [policy(level, 'scp')]),
    }),
    context: source.context,
    resourceAccount: source.resourceAccount,
    resourcePolicyMode: source.mode,
  });
  return `${verdict} by ${layer}`;
}

describe('for all policies', () => {
  it('gives the same decision whatever the order of statements', () => {
    fc.assert(
      fc.property(layers, (source) => {
        expect(decide(source, (list) => list.toReversed())).toBe(decide(source, (list) => list));
      }),
      { numRuns: 500 },
    );
  });

  it('never turns a deny into an allow by adding a Deny statement', () => {
    const layer = fc.constantFrom('identity', 'session', 'boundary', 'resource', 'endpoint', 'scp');
    fc.assert(
      fc.property(layers, statement, layer, (source, extra, target) => {
        fc.pre(decide(source, (list) => list).startsWith('deny'));
        const added = {
          ...extra,
          Effect: 'Deny',
          ...(target === 'resource' || target === 'endpoint' ? { Principal: '*' } : {}),
        };
        const after = decide(source, (list, name) => (name === target ? [...list, added] : list));
        expect(after).toMatch(/^deny/);
      }),
      { numRuns: 500 },
    );
  });

  it('never turns a deny into an allow by a VPC endpoint policy', () => {
    fc.assert(
      fc.property(layers, (source) => {
        const outside = decide({ ...source, endpoint: undefined }, (list) => list);
        const through = decide(source, (list) => list);
        expect(through.startsWith('allow') && outside.startsWith('deny')).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('never turns an allow into a deny by adding an Allow statement', () => {
    fc.assert(
      fc.property(layers, statement, (source, extra) => {
        fc.pre(decide(source, (list) => list).startsWith('allow'));
        const after = decide(source, (list, name) =>
          name === 'resource' || name === 'endpoint' ? list : [...list, { ...extra, Effect: 'Allow' }],
        );
        expect(after).toMatch(/^allow/);
      }),
      { numRuns: 40, maxSkipsPerRun: 1_000 },
    );
  });
});
