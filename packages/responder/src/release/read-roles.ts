import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  chainedDenyPolicyName,
  deniesChained,
  deniesSessionsOf,
  SESSION_DENY_TAG_KEYS,
  sessionDenyPolicyName,
  type DeniedRoleNow,
  type IncidentRef,
  type Lift,
  type ReleaseFacts,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { SESSION_DENY_LOOK } from '../needs/release.ts';
import { sessionDenyPolicyArn } from '../needs/revoke.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { readInlineDeny } from '../steps/read-deny.ts';

/** Whose deny is looked for on a role. */
interface Looking {
  readonly services: Services;
  readonly account: string;
  readonly sessionName: string;
  readonly inlineName: string;
  readonly isOurs: (document: string) => boolean;
}

interface Releasing {
  readonly services: Services;
  readonly incident: IncidentRef;
}

/** A role whose sessions were denied, as it is now; undefined when it is gone. */
const readRole = async (
  iam: IAMClient,
  roleArn: string,
  { services, account, sessionName, inlineName, isOurs }: Looking,
): Promise<DeniedRoleNow | undefined> => {
  const { partition } = services;
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  try {
    const byInline = services.config.containment.sessionDeny === 'put-role-policy';
    const [{ Role: role }, { AttachedPolicies: policies = [] }, inline] = await Promise.all([
      iam.send(new GetRoleCommand({ RoleName })),
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
      byInline ? readInlineDeny(iam, RoleName, inlineName) : undefined,
    ]);
    const marks = (role?.Tags ?? []).filter(({ Key }) => SESSION_DENY_TAG_KEYS.some((key) => key === Key));
    return {
      roleArn,
      marks: marks.flatMap(({ Key, Value }) => (Value === sessionName && Key !== undefined ? [Key] : [])),
      othersMarked: marks.filter(({ Value }) => Value !== sessionName).length,
      attached: policies.some(({ PolicyArn }) => PolicyArn === sessionDenyPolicyArn({ partition, account })),
      inline: inline === undefined ? 'none' : isOurs(inline) ? 'ours' : 'other',
    };
  } catch (error) {
    if (faultCode(error) === 'NoSuchEntityException') return undefined;
    throw error;
  }
};

/** The roles behind the instance's profiles, those that are gone left out. */
export const readRoles = async (
  iam: IAMClient,
  roleArns: readonly string[],
  { services, incident: { account, instanceId } }: Releasing,
): Promise<readonly DeniedRoleNow[]> => {
  const { partition } = services;
  const roles = await Promise.all(
    roleArns.map((roleArn) =>
      readRole(iam, roleArn, {
        services,
        account,
        sessionName: instanceId,
        inlineName: sessionDenyPolicyName(instanceId),
        isOurs: (document) => deniesSessionsOf(document, { partition, instanceId }),
      }),
    ),
  );
  return roles.filter((role) => role !== undefined);
};

/** The roles whose sessions the instance had assumed, each read in its own account. */
export const readChained = async (
  lifts: readonly Lift[],
  { services, incident }: Releasing,
): Promise<NonNullable<ReleaseFacts['chained']>> => {
  const read = await Promise.all(
    lifts
      .filter((lift) => lift.kind === 'lift-chained-deny')
      .map(async ({ id, account, roleArn, roleId, sessionName }) => {
        const connection = await services.reach({
          ...ofIncident(services, incident),
          account,
          duty: 'release',
          policy: sessionPolicy({
            reads: [],
            on: [
              { actions: SESSION_DENY_LOOK[services.config.containment.sessionDeny], resources: [roleArn] },
            ],
          }),
        });
        const role = await readRole(clientFor(IAMClient, connection), roleArn, {
          services,
          account,
          sessionName,
          inlineName: chainedDenyPolicyName(incident.instanceId, id),
          isOurs: (document) => deniesChained(document, { roleId, sessionName }),
        });
        return role === undefined ? [] : [{ ...role, id }];
      }),
  );
  return read.flat();
};
