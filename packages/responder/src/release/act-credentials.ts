import {
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
} from '@aws-sdk/client-ec2';
import {
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  UntagRoleCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import {
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_TAG_KEYS,
  sessionDenyPolicyName,
  chainedDenyPolicyName,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { NotDone } from '../steps/attempt.ts';
import type { Act, Acting } from './act.ts';

/** Takes the quarantine profile off. */
export const actQuarantineProfile: Act<'end-quarantine-profile'> = {
  reads: ['ec2:DescribeIamInstanceProfileAssociations'],
  on: (_lift, { ec2Arn, instanceId }) => [
    { actions: ['ec2:DisassociateIamInstanceProfile'], resources: [ec2Arn(`instance/${instanceId}`)] },
  ],
  act: async (_lift, { ec2, instanceId }) => {
    const { IamInstanceProfileAssociations: associations = [] } = await ec2.send(
      new DescribeIamInstanceProfileAssociationsCommand({
        Filters: [
          { Name: 'instance-id', Values: [instanceId] },
          { Name: 'state', Values: ['associating', 'associated'] },
        ],
      }),
    );
    const ours = associations.filter(
      ({ IamInstanceProfile }) => IamInstanceProfile?.Arn?.endsWith(`/${QUARANTINE_PROFILE_NAME}`) === true,
    );
    for (const { AssociationId } of ours)
      await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId }));
    return 'the quarantine profile is off';
  },
};

/** No role of ours may pass a workload's role. */
export const actProfile: Act<'restore-profile'> = {
  on: () => [],
  act: ({ profileArn }) => {
    throw new NotDone(`${profileArn} cannot be associated by Cordon: somebody who may pass its role must`);
  },
};

const marksOf = async (iam: IAMClient, RoleName: string): Promise<number> => {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  return (Role?.Tags ?? []).filter(({ Key }) => SESSION_DENY_TAG_KEYS.some((key) => key === Key)).length;
};

const gone = async (asked: Promise<unknown>): Promise<void> => {
  try {
    await asked;
  } catch (error) {
    // Detached or deleted by an earlier try.
    if (faultCode(error) !== 'NoSuchEntityException') throw error;
  }
};

/** Takes this instance's marks off the role, and the fixed policy when nobody is marked any more. */
const detach = async (roleName: string, marks: readonly string[], { iam, denyPolicyArn }: Acting) => {
  if (marks.length > 0)
    await gone(iam.send(new UntagRoleCommand({ RoleName: roleName, TagKeys: [...marks] })));
  if ((await marksOf(iam, roleName)) > 0)
    return `role ${roleName} no longer names the instance; the deny stays for the others that it names`;
  await gone(iam.send(new DetachRolePolicyCommand({ RoleName: roleName, PolicyArn: denyPolicyArn })));
  // Another incident may have marked the role between the two: its deny has gone, and the watch puts it back.
  return (await marksOf(iam, roleName)) > 0
    ? `the deny was taken off role ${roleName} while another incident marked it: that incident's containment is read again by the watch`
    : `role ${roleName} carries no session deny any more`;
};

/** Lifts the deny of the instance's old sessions. */
export const actSessionDeny: Act<'lift-session-deny'> = {
  on: ({ by }, { on }) => [
    {
      actions:
        by === 'attach-fixed-policy'
          ? ['iam:GetRole', 'iam:UntagRole', 'iam:DetachRolePolicy']
          : ['iam:DeleteRolePolicy'],
      resources: on === undefined ? [] : [on],
    },
  ],
  act: async ({ by }, acting) => {
    const { iam, on, facts, instanceId } = acting;
    if (on === undefined) throw new NotDone('no outcome names the role: look for tags and policies of ours');
    const roleName = on.slice(on.lastIndexOf('/') + 1);
    const role = facts.roles.find(({ roleArn }) => roleArn === on);
    if (by === 'attach-fixed-policy') return detach(roleName, role?.marks ?? [], acting);
    await gone(
      iam.send(
        new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: sessionDenyPolicyName(instanceId) }),
      ),
    );
    return `role ${roleName} carries no deny of the instance's sessions any more`;
  },
};

/** Lifts the deny of one session that the instance assumed, in the account of its role. */
export const actChainedDeny: Act<'lift-chained-deny'> = {
  on: ({ by, roleArn }) => [
    {
      actions:
        by === 'attach-fixed-policy'
          ? ['iam:GetRole', 'iam:UntagRole', 'iam:DetachRolePolicy']
          : ['iam:DeleteRolePolicy'],
      resources: [roleArn],
    },
  ],
  act: async ({ id, by, roleArn }, acting) => {
    const { iam, facts, instanceId } = acting;
    const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    if (by === 'attach-fixed-policy')
      return detach(RoleName, facts.chained?.find((role) => role.id === id)?.marks ?? [], acting);
    await gone(
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: chainedDenyPolicyName(instanceId, id) })),
    );
    return `role ${RoleName} carries no deny of that session any more`;
  },
};
