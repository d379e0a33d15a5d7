import { authorize, compile, type AuthorizationRequest } from '@cordon/iam';
import { describe, expect, it } from 'vitest';
import { readPolicyFile } from './given-policies.ts';
import type { AskedThere } from './record-checks.ts';
import { replayWith } from './replay-with.ts';

const MEMBER = { account: '602011160021', region: 'eu-central-1' };
const MANAGEMENT = '602011150001';

const askedBy = (account: string, role: string, resource = '*'): AuthorizationRequest => ({
  principal: {
    kind: 'role-session',
    account,
    roleArn: `arn:aws:iam::${account}:role/${role}`,
    sessionArn: `arn:aws:sts::${account}:assumed-role/${role.slice(role.lastIndexOf('/') + 1)}/s`,
    roleId: 'AROA1',
    sessionName: 's',
  },
  action: 's3:ListAllMyBuckets',
  resource: '*',
  resourceAccount: account,
  context: { 'aws:RequestedRegion': MEMBER.region },
  policies: {
    identity: [
      compile(
        {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: { StringLike: { 'aws:RequestedRegion': resource } },
          },
        },
        'own',
      ),
    ],
  },
});

const recordingOf = (request: AuthorizationRequest): AskedThere => ({
  checks: [{ step: 'inspect', request, decision: authorize(request), assumed: false }],
  accounts: {
    management: MANAGEMENT,
    security: '602011150002',
    evidence: '602011150003',
    forensics: '602011150004',
  },
  member: MEMBER,
});

const everything = { Effect: 'Deny', Action: '*', Resource: '*' };
const fileOf = (kind: 'SCP' | 'RCP', statement: object) => ({
  policy: readPolicyFile({ text: JSON.stringify({ Statement: [statement] }), name: 'all.json', kind }).policy,
});
const GIVEN = {
  scps: [fileOf('SCP', everything)],
  rcps: [fileOf('RCP', { ...everything, Principal: '*' })],
};

describe('replayWith', () => {
  const deniedLayers = (request: AuthorizationRequest): readonly string[] =>
    replayWith(recordingOf(request), GIVEN).denials.map(({ layer }) => layer);

  it.each<[string, AuthorizationRequest, readonly string[]]>([
    ['a role of a member', askedBy(MEMBER.account, 'x'), ['service-control', 'resource-control']],
    ['a role of the management account', askedBy(MANAGEMENT, 'x'), []],
    [
      'a service-linked role',
      askedBy(MEMBER.account, 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'),
      [],
    ],
    ['an account that is not of the organization', askedBy('999999999999', 'x'), []],
  ])('binds %s as AWS does, each layer for itself', (_who, request, layers) => {
    expect(deniedLayers(request)).toEqual(layers);
  });

  it('refuses a place in which the product itself would answer otherwise', () => {
    const recording = recordingOf(askedBy(MEMBER.account, 'x', 'eu-c*'));
    expect(replayWith(recording, { scps: [], rcps: [] }).replayed).toBe(1);
    expect(() => replayWith(recording, { scps: [], rcps: [], region: 'us-west-2' })).toThrow(
      /s3:ListAllMyBuckets on \* is denied once it is said of 602011160021, us-west-2/,
    );
  });
});
