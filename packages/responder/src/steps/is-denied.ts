import type { IAMClient } from '@aws-sdk/client-iam';
import { deniesSessionsOf, sessionDenyPolicyName, type IncidentRef, type StepOf } from '@cordon/incident';
import { sessionDenyPolicyArn } from '../needs/revoke.ts';
import type { Services } from '../services.ts';
import { roleOfProfile } from './deny-sessions.ts';
import { whyNotDenied } from './read-deny.ts';

/** Undefined when the role's sessions of this instance are denied by the way that the plan says; else what is missing. */
export const isDenied = async (
  iam: IAMClient,
  step: StepOf<'deny-sessions'>,
  incident: IncidentRef,
  { partition }: Services,
): Promise<string | undefined> => {
  const role = await roleOfProfile(iam, step.profileArn);
  const { account, instanceId } = incident;
  return role === undefined
    ? undefined
    : whyNotDenied(iam, {
        roleName: role.name,
        by: step.by,
        sessionName: instanceId,
        policyArn: sessionDenyPolicyArn({ partition, account }),
        written: {
          name: sessionDenyPolicyName(instanceId),
          isOurs: (document) => deniesSessionsOf(document, { partition, instanceId }),
        },
      });
};
