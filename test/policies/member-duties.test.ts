import { authorize, compile, type AuthorizationRequest } from '@cordon/iam';
import {
  acquireStatements,
  containStatements,
  revokeStatements,
  type Names,
  type Statement,
} from '@cordon/responder/needs';
import { describe, expect, it } from 'vitest';

const names: Names = {
  partition: 'aws',
  account: '602011160021',
  securityAccount: '602011150002',
  evidenceAccount: '602011150003',
  forensicsAccount: '602011150004',
  homeRegion: 'eu-west-1',
};
const SNAPSHOT = 'arn:aws:ec2:eu-central-1::snapshot/snap-0123456789abcdef0';
const ROLE = 'arn:aws:iam::602011160021:role/Shop-Web-workload';

const allows = (
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: AuthorizationRequest['context'] = {},
): boolean =>
  authorize({
    principal: {
      kind: 'role-session',
      account: names.account,
      roleArn: 'arn:aws:iam::602011160021:role/cordon/cordon-x',
      sessionArn: 'arn:aws:sts::602011160021:assumed-role/cordon-x/inc-1',
      roleId: 'AROAX',
      sessionName: 'inc-1',
    },
    action,
    resource,
    resourceAccount: names.account,
    context,
    policies: { identity: [compile({ Version: '2012-10-17', Statement: statements }, 'duty')] },
  }).verdict === 'allow';

describe('the acquire duty', () => {
  const may = (action: string, context: AuthorizationRequest['context']): boolean =>
    allows(acquireStatements(names), action, SNAPSHOT, context);
  const intermediate = { 'aws:ResourceTag/cordon:intermediate': 'true' };

  it('deletes only snapshots that were tagged intermediate, and can tag a snapshot only at its birth', () => {
    expect(may('ec2:DeleteSnapshot', intermediate)).toBe(true);
    expect(may('ec2:DeleteSnapshot', {})).toBe(false);
    expect(may('ec2:CreateTags', { 'ec2:CreateAction': 'CreateSnapshots' })).toBe(true);
    expect(
      may('ec2:CreateTags', {
        'aws:RequestTag/cordon:intermediate': 'true',
        'aws:TagKeys': ['cordon:intermediate'],
      }),
    ).toBe(false);
  });

  it.each<[string, AuthorizationRequest['context'], boolean]>([
    ['the evidence account', { ...intermediate, 'ec2:Add/userId': '602011150003' }, true],
    ['another account', { ...intermediate, 'ec2:Add/userId': '999900001111' }, false],
    ['everybody', { ...intermediate, 'ec2:Add/group': 'all' }, false],
    [
      'the evidence account and everybody at once',
      { ...intermediate, 'ec2:Add/userId': '602011150003', 'ec2:Add/group': 'all' },
      false,
    ],
    ['the evidence account, of a snapshot that is none of ours', { 'ec2:Add/userId': '602011150003' }, false],
  ])('shares a snapshot with %s', (_name, context, expected) => {
    expect(may('ec2:ModifySnapshotAttribute', context)).toBe(expected);
  });
});

describe('the contain duty', () => {
  const group = 'arn:aws:ec2:eu-central-1:602011160021:security-group/sg-1';

  it('puts an interface only into a group that carries the isolation tag, and opens no group', () => {
    const statements = containStatements(names);
    expect(
      allows(statements, 'ec2:ModifyNetworkInterfaceAttribute', group, {
        'aws:ResourceTag/cordon:isolation': 'true',
      }),
    ).toBe(true);
    expect(allows(statements, 'ec2:ModifyNetworkInterfaceAttribute', group)).toBe(false);
    expect(
      allows(statements, 'ec2:AuthorizeSecurityGroupIngress', group, {
        'aws:ResourceTag/cordon:isolation': 'true',
      }),
    ).toBe(false);
    expect(
      allows(statements, 'ec2:TerminateInstances', 'arn:aws:ec2:eu-central-1:602011160021:instance/i-1'),
    ).toBe(false);
  });
});

describe('the revoke duty', () => {
  const deny = 'arn:aws:iam::602011160021:policy/cordon/cordon-deny-contained-sessions';

  it.each<[string, string, string, AuthorizationRequest['context'], boolean]>([
    [
      'attaches the one deny to a workload role',
      'iam:AttachRolePolicy',
      ROLE,
      { 'iam:PolicyARN': deny },
      true,
    ],
    [
      'attaches nothing else',
      'iam:AttachRolePolicy',
      ROLE,
      { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' },
      false,
    ],
    [
      'leaves our own roles alone',
      'iam:AttachRolePolicy',
      'arn:aws:iam::602011160021:role/cordon/cordon-inspect',
      { 'iam:PolicyARN': deny },
      false,
    ],
    [
      'leaves service-linked roles alone',
      'iam:AttachRolePolicy',
      'arn:aws:iam::602011160021:role/aws-service-role/x/AWSServiceRoleForX',
      { 'iam:PolicyARN': deny },
      false,
    ],
    [
      'leaves roles of Identity Center alone',
      'iam:TagRole',
      'arn:aws:iam::602011160021:role/aws-reserved/sso/X',
      { 'aws:TagKeys': ['cordon-contained-1'] },
      false,
    ],
    ['writes no policy', 'iam:PutRolePolicy', ROLE, {}, false],
    ['takes no policy away', 'iam:DetachRolePolicy', ROLE, { 'iam:PolicyARN': deny }, false],
    [
      'passes no role but the quarantine one',
      'iam:PassRole',
      ROLE,
      { 'iam:PassedToService': 'ec2.amazonaws.com' },
      false,
    ],
  ])('%s', (_name, action, resource, context, expected) => {
    expect(allows(revokeStatements(names), action, resource, context)).toBe(expected);
  });
});
