import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import type { CompiledPolicy } from '../compile.ts';
import { authorize } from '../decide/authorize.ts';
import type { AuthorizationRequest } from '../decide/request.ts';
import { groupActions } from './bearing.ts';
import type { Claim, Constraint, Proof } from './claim.ts';
import { openProver } from './prover.ts';
import type { Prover } from './prover.ts';

const MEMBER = '111111111111';
const SECURITY = '222222222222';
const EVIDENCE = '333333333333';
const STRANGER = '999999999999';
const INSTANCE = 'arn:aws:ec2:*:*:instance/*';
const SNAPSHOT = 'arn:aws:ec2:*::snapshot/*';
const EVIDENCE_OBJECT = 'arn:aws:s3:::cordon-evidence/*';

const roleSession = (account: string, role: string): AuthorizationRequest['principal'] => ({
  kind: 'role-session',
  account,
  roleArn: `arn:aws:iam::${account}:role/cordon/${role}`,
  sessionArn: `arn:aws:sts::${account}:assumed-role/${role}/INC-7`,
  roleId: 'AROAEXAMPLERESPONDER',
  sessionName: 'INC-7',
});

const policy = (name: string, ...statements: readonly object[]): CompiledPolicy =>
  compile({ Version: '2012-10-17', Statement: statements }, name);

const allow = (Action: string | readonly string[], Resource: string | readonly string[], Condition = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const everything = policy('admin', allow('*', '*'));

const sharing = (more: object): CompiledPolicy =>
  policy(
    'member',
    allow('ec2:ModifySnapshotAttribute', SNAPSHOT, { StringEquals: { 'ec2:Add/userId': EVIDENCE }, ...more }),
  );
const member = policy(
  'member',
  allow(['ec2:Describe*', 'ec2:StopInstances'], '*'),
  allow('ec2:CreateTags', INSTANCE, {
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['incident'] },
    Null: { 'aws:TagKeys': 'false' },
  }),
  allow('ec2:ModifyNetworkInterfaceAttribute', 'arn:aws:ec2:*:*:network-interface/*', {
    StringEquals: { 'aws:ResourceTag/incident': '${aws:PrincipalTag/incident}' },
  }),
  allow('iam:PassRole', 'arn:aws:iam::*:role/cordon/quarantine', {
    StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' },
  }),
);

const bucket = (closed: readonly string[]): CompiledPolicy =>
  policy(
    'bucket',
    { ...allow('s3:*', '*'), Principal: '*' },
    { Sid: 'Keep', Effect: 'Deny', Principal: '*', Action: closed, Resource: '*' },
  );
const REMOVALS = ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutLifecycleConfiguration'];

const trust = policy('trust', {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${SECURITY}:root` },
  Action: 'sts:AssumeRole',
  Condition: {
    ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${SECURITY}:role/cordon/responder` },
    StringEquals: { 'aws:PrincipalOrgID': 'o-cordon' },
  },
});
const MEMBER_ROLE = `arn:aws:iam::${MEMBER}:role/cordon/contain`;

const base: Omit<Claim, 'name'> = {
  principal: roleSession(MEMBER, 'contain'),
  actions: [],
  resources: ['*'],
  resourceAccount: MEMBER,
  policies: { identity: [member] },
};

type Row = readonly [expected: 'proved' | 'refuted', name: string, claim: Partial<Claim>];

const addsAnother: Constraint = {
  any: [{ key: 'ec2:Add/group', is: 'present' }, { not: { key: 'ec2:Add/userId', equals: [EVIDENCE] } }],
};
const modifiesSnapshot: Partial<Claim> = {
  actions: ['ec2:ModifySnapshotAttribute'],
  resources: [SNAPSHOT],
};
const passesRole: Partial<Claim> = { actions: ['iam:PassRole'], resources: ['arn:aws:iam::*:role/*'] };
const quarantineToEc2: Constraint = {
  all: [
    { resource: ['arn:aws:iam::*:role/cordon/quarantine'] },
    { key: 'iam:PassedToService', equals: ['ec2.amazonaws.com'] },
  ],
};
const changesInterface: Partial<Claim> = {
  actions: ['ec2:ModifyNetworkInterfaceAttribute'],
  resources: ['arn:aws:ec2:*:*:network-interface/*'],
};
const onlyIncident: Constraint = { key: 'aws:TagKeys', equals: ['incident'] };
const tags: Partial<Claim> = { actions: ['ec2:CreateTags'], resources: [INSTANCE] };
const assumes: Partial<Claim> = {
  principal: roleSession(SECURITY, 'anyone'),
  actions: ['sts:AssumeRole'],
  resources: [MEMBER_ROLE],
  policies: { identity: [everything], resource: trust },
  resourcePolicyMode: 'must-allow',
};
const responderOfTheOrganization: Constraint = {
  all: [
    { key: 'aws:principalarn', equals: [`arn:aws:iam::${SECURITY}:role/cordon/responder`] },
    { key: 'aws:PrincipalOrgID', equals: ['o-cordon'] },
  ],
};
const inSession = (Resource: string): Partial<Claim> => ({
  actions: ['ec2:StopInstances'],
  resources: [INSTANCE],
  policies: { identity: [member], session: [policy('session', allow('ec2:*', Resource))] },
});
const ONE_INSTANCE = `arn:aws:ec2:eu-west-1:${MEMBER}:instance/i-0abc`;
const inRegion = (Action: string): Partial<Claim> => ({
  actions: ['ec2:RunInstances', 'ec2:StopInstances', 'ec2:DescribeInstances'],
  resources: [INSTANCE, '*'],
  policies: {
    identity: [everything],
    serviceControl: [
      [everything],
      [
        everything,
        policy('regions', {
          Effect: 'Deny',
          Action,
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
        }),
      ],
    ],
  },
  unless: { key: 'aws:RequestedRegion', equals: ['eu-west-1', 'eu-central-1'] },
});
const removesEvidence = (principal: Claim['principal'], removals: readonly string[]): Partial<Claim> => ({
  principal,
  actions: REMOVALS,
  resources: ['arn:aws:s3:::cordon-evidence', EVIDENCE_OBJECT],
  resourceAccount: EVIDENCE,
  policies: { identity: principal.kind === 'root' ? [] : [everything], resource: bucket(removals) },
});
const locks = (Condition: object, unless: Constraint): Partial<Claim> => ({
  actions: ['ec2:LockSnapshot'],
  resources: [SNAPSHOT],
  policies: { identity: [policy('custodian', allow('ec2:LockSnapshot', '*', Condition))] },
  unless,
});
const denied: Partial<Claim> = {
  actions: ['s3:GetObject'],
  resources: ['arn:aws:s3:::*/*'],
  policies: {
    identity: [
      everything,
      policy(
        'session-deny',
        {
          ...allow('*', '*', { StringLike: { 'aws:userid': '*:${aws:PrincipalTag/contained}' } }),
          Effect: 'Deny',
        },
        {
          ...allow('*', '*', {
            ArnLike: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/${aws:PrincipalTag/contained}' },
          }),
          Effect: 'Deny',
        },
      ),
    ],
  },
};
const containedSession: readonly Constraint[] = [
  { key: 'aws:PrincipalTag/contained', equals: ['i-0abc'] },
  { key: 'aws:userid', like: ['AROA*:i-0abc'] },
];
const containedSource: readonly Constraint[] = [
  { key: 'aws:PrincipalTag/contained', equals: ['i-0abc'] },
  { key: 'ec2:SourceInstanceARN', like: [`arn:aws:ec2:eu-west-1:${MEMBER}:instance/i-0abc`] },
];

const rows: readonly Row[] = [
  [
    'proved',
    'the member role never terminates an instance or deletes a snapshot',
    { actions: ['ec2:TerminateInstances', 'ec2:DeleteSnapshot'], resources: [INSTANCE, SNAPSHOT] },
  ],
  ['refuted', 'the member role stops no instance', { actions: ['ec2:StopInstances'], resources: [INSTANCE] }],
  [
    'proved',
    'a snapshot is shared with the evidence account alone',
    {
      ...modifiesSnapshot,
      policies: { identity: [sharing({ Null: { 'ec2:Add/group': 'true' } })] },
      facts: [addsAnother],
    },
  ],
  [
    'refuted',
    'without the Null condition a snapshot is never public either',
    { ...modifiesSnapshot, policies: { identity: [sharing({})] }, facts: [addsAnother] },
  ],
  [
    'proved',
    'only the quarantine role is passed, and to EC2 alone',
    { ...passesRole, unless: quarantineToEc2 },
  ],
  [
    'proved',
    'an interface is changed only where its tag is that of the caller',
    { ...changesInterface, unless: { key: 'aws:ResourceTag/incident', sameAs: 'aws:PrincipalTag/incident' } },
  ],
  [
    'proved',
    'only the tag incident is written',
    { ...tags, unless: onlyIncident, facts: [{ not: { key: 'aws:TagKeys', includes: '' } }] },
  ],
  [
    'refuted',
    'only the tag incident is written, even if AWS gave an empty tag key, which counts as none',
    { ...tags, unless: onlyIncident },
  ],
  ['refuted', 'no tag is written', tags],
  [
    'proved',
    'the role is assumed by the responder of the organization',
    { ...assumes, unless: responderOfTheOrganization },
  ],
  [
    'refuted',
    'the role is assumed with an external id',
    { ...assumes, unless: { key: 'sts:ExternalId', is: 'present' } },
  ],
  [
    'proved',
    'a session is held to its one instance, whatever the role may do',
    { ...inSession(ONE_INSTANCE), unless: { resource: [ONE_INSTANCE] } },
  ],
  [
    'refuted',
    'a session with a wildcard is held to one instance',
    { ...inSession(`${ONE_INSTANCE}*`), unless: { resource: [ONE_INSTANCE] } },
  ],
  ['proved', 'nothing of EC2 happens outside two regions, even for an administrator', inRegion('ec2:*')],
  ['refuted', 'a region is closed to reads', inRegion('ec2:Run*')],
  [
    'proved',
    'evidence is removed by no role of its account',
    removesEvidence(roleSession(EVIDENCE, 'admin'), REMOVALS),
  ],
  [
    'proved',
    'evidence is removed by no other account',
    removesEvidence(roleSession(STRANGER, 'admin'), REMOVALS),
  ],
  [
    'proved',
    'evidence is removed by no root user',
    removesEvidence({ kind: 'root', account: EVIDENCE }, REMOVALS),
  ],
  [
    'refuted',
    'evidence outlives a lifecycle rule that nobody closed',
    removesEvidence(roleSession(EVIDENCE, 'admin'), ['s3:DeleteObject*']),
  ],
  [
    'proved',
    'a lock lasts a month at least',
    locks(
      { NumericGreaterThanEquals: { 'ec2:SnapshotLockDuration': '30' } },
      { not: { key: 'ec2:SnapshotLockDuration', equals: ['7', '29', '29.9'] } },
    ),
  ],
  [
    'refuted',
    'a lock lasts exactly a month',
    locks(
      { NumericGreaterThanEquals: { 'ec2:SnapshotLockDuration': '30' } },
      { key: 'ec2:SnapshotLockDuration', equals: ['30'] },
    ),
  ],
  [
    'refuted',
    'a lock is set in the year of the drill alone, from one network',
    locks(
      {
        DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
        IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
        NotIpAddress: { 'aws:SourceIp': '10.0.0.0/9' },
      },
      { key: 'aws:SourceIp', equals: ['10.128.0.0'] },
    ),
  ],
  ['proved', 'a contained session gets nothing, by its name', { ...denied, facts: containedSession }],
  [
    'proved',
    'a contained session gets nothing, by its source instance',
    { ...denied, facts: containedSource },
  ],
  [
    'refuted',
    'a session without the tag gets nothing',
    { ...denied, facts: [...containedSession.slice(1), { key: 'aws:PrincipalTag/contained', is: 'absent' }] },
  ],
];

let prover: Prover;
beforeAll(async () => {
  prover = await openProver();
});
afterAll(() => prover.close());

const settles = async (claim: Partial<Claim>): Promise<Proof> =>
  prover.prove({ ...base, name: 'a claim', ...claim });

describe('prove', () => {
  it.each(rows.filter(([expected]) => expected === 'proved'))('%s: %s', async (_, name, claim) => {
    expect(await settles({ ...claim, name })).toMatchObject({ status: 'proved' });
  });

  it.each(rows.filter(([expected]) => expected === 'refuted'))('%s: %s', async (_, name, claim) => {
    const proof = await settles({ ...claim, name });
    if (proof.status !== 'refuted') throw new Error(`want a counterexample, got ${JSON.stringify(proof)}`);
    expect(proof.decision.verdict).toBe('allow');
    expect(authorize(proof.counterexample)).toEqual(proof.decision);
  });

  it('finds the public share in one call that names the evidence account too', async () => {
    const proof = await settles({
      ...modifiesSnapshot,
      policies: { identity: [sharing({})] },
      facts: [addsAnother],
    });
    expect(proof).toMatchObject({
      status: 'refuted',
      counterexample: { context: { 'ec2:Add/userId': EVIDENCE, 'ec2:Add/group': expect.any(String) } },
    });
  });

  it('does not call a claim proved that no request could contradict', async () => {
    const facts: readonly Constraint[] = [
      { key: 'aws:userid', is: 'absent' },
      { key: 'aws:userid', equals: ['x'] },
    ];
    expect(await settles({ ...tags, facts })).toMatchObject({
      status: 'unknown',
      why: expect.stringContaining('proved of nothing'),
    });
  });

  it('puts one query for all actions on which the same statements bear', async () => {
    const actions = Array.from({ length: 300 }, (_, index) => `iam:Action${index}`);
    expect(groupActions({ ...base, name: 'iam', actions: [...actions, 'iam:PassRole'] })).toHaveLength(2);
    expect(await settles({ actions })).toMatchObject({ status: 'proved' });
  });

  const grant = { granteePrincipalArn: MEMBER_ROLE, operations: ['Decrypt'] };
  const tagged = (Condition: object): Partial<Claim> => ({
    ...tags,
    policies: { identity: [policy('odd', allow('*', '*', Condition))] },
  });
  it.each<readonly [string, Partial<Claim>, string]>([
    ['grants', { ...tags, policies: { identity: [], grants: [grant] } }, 'policies.grants cannot be encoded'],
    ['no action', { ...tags, actions: [] }, 'names no action'],
    ['an action pattern', { ...tags, actions: ['ec2:*'] }, 'without wildcards'],
    ['no resource', { ...tags, resources: [] }, 'names no resource'],
    [
      'a resource without six components',
      { ...tags, resources: ['arn:aws:s3*'] },
      'want "*" or six components',
    ],
    [
      'a key read both as a set and as one value',
      tagged({
        'ForAnyValue:StringEquals': { 'aws:TagKeys': 'a' },
        StringNotEquals: { 'aws:TagKeys': 'b' },
      }),
      'condition key aws:TagKeys is used with a set operator and as a single value',
    ],
    [
      'a key compared by order and as text',
      tagged({ NumericEquals: { 'ec2:Size': '1' }, StringLike: { 'ec2:Size': '2' } }),
      'condition key ec2:Size is compared by order',
    ],
    ['BinaryEquals', tagged({ BinaryEquals: { 'ec2:Blob': 'AA==' } }), 'BinaryEquals cannot be encoded'],
  ])('refuses %s by name', async (_, claim, message) => {
    await expect(settles(claim)).rejects.toThrow(message);
  });
});
