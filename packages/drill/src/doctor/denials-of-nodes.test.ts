import { authorize, compile, type AuthorizationRequest } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { denialsOfNodes, type NodePolicy, type PlacedAccount } from './denials-of-nodes.ts';
import type { AskedThere } from './record-checks.ts';

const MEMBER = { account: '602011160021', region: 'eu-central-1' };
const SECURITY = '602011150002';
const OTHER = '602011160022';

const request: AuthorizationRequest = {
  principal: {
    kind: 'role-session',
    account: MEMBER.account,
    roleArn: `arn:aws:iam::${MEMBER.account}:role/x`,
    sessionArn: `arn:aws:sts::${MEMBER.account}:assumed-role/x/s`,
    roleId: 'AROA1',
    sessionName: 's',
  },
  action: 's3:ListAllMyBuckets',
  resource: '*',
  resourceAccount: MEMBER.account,
  context: { 'aws:RequestedRegion': MEMBER.region },
  policies: {
    identity: [
      compile({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'own'),
    ],
  },
};

const recording: AskedThere = {
  checks: [{ step: 'inspect', request, decision: authorize(request), assumed: false }],
  accounts: {
    management: '602011150001',
    security: SECURITY,
    evidence: '602011150003',
    forensics: '602011150004',
  },
  member: MEMBER,
};

const accounts: readonly PlacedAccount[] = [
  { id: MEMBER.account, kind: 'member', above: ['r-root', 'ou-work'] },
  { id: OTHER, kind: 'member', above: ['r-root', 'ou-work'] },
  { id: SECURITY, kind: 'security', above: ['r-root', 'ou-own'] },
];
const regions = ['eu-central-1', 'us-east-1'];

const full: NodePolicy = {
  kind: 'SCP',
  name: 'FullAWSAccess',
  content: '{}',
  targets: ['r-root', 'ou-work', 'ou-own', MEMBER.account, OTHER],
  isAws: true,
};

const scp = (statement: object, ...targets: readonly string[]): NodePolicy => ({
  kind: 'SCP',
  name: 'theirs',
  content: JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'One', ...statement }] }),
  targets,
  isAws: false,
});
const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*' };

const found = (...policies: readonly NodePolicy[]) =>
  denialsOfNodes(recording, [full, ...policies], { accounts, regions });

describe('denialsOfNodes', () => {
  it('finds nothing where AWS alone has attached something', () => {
    expect(found()).toEqual({ denials: [], unjudged: [] });
  });

  it('names node, statement, step, actions and Regions once', () => {
    expect(found(scp(deny, 'ou-work')).denials).toEqual([
      {
        kind: 'SCP',
        node: 'ou-work',
        policy: 'SCP theirs',
        sid: 'One',
        step: 'inspect',
        actions: ['s3:ListAllMyBuckets'],
        regions,
      },
    ]);
  });

  it('says it once of nodes that have the same', () => {
    expect(found(scp(deny, MEMBER.account, OTHER)).denials).toMatchObject([
      { node: `${MEMBER.account} and 1 more` },
    ]);
  });

  it('holds a policy against the accounts below its node alone', () => {
    expect(found(scp(deny, 'ou-own')).denials).toEqual([]);
    expect(found(scp(deny, 'ou-nobody')).denials).toEqual([]);
  });

  it('tells the Region that a policy closes', () => {
    const Condition = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
    expect(found(scp({ ...deny, Condition }, 'r-root')).denials).toMatchObject([{ regions: ['us-east-1'] }]);
  });

  it("takes a list of what is allowed for all that a node allows, unless AWS's own is there as well", () => {
    const allow = scp({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }, 'ou-work');
    expect(found(allow).denials).toEqual([]);
    const alone = denialsOfNodes(recording, [allow], { accounts, regions });
    expect(alone.denials).toMatchObject([{ node: 'ou-work', step: 'inspect' }]);
  });

  it('says which policy cannot be read, and judges the others', () => {
    const { denials, unjudged } = found(scp(deny, 'r-root'), {
      ...scp(deny, 'r-root'),
      name: 'strange',
      content: '{"Statement":[{"Effect":"Refuse"}]}',
    });
    expect(unjudged).toEqual([{ policy: 'SCP strange', because: expect.stringContaining('Refuse') }]);
    expect(denials).toHaveLength(1);
  });
});
