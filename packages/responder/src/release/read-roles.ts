import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  boundIn,
  chainedDenyPolicyName,
  deniesChained,
  deniesSessionsOf,
  mayBound,
  SESSION_DENY_TAG_KEYS,
  sessionDenyPolicyName,
  type DeniedRoleNow,
  type IncidentRef,
  type Lift,
  type ReleaseFacts,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { sessionDenyLook } from '../needs/release.ts';
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
  /** When a deny is bounded, which it may be under the same name. */
  readonly boundIn?: (document: string) => string | undefined;
}

interface Releasing {
  readonly services: Services;
  readonly incident: IncidentRef;
}

/** A role whose sessions were denied, as it is now; undefined when it is gone. */
const readRole = async (
  iam: IAMClient,
  roleArn: string,
  { services, account, sessionName, inlineName, isOurs, boundIn }: Looking,
): Promise<DeniedRoleNow | undefined> => {
  const { partition } = services;
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  try {
    const byInline = mayBound(services.config.containment);
    const [{ Role: role }, { AttachedPolicies: policies = [] }, inline] = await Promise.all([
      iam.send(new GetRoleCommand({ RoleName })),
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
      byInline ? readInlineDeny(iam, RoleName, inlineName) : undefined,
    ]);
    const issuedBefore = inline === undefined ? undefined : boundIn?.(inline);
    const marks = (role?.Tags ?? []).filter(({ Key }) => SESSION_DENY_TAG_KEYS.some((key) => key === Key));
    return {
      roleArn,
      marks: marks.flatMap(({ Key, Value }) => (Value === sessionName && Key !== undefined ? [Key] : [])),
      othersMarked: marks.filter(({ Value }) => Value !== sessionName).length,
      attached: policies.some(({ PolicyArn }) => PolicyArn === sessionDenyPolicyArn({ partition, account })),
      ...(issuedBefore === undefined
        ? { inline: inline === undefined ? 'none' : isOurs(inline) ? 'ours' : 'other' }
        : { inline: 'bounded', issuedBefore }),
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
        boundIn: (document) => boundIn(document, { partition, instanceId }),
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
            on: [{ actions: sessionDenyLook(services.config.containment), resources: [roleArn] }],
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
