import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { FURNITURE } from '../furniture.ts';
import { step, type At, type Keys, type Step } from '../step.ts';

const DUTY = 'duty';

const trustOf = (at: At): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${at.known.of('management')}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  });

const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z' } },
    },
  ],
});

const AGENT = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

const dutyArn = (at: At): string => `arn:aws:iam::${at.known.of('member')}:role/cordon/${DUTY}`;

const assumeDuty = (at: At, more: { readonly RoleArn?: string } = {}) =>
  at.management.sts.send(
    new AssumeRoleCommand({ RoleArn: dutyArn(at), RoleSessionName: 'inc-1', DurationSeconds: 900, ...more }),
  );

const keysOf = async (at: At): Promise<Keys> => (await assumeDuty(at)).Credentials ?? {};

const roles: readonly Step[] = [
  step('iam: creates a role below a path', (at) =>
    at.member.iam.send(
      new CreateRoleCommand({
        RoleName: DUTY,
        Path: '/cordon/',
        Description: 'takes part in a response',
        MaxSessionDuration: 7200,
        AssumeRolePolicyDocument: trustOf(at),
        Tags: [{ Key: 'team', Value: 'response' }],
      }),
    ),
  ),
  step('iam: refuses a role whose name is taken', (at) =>
    at.member.iam.send(new CreateRoleCommand({ RoleName: DUTY, AssumeRolePolicyDocument: trustOf(at) })),
  ),
  step('iam: refuses a role with a trust policy that is no JSON', (at) =>
    at.member.iam.send(new CreateRoleCommand({ RoleName: 'broken', AssumeRolePolicyDocument: 'trust me' })),
  ),
  step('iam: reads a role', (at) => at.member.iam.send(new GetRoleCommand({ RoleName: DUTY }))),
  step('iam: refuses to read a role that is not there', (at) =>
    at.member.iam.send(new GetRoleCommand({ RoleName: 'nobody' })),
  ),
  step('iam: lists the roles below a path', (at) =>
    at.member.iam.send(new ListRolesCommand({ PathPrefix: '/cordon/' })),
  ),
  step('iam: replaces a trust policy', (at) =>
    at.member.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: DUTY, PolicyDocument: trustOf(at) })),
  ),
  step('iam: tags a role', (at) =>
    at.member.iam.send(
      new TagRoleCommand({
        RoleName: DUTY,
        Tags: [
          { Key: 'cordon:incident', Value: 'inc-1' },
          { Key: 'team', Value: 'people' },
        ],
      }),
    ),
  ),
  step('iam: lists the tags of a role', (at) =>
    at.member.iam.send(new ListRoleTagsCommand({ RoleName: DUTY })),
  ),
  step('iam: untags a role', (at) =>
    at.member.iam.send(new UntagRoleCommand({ RoleName: DUTY, TagKeys: ['cordon:incident', 'absent'] })),
  ),
  step('iam: lists the tags that are left', (at) =>
    at.member.iam.send(new ListRoleTagsCommand({ RoleName: DUTY })),
  ),
  step('iam: refuses to tag a role that is not there', (at) =>
    at.member.iam.send(new TagRoleCommand({ RoleName: 'nobody', Tags: [{ Key: 'a', Value: 'b' }] })),
  ),
];

const policies: readonly Step[] = [
  step('iam: writes an inline policy', (at) =>
    at.member.iam.send(
      new PutRolePolicyCommand({ RoleName: DUTY, PolicyName: 'deny', PolicyDocument: DENY }),
    ),
  ),
  step('iam: refuses an inline policy that is no JSON', (at) =>
    at.member.iam.send(
      new PutRolePolicyCommand({ RoleName: DUTY, PolicyName: 'broken', PolicyDocument: 'deny' }),
    ),
  ),
  step('iam: reads an inline policy', (at) =>
    at.member.iam.send(new GetRolePolicyCommand({ RoleName: DUTY, PolicyName: 'deny' })),
  ),
  step('iam: lists inline policies', (at) =>
    at.member.iam.send(new ListRolePoliciesCommand({ RoleName: DUTY })),
  ),
  step('iam: deletes an inline policy', (at) =>
    at.member.iam.send(new DeleteRolePolicyCommand({ RoleName: DUTY, PolicyName: 'deny' })),
  ),
  step('iam: refuses to delete an inline policy twice', (at) =>
    at.member.iam.send(new DeleteRolePolicyCommand({ RoleName: DUTY, PolicyName: 'deny' })),
  ),
  step('iam: refuses to read an inline policy that is not there', (at) =>
    at.member.iam.send(new GetRolePolicyCommand({ RoleName: DUTY, PolicyName: 'deny' })),
  ),
  step('iam: attaches a managed policy', (at) =>
    at.member.iam.send(new AttachRolePolicyCommand({ RoleName: DUTY, PolicyArn: AGENT })),
  ),
  step('iam: attaches a managed policy twice, which changes nothing', (at) =>
    at.member.iam.send(new AttachRolePolicyCommand({ RoleName: DUTY, PolicyArn: AGENT })),
  ),
  step('iam: refuses to attach a policy that is not there', (at) =>
    at.member.iam.send(
      new AttachRolePolicyCommand({
        RoleName: DUTY,
        PolicyArn: `arn:aws:iam::${at.known.of('member')}:policy/absent`,
      }),
    ),
  ),
  step('iam: lists attached policies', (at) =>
    at.member.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: DUTY })),
  ),
  step('iam: detaches a managed policy', (at) =>
    at.member.iam.send(new DetachRolePolicyCommand({ RoleName: DUTY, PolicyArn: AGENT })),
  ),
  step('iam: refuses to detach a policy twice', (at) =>
    at.member.iam.send(new DetachRolePolicyCommand({ RoleName: DUTY, PolicyArn: AGENT })),
  ),
  // Last of all: moto takes it.
  step('iam: refuses an inline policy longer than a role may have', (at) =>
    at.member.iam.send(
      new PutRolePolicyCommand({
        RoleName: DUTY,
        PolicyName: 'long',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: '*', Resource: `arn:aws:s3:::${'a'.repeat(11_000)}` }],
        }),
      }),
    ),
  ),
];

const profiles: readonly Step[] = [
  step('iam: reads an instance profile with its role', (at) =>
    at.member.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: FURNITURE.profile })),
  ),
  step('iam: refuses to read a profile that is not there', (at) =>
    at.member.iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'absent' })),
  ),
  step('iam: lists the profiles of a role', (at) =>
    at.member.iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: FURNITURE.role })),
  ),
];

/** What Security Token Service says, and which account and session a taken role is. */
const sessions: readonly Step[] = [
  step('sts: says who an administrator of the organization is, by account', async (at) => {
    const { Account, $metadata } = await at.management.sts.send(new GetCallerIdentityCommand());
    return { Account, $metadata };
  }),
  step('sts: takes a role of another account', (at) => assumeDuty(at)),
  step('sts: says who a session of a role is', async (at) =>
    at.as(await keysOf(at)).sts.send(new GetCallerIdentityCommand()),
  ),
  step('sts: refuses a role that is not there', (at) =>
    assumeDuty(at, { RoleArn: `arn:aws:iam::${at.known.of('member')}:role/nobody` }),
  ),
  step('sts: refuses a role by a malformed ARN', (at) => assumeDuty(at, { RoleArn: 'arn:aws:iam::role' })),
  step('sts: refuses a session longer than the role allows', (at) =>
    at.management.sts.send(
      new AssumeRoleCommand({ RoleArn: dutyArn(at), RoleSessionName: 'inc-1', DurationSeconds: 10_800 }),
    ),
  ),
  step('sts: refuses a session shorter than a quarter of an hour', (at) =>
    at.management.sts.send(
      new AssumeRoleCommand({ RoleArn: dutyArn(at), RoleSessionName: 'inc-1', DurationSeconds: 60 }),
    ),
  ),
];

/** Identity: IAM and STS. */
export const identitySteps: readonly Step[] = [...roles, ...policies, ...profiles, ...sessions];
