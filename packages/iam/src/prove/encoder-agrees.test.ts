import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import type { CompiledPolicy } from '../compile.ts';
import { authorize } from '../decide/authorize.ts';
import type { AuthorizationRequest, RequestPolicies } from '../decide/request.ts';
import type { Claim, Constraint } from './claim.ts';
import { openProver } from './prover.ts';
import type { Prover } from './prover.ts';

const HOME = '111111111111';
const ABROAD = '222222222222';
const ROLE = `arn:aws:iam::${HOME}:role/responder`;

const principals: readonly AuthorizationRequest['principal'][] = [
  {
    kind: 'role-session',
    account: HOME,
    roleArn: ROLE,
    sessionArn: `arn:aws:sts::${HOME}:assumed-role/responder/INC-7`,
    roleId: 'AROAEXAMPLERESPONDER',
    sessionName: 'INC-7',
  },
  { kind: 'user', account: HOME, arn: `arn:aws:iam::${HOME}:user/ada`, userId: 'AIDAEXAMPLEADA000001' },
  { kind: 'root', account: HOME },
  { kind: 'service', service: 'events.amazonaws.com' },
];
const named: readonly unknown[] = [
  '*',
  { AWS: HOME },
  { AWS: ROLE },
  { AWS: `arn:aws:sts::${HOME}:assumed-role/responder/INC-7` },
  { AWS: `arn:aws:iam::${HOME}:user/ada` },
  { Service: 'events.amazonaws.com' },
  { AWS: ABROAD },
];
const resources = ['arn:aws:s3:::logs/INC-1/a', 'arn:aws:s3:::logs/INC-2', 'arn:aws:s3:eu:1:logs/INC-1:x'];
const resourcePatterns = [
  '*',
  'arn:aws:s3:::logs/*',
  'arn:aws:s3:::logs/INC-?',
  'arn:aws:s3:::logs/${aws:PrincipalTag/incident}*',
  'arn:aws:s3:*:*:*/${aws:PrincipalTag/incident}/*',
  "arn:aws:s3:::logs/${aws:PrincipalTag/other, 'INC-1'}/a",
  'arn:aws:s3:*:*:*${aws:PrincipalTag/incident}*x',
];

/** Values that each key takes in requests and in policies; keys of one line are compared in one way. */
const TEXT_KEYS = ['aws:ResourceTag/incident', 'aws:PrincipalTag/incident'];
const texts = ['INC-1', 'inc-1', 'INC-2', '', 'true', 'kind'];
const textPatterns = [
  'INC-*',
  '*-1',
  'INC-?',
  '*',
  '${aws:PrincipalTag/incident}',
  'I*${aws:PrincipalTag/incident}',
  ...texts,
];
const arns = [ROLE, `arn:aws:iam::${HOME}:role/a:b`, 'arn:aws:iam::x', 'INC-1', 'arn:aws:iam:::role/INC-1'];
const arnPatterns = [
  ROLE,
  'arn:aws:iam::*:role/*',
  'arn:aws:iam:*:role/*',
  'arn:*:iam::?:role/x',
  '*',
  'arn:aws:iam::*:role/${aws:PrincipalTag/incident}*',
  'arn:aws:iam:::role/${aws:PrincipalTag/incident}',
];
const numbers = ['7', '7.0', '-1', '30', 'many', ''];
const addresses = ['10.0.0.7', '10.128.0.1', '192.0.2.1', 'fd00::1', 'nowhere'];
const dates = ['2026-01-01T00:00:00Z', '2025-12-31T23:59:59.999Z', '1767225600', 'today'];

const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });

const clause = (
  operators: readonly string[],
  keys: readonly string[],
  values: readonly string[],
): fc.Arbitrary<object> =>
  fc
    .record({
      operator: fc.constantFrom(...operators),
      ifExists: fc.constantFrom('', 'IfExists'),
      key: fc.constantFrom(...keys),
      values: some(values),
    })
    .map(({ operator, ifExists, key, values: listed }) => ({
      [`${operator}${ifExists}`]: { [key]: listed },
    }));

const condition = fc.oneof(
  fc.constant({}),
  clause(['StringLike', 'StringNotLike', 'StringEquals', 'StringNotEquals'], TEXT_KEYS, textPatterns),
  clause(['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'], TEXT_KEYS, texts),
  clause(['Bool'], TEXT_KEYS, ['true', 'false']),
  clause(['ArnLike', 'ArnNotLike', 'ArnEquals'], ['aws:SourceArn'], arnPatterns),
  clause(
    ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'],
    ['s3:max-keys'],
    ['7', '10.5'],
  ),
  clause(
    ['DateLessThan', 'DateGreaterThanEquals', 'DateEquals'],
    ['aws:CurrentTime'],
    ['2026-01-01', '2027-01-01'],
  ),
  clause(['IpAddress', 'NotIpAddress'], ['aws:SourceIp'], ['10.0.0.0/9', '10.0.0.0/30', 'fd00::/8']),
  clause(
    [
      'ForAllValues:StringLike',
      'ForAnyValue:StringEquals',
      'ForAnyValue:StringNotLike',
      'ForAllValues:StringNotEquals',
    ],
    ['aws:TagKeys'],
    ['INC-*', 'INC-1', 'true', 'kind', ''],
  ),
  fc
    .tuple(fc.constantFrom(...TEXT_KEYS, 'aws:TagKeys', 's3:max-keys'), fc.constantFrom('true', 'false'))
    .map(([key, value]) => ({ Null: { [key]: value } })),
);

const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    action: fc.constantFrom({ Action: '*' }, { Action: 's3:Get*' }, { NotAction: 's3:GetObject' }),
    isNot: fc.boolean(),
    resources: some(resourcePatterns),
    one: condition,
    other: condition,
    Principal: fc.constantFrom(...named),
  })
  .map(({ Effect, action, isNot, one, other, Principal, resources: listed }) => ({
    Principal,
    source: {
      Effect,
      ...action,
      [isNot && Effect === 'Deny' ? 'NotResource' : 'Resource']: listed,
      // Of two clauses with one operator the later wins; either will do.
      Condition: { ...one, ...other },
    },
  }));
const allowAll = { Principal: '*', source: { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} } };
const statements = fc.array(fc.oneof(fc.constant(allowAll), statement), { maxLength: 3 });
const maybe = fc.option(statements, { nil: undefined });

type Sources = readonly { readonly Principal: unknown; readonly source: object }[];

const attached = (list: Sources, name: string): CompiledPolicy =>
  compile({ Version: '2012-10-17', Statement: list.map(({ source }) => source) }, name);
const naming = (list: Sources, name: string): CompiledPolicy =>
  compile(
    { Version: '2012-10-17', Statement: list.map(({ Principal, source }) => ({ ...source, Principal })) },
    name,
  );

const policies = fc
  .record({
    identity: statements,
    session: maybe,
    boundary: maybe,
    resource: maybe,
    endpoint: maybe,
    serviceControl: fc.array(statements, { maxLength: 2 }),
    resourceControl: fc.array(statements, { maxLength: 1 }),
  })
  .map(({ boundary, endpoint, identity, resource, resourceControl, serviceControl, session }) => ({
    all: {
      ...(resource === undefined ? {} : { resource: naming(resource, 'resource') }),
      serviceControl: serviceControl.map((level) => [attached(level, 'scp')]),
      resourceControl: resourceControl.map((level) => [naming(level, 'rcp')]),
    },
    ofAccount: endpoint === undefined ? {} : { endpoint: naming(endpoint, 'endpoint') },
    ofIdentity: {
      identity: [attached(identity, 'identity')],
      ...(boundary === undefined ? {} : { boundary: attached(boundary, 'boundary') }),
    },
    ofSession: session === undefined ? {} : { session: [attached(session, 'session')] },
  }));

const context = fc.record(
  {
    'aws:ResourceTag/incident': fc.constantFrom(...texts),
    'aws:PrincipalTag/incident': fc.constantFrom(...texts),
    'aws:SourceArn': fc.constantFrom(...arns),
    's3:max-keys': fc.constantFrom(...numbers),
    'aws:CurrentTime': fc.constantFrom(...dates),
    'aws:SourceIp': fc.constantFrom(...addresses),
    'aws:TagKeys': fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);
/** Every key that any of the policies reads, the variable's of a resource among them. */
const KEYS = [
  ...TEXT_KEYS,
  'aws:PrincipalTag/other',
  'aws:SourceArn',
  's3:max-keys',
  'aws:CurrentTime',
  'aws:SourceIp',
  'aws:TagKeys',
];
const ORDERED = ['s3:max-keys', 'aws:CurrentTime', 'aws:SourceIp'];

const request = fc
  .record({
    principal: fc.constantFrom(...principals),
    policies,
    context,
    action: fc.constantFrom('s3:GetObject', 's3:PutObject', 'ec2:StopInstances'),
    resource: fc.constantFrom(...resources),
    resourceAccount: fc.constantFrom(HOME, HOME, ABROAD),
    resourcePolicyMode: fc.constantFrom('alone-suffices' as const, 'must-allow' as const),
  })
  .map(({ policies: given, principal, ...rest }): AuthorizationRequest => {
    const { kind } = principal;
    const chosen: RequestPolicies = {
      ...given.all,
      ...(kind === 'service' ? {} : given.ofAccount),
      ...(kind === 'user' || kind === 'role-session' ? given.ofIdentity : { identity: [] }),
      ...(kind === 'role-session' ? given.ofSession : {}),
    };
    const { 'aws:TagKeys': tags, ...others } = rest.context;
    // Where no policy reads the key as a set, a claim gives it one value.
    const isSet = JSON.stringify(chosen).includes('"for-a');
    const kept = tags === undefined ? {} : { 'aws:TagKeys': isSet ? tags : tags.slice(0, 1) };
    return { ...rest, context: { ...others, ...kept }, principal, policies: chosen };
  });

/** Leaves a key no choice; `like` keeps the solver from being told the value outright. */
function pin(
  key: string,
  value: string | readonly string[] | undefined,
  outright: boolean,
): readonly Constraint[] {
  if (value === undefined) return [{ key, is: 'absent' }];
  if (typeof value === 'string') {
    return outright || ORDERED.includes(key) ? [{ key, equals: [value] }] : [{ key, like: [value] }];
  }
  return [{ key, equals: value }, ...value.map((one) => ({ key, includes: one }))];
}

function claimOf(concrete: AuthorizationRequest, outright: boolean): Claim {
  const { action, context: given, resource, ...rest } = concrete;
  return {
    ...rest,
    name: 'this very request',
    actions: [action],
    resources: ['arn:aws:s3:*:*:logs/*'],
    facts: [{ resource: [resource] }, ...KEYS.flatMap((key) => pin(key, given[key], outright))],
  };
}

let prover: Prover;
beforeAll(async () => {
  prover = await openProver();
});
afterAll(() => prover.close());

it('finds a request with everything pinned exactly when the engine allows it', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(request, fc.boolean(), async (concrete, outright) => {
      const decision = authorize(concrete);
      const proof = await prover.prove(claimOf(concrete, outright), { timeoutMs: 3000 });
      // No answer in time is no disagreement; it must stay an exception, which is checked below.
      const agreeing = [decision.verdict === 'allow' ? 'refuted' : 'proved', 'unknown'];
      expect(agreeing).toContain(proof.status);
      expect(proof).not.toMatchObject({ why: expect.stringMatching(/replay|of nothing/) });
      seen.set(proof.status, (seen.get(proof.status) ?? 0) + 1);
    }),
    { numRuns: 200 },
  );
  // Either answer must come up often, else agreement would say little.
  expect(seen.get('refuted')).toBeGreaterThan(10);
  expect(seen.get('proved')).toBeGreaterThan(10);
  expect(seen.get('unknown') ?? 0).toBeLessThan(5);
});
