import {
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UntagRoleCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import {
  boundedDenyDocument,
  boundingOf,
  chainedDenyPolicyName,
  secondAfter,
  SESSION_DENY_TAG_KEYS,
  sessionDenyPolicyName,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { NotDone } from '../steps/attempt.ts';
import type { Act, Acting } from './act.ts';

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

const NO_ROLE = 'no outcome names the role: look for tags and policies of ours';
const nameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1);
const DETACHES = ['iam:GetRole', 'iam:UntagRole', 'iam:DetachRolePolicy'];
const only = (on: string | undefined): readonly string[] => (on === undefined ? [] : [on]);

const writeBound = async (on: string, { iam, instanceId, partition, now }: Acting): Promise<string> => {
  const issuedBefore = secondAfter(now);
  try {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: nameOf(on),
        PolicyName: sessionDenyPolicyName(instanceId),
        PolicyDocument: boundedDenyDocument({ partition, instanceId }, issuedBefore),
      }),
    );
  } catch (error) {
    if (faultCode(error) !== 'LimitExceededException') throw error;
    throw new NotDone(
      `role ${nameOf(on)} has no room for another inline policy: the whole deny stays; make room, or give this step up`,
    );
  }
  return `role ${nameOf(on)} denies the instance's sessions that were issued before ${issuedBefore}`;
};

/** Narrows the deny to what was issued until now. The moment is taken here: nothing of that role was given to the host since the cut. */
export const actBound: Act<'bound-session-deny'> = {
  on: ({ by }, { on }) => [
    {
      actions: ['iam:PutRolePolicy', ...(by === 'attach-fixed-policy' ? DETACHES : [])],
      resources: only(on),
    },
  ],
  act: async ({ by }, acting) => {
    const { on, facts, doneAt: cutAt, now } = acting;
    const role = facts.roles.find(({ roleArn }) => roleArn === on);
    if (on === undefined || role === undefined) throw new NotDone(NO_ROLE);
    const bounding = boundingOf(role, { by, cutAt, now });
    switch (bounding.next) {
      case 'write':
        return writeBound(on, acting);
      case 'take-whole-away':
        return detach(nameOf(on), role.marks, acting);
      case 'wait':
      case 'nothing':
        return `role ${nameOf(on)} carries the bounded deny`;
    }
  },
};

/** Lifts the deny of the instance's old sessions, whole and bounded. */
export const actSessionDeny: Act<'lift-session-deny'> = {
  on: ({ by }, { on, facts }) => [
    {
      actions: [
        ...(by === 'attach-fixed-policy' ? DETACHES : []),
        ...(by === 'put-role-policy' || facts.mayBound ? ['iam:DeleteRolePolicy'] : []),
      ],
      resources: only(on),
    },
  ],
  act: async ({ by }, acting) => {
    const { iam, on, facts, instanceId, drifted } = acting;
    if (on === undefined) throw new NotDone(NO_ROLE);
    const RoleName = nameOf(on);
    const role = facts.roles.find(({ roleArn }) => roleArn === on);
    const PolicyName = sessionDenyPolicyName(instanceId);
    // Beside the fixed policy, what somebody else wrote under our name goes only when a person named it.
    if (by === 'put-role-policy' || role?.inline === 'bounded' || (drifted && role?.inline === 'other'))
      await gone(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
    return by === 'attach-fixed-policy'
      ? detach(RoleName, role?.marks ?? [], acting)
      : `role ${RoleName} carries no deny of the instance's sessions any more`;
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
