import { authorize, compile, type AuthorizationRequest } from '@cordon/iam';
import { sessionDenyDocument, type Containment } from '@cordon/incident';
import {
  inspectStatements,
  releaseStatements,
  revokeStatements,
  type Names,
  type Statement,
} from '@cordon/responder/needs';
import { describe, expect, it } from 'vitest';
import { writing, writingTemplates } from '../simulation/write-role-policy.ts';
import { play } from '../steps/play.ts';

const MEMBER = '602011160021';
const SUSPECT = 'i-0123456789abcdef0';
const ANOTHER = 'i-0123456789abcdef1';
const SIBLING = 'i-0fedcba9876543210';
const ATTACH: Containment = {
  sessionDeny: 'attach-fixed-policy',
  beyondInstance: [],
  crashGraceSeconds: 120,
  managementPathMinutes: 30,
};
const PUT: Containment = { ...ATTACH, sessionDeny: 'put-role-policy' };
const ROLE = `arn:aws:iam::${MEMBER}:role/Shop-Web-workload`;
const names: Names = {
  partition: 'aws',
  account: MEMBER,
  securityAccount: '602011150002',
  evidenceAccount: '602011150003',
  forensicsAccount: '602011150004',
  homeRegion: 'eu-west-1',
  organizationId: 'o-cordondrill',
};

interface Asked {
  readonly policies: readonly (string | readonly Statement[])[];
  readonly action: string;
  readonly resource: string;
  readonly sessionName?: string;
  readonly context?: AuthorizationRequest['context'];
}

const allows = ({ policies, action, resource, sessionName = 'inc-1', context = {} }: Asked): boolean =>
  authorize({
    principal: {
      kind: 'role-session',
      account: MEMBER,
      roleArn: ROLE,
      sessionArn: `arn:aws:sts::${MEMBER}:assumed-role/Shop-Web-workload/${sessionName}`,
      roleId: 'AROAX',
      sessionName,
    },
    action,
    resource,
    resourceAccount: MEMBER,
    context,
    policies: {
      identity: policies.map((policy, index) =>
        compile(
          typeof policy === 'string' ? JSON.parse(policy) : { Version: '2012-10-17', Statement: policy },
          `policy ${index}`,
        ),
      ),
    },
  }).verdict === 'allow';

const actionsOf = (statements: readonly Statement[]): readonly string[] =>
  statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action)
    .toSorted();

describe('the inline session deny', () => {
  const everything: readonly Statement[] = [
    { Sid: 'All', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  ];
  const denies = [SUSPECT, ANOTHER].map((instanceId) =>
    sessionDenyDocument({ partition: 'aws', instanceId }),
  );
  const source = (id: string): string => `arn:aws:ec2:eu-central-1:${MEMBER}:instance/${id}`;

  it.each<[string, string, string | undefined, boolean]>([
    ['a session of the contained instance', SUSPECT, source(SUSPECT), false],
    ['one of another contained instance on the role', ANOTHER, source(ANOTHER), false],
    ['one whose requests do not carry the source instance', SUSPECT, undefined, false],
    ['one of another name with credentials of the contained instance', 'renamed', source(SUSPECT), false],
    ['a session of the sibling', SIBLING, source(SIBLING), true],
    ['a session of a user on the same role', 'alice', undefined, true],
  ])('lets %s past the deny by name %s and source %s: %s', (_name, sessionName, from, expected) => {
    expect(
      allows({
        policies: [everything, ...denies],
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::shop/x',
        sessionName,
        context: {
          'aws:userid': `AROAX:${sessionName}`,
          ...(from === undefined ? {} : { 'ec2:SourceInstanceARN': from }),
        },
      }),
    ).toBe(expected);
  });
});

describe('the revoke duty', () => {
  it('has no right to write a policy unless the deployment chose so', () => {
    expect(JSON.stringify(revokeStatements(names, ATTACH))).not.toMatch(/PutRolePolicy|GetRolePolicy/);
    expect(JSON.stringify(inspectStatements(ATTACH))).not.toContain('GetRolePolicy');
    expect(actionsOf(inspectStatements(PUT))).toContain('iam:GetRolePolicy');
  });

  it('neither tags nor attaches where it writes', () => {
    expect(JSON.stringify(revokeStatements(names, PUT))).not.toMatch(/TagRole|AttachRolePolicy/);
  });

  it.each([
    ['a workload role', ROLE, true],
    ['a role of ours', `arn:aws:iam::${MEMBER}:role/cordon/cordon-inspect`, false],
    ['a service-linked role', `arn:aws:iam::${MEMBER}:role/aws-service-role/x/AWSServiceRoleForX`, false],
    ['a role of Identity Center', `arn:aws:iam::${MEMBER}:role/aws-reserved/sso/X`, false],
    ['a role of another account', 'arn:aws:iam::999900001111:role/X', false],
  ])('where it writes, may write into %s: %s', (_name, resource, expected) => {
    expect(allows({ policies: [revokeStatements(names, PUT)], action: 'iam:PutRolePolicy', resource })).toBe(
      expected,
    );
  });

  it('where it writes, is allowed just what a run of it calls', async () => {
    const played = await play({ config: writing, templates: writingTemplates() });
    const called = played.calls
      .filter(({ caller }) => caller.includes(':assumed-role/cordon-revoke/'))
      .map(({ service, operation }) => `${service}:${operation}`);
    const notCalled = [
      // Checked when the profile is swapped, and no call of its own.
      'iam:PassRole',
      // In place of a swap that was refused: "removes the profile where the quarantine role may not be passed".
      'ec2:DisassociateIamInstanceProfile',
    ];
    expect(played.kinds).toContain('contained');
    expect([...new Set([...called, ...notCalled])].toSorted()).toEqual(
      actionsOf(revokeStatements(names, PUT)),
    );
  });
});

describe('the release duty', () => {
  it('deletes inline policies only where the deployment chose to write them, and then detaches and untags nothing', () => {
    expect(JSON.stringify(releaseStatements(names, ATTACH))).not.toContain('DeleteRolePolicy');
    expect(JSON.stringify(releaseStatements(names, PUT))).not.toMatch(/DetachRolePolicy|UntagRole/);
  });

  it.each([
    ['a workload role', ROLE, true],
    ['a role of ours', `arn:aws:iam::${MEMBER}:role/cordon/cordon-inspect`, false],
    ['a service-linked role', `arn:aws:iam::${MEMBER}:role/aws-service-role/x/AWSServiceRoleForX`, false],
    ['a role of Identity Center', `arn:aws:iam::${MEMBER}:role/aws-reserved/sso/X`, false],
  ])('where it deletes, may delete from %s: %s', (_name, resource, expected) => {
    expect(
      allows({ policies: [releaseStatements(names, PUT)], action: 'iam:DeleteRolePolicy', resource }),
    ).toBe(expected);
  });
});
