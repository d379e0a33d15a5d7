import { GetRoleCommand, ListAttachedRolePoliciesCommand, type IAMClient } from '@aws-sdk/client-iam';
import { deniesSessionsOf, SESSION_DENY_TAG_KEYS, type IncidentRef, type StepOf } from '@cordon/incident';
import { sessionDenyPolicyArn } from '../needs/revoke.ts';
import type { Services } from '../services.ts';
import { readSessionDeny, roleOfProfile } from './deny-sessions.ts';

/** Undefined when the role's sessions of this instance are denied by the way that the plan says; else what is missing. */
export const isDenied = async (
  iam: IAMClient,
  step: StepOf<'deny-sessions'>,
  incident: IncidentRef,
  { partition }: Services,
): Promise<string | undefined> => {
  const role = await roleOfProfile(iam, step.profileArn);
  if (role === undefined) return undefined;
  switch (step.by) {
    case 'attach-fixed-policy':
      return isAttached(
        iam,
        role.name,
        incident,
        sessionDenyPolicyArn({ partition, account: incident.account }),
      );
    case 'put-role-policy': {
      const held = await readSessionDeny(iam, role.name, incident.instanceId);
      if (held === undefined) return `role ${role.name} does not carry the session deny`;
      return deniesSessionsOf(held, { partition, instanceId: incident.instanceId })
        ? undefined
        : `role ${role.name} carries another text than the session deny under its name`;
    }
  }
};

const isAttached = async (
  iam: IAMClient,
  RoleName: string,
  { instanceId }: IncidentRef,
  policyArn: string,
): Promise<string | undefined> => {
  const [{ Role: role }, { AttachedPolicies: attached = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ]);
  const marked = (role?.Tags ?? []).some(
    (tag) => SESSION_DENY_TAG_KEYS.some((key) => key === tag.Key) && tag.Value === instanceId,
  );
  if (!marked) return `role ${RoleName} is not marked with the instance`;
  return attached.some(({ PolicyArn }) => PolicyArn === policyArn)
    ? undefined
    : `role ${RoleName} does not carry the session deny`;
};
