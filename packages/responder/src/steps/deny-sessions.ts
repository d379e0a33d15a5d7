import {
  AttachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
  type Tag,
} from '@aws-sdk/client-iam';
import {
  denyFullByHand,
  denyProtectedByHand,
  SESSION_DENY_TAG_KEYS,
  sessionDenyDocument,
  sessionDenyPolicyName,
  whyRoleIsProtected,
  type IncidentRef,
  type SessionDenyWay,
  type StepOf,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { sessionDenyPolicyArn } from '../needs/revoke.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { NotDone, type Done } from './attempt.ts';

/** A role whose sessions are denied: the one behind an instance profile, or one that the instance assumed. */
export interface DeniedRole {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
}

/** For which incident, and with what. */
interface Acting {
  readonly services: Services;
  readonly incident: IncidentRef;
}

/** Which sessions of a role are denied, and where the role is. */
export interface Denying extends Acting {
  readonly account: string;
  /** For people. */
  readonly sessions: string;
  /** The name that the role is marked with: that of the sessions. */
  readonly sessionName: string;
  /** Tag keys of ours that hold for these sessions. */
  readonly keys: readonly string[];
  /** What is written where the deployment has denies written. */
  readonly written: { readonly name: string; readonly document: string };
}

/**
 * The role of a profile; undefined when it holds none. A profile's name is the last part of its ARN; the role's name is
 * another thing and is asked for (peers, bug 12).
 */
export const roleOfProfile = async (iam: IAMClient, profileArn: string): Promise<DeniedRole | undefined> => {
  const { InstanceProfile: profile } = await iam.send(
    new GetInstanceProfileCommand({ InstanceProfileName: profileArn.slice(profileArn.lastIndexOf('/') + 1) }),
  );
  const role = profile?.Roles?.[0];
  return role?.RoleName === undefined || role.Arn === undefined
    ? undefined
    : { name: role.RoleName, arn: role.Arn, path: role.Path ?? '/' };
};

/**
 * Denies everything to the instance's sessions, and to no sibling's, by the way that the plan says. Gives one sentence of
 * what was done; throws `NotDone` where the deny does not hold, with why and what to do.
 */
export const denySessions = async (
  connection: Connection,
  step: StepOf<'deny-sessions'>,
  acting: Acting,
): Promise<string | Done> => {
  const iam = clientFor(IAMClient, connection);
  const role = await roleOfProfile(iam, step.profileArn);
  if (role === undefined) return `${step.profileArn} holds no role, so there are no sessions to deny`;
  const { incident, services } = acting;
  const { instanceId } = incident;
  const detail = await denyOn(role, step.by, {
    ...acting,
    account: incident.account,
    sessions: `sessions of ${instanceId}`,
    sessionName: instanceId,
    keys: SESSION_DENY_TAG_KEYS,
    written: {
      name: sessionDenyPolicyName(instanceId),
      document: sessionDenyDocument({ partition: services.partition, instanceId }),
    },
  });
  // The profile may hold another role by the time of the release.
  return { detail, on: role.arn };
};

/** Denies these sessions of a role. Gives one sentence of what was done; throws `NotDone` where the deny does not hold. */
export const denyOn = async (role: DeniedRole, by: SessionDenyWay, denying: Denying): Promise<string> => {
  const because = whyRoleIsProtected(role);
  if (because !== undefined)
    throw notDenied(
      denying,
      role,
      `${because}: ${denyProtectedByHand({ ...denying, roleName: role.name }, role.path)}`,
    );
  switch (by) {
    case 'attach-fixed-policy':
      await attachFixedPolicy(role, denying);
      break;
    case 'put-role-policy':
      await putRolePolicy(role, denying);
      break;
  }
  return `${denying.sessions} under role ${role.name} are denied everything; siblings are not`;
};

const notDenied = ({ sessions }: Denying, role: DeniedRole, because: string): NotDone =>
  new NotDone(`${sessions} under role ${role.name} are NOT denied: ${because}`);

/** A later plan finds the quarantine profile and plans no deny, so what is left is left to a person. */
const BY_HAND = 'then deny them by hand (runbook revoke-credentials-failed)';
/** Where the fixed policy finds no room, the other way may have some: for the incidents to come. */
const OPT_IN =
  "Deployments with containment.sessionDeny 'put-role-policy' do not need the room (docs/deployment.md)";

/** The same, for a role without room, with the command that needs none of that. */
const notDeniedForRoom = (
  denying: Denying,
  role: DeniedRole,
  tried: { readonly by: SessionDenyWay; readonly because: string },
): NotDone => {
  const { partition } = denying.services;
  const policyArn = sessionDenyPolicyArn({ partition, account: denying.account });
  const command = denyFullByHand({ ...denying, roleName: role.name }, { by: tried.by, policyArn });
  return notDenied(denying, role, `${tried.because}. At once: ${command}`);
};

/** A quota is a state, not chance: it is told with what makes room, and nothing is tried again. */
const unlessFull = async <Reply>(asked: Promise<Reply>, refusal: () => NotDone): Promise<Reply> => {
  try {
    return await asked;
  } catch (error) {
    throw faultCode(error) === 'LimitExceededException' ? refusal() : error;
  }
};

/** The tag key that already names the sessions, or the first free one; undefined when all are taken. */
const freeTagKey = (tags: readonly Tag[], { keys, sessionName }: Denying): string | undefined => {
  const taken = new Map(tags.map((tag) => [tag.Key, tag.Value]));
  return keys.find((key) => taken.get(key) === sessionName) ?? keys.find((key) => !taken.has(key));
};

/** What a session for one role may do to it, by the way in which its sessions are denied. */
const ON_ROLE: Readonly<Record<SessionDenyWay, readonly string[]>> = {
  'attach-fixed-policy': ['iam:GetRole', 'iam:TagRole', 'iam:AttachRolePolicy'],
  'put-role-policy': ['iam:PutRolePolicy'],
};

/** A session that can touch this one role and nothing else: where it may write is bounded, if not always what. */
const onRole = async (role: DeniedRole, way: SessionDenyWay, denying: Denying): Promise<IAMClient> =>
  clientFor(
    IAMClient,
    await denying.services.reach({
      ...ofIncident(denying.services, denying.incident),
      account: denying.account,
      duty: 'revoke',
      policy: sessionPolicy({ reads: [], on: [{ actions: ON_ROLE[way], resources: [role.arn] }] }),
    }),
  );

const attachFixedPolicy = async (role: DeniedRole, denying: Denying): Promise<void> => {
  const { services, account, sessionName } = denying;
  const full = (because: string): NotDone =>
    notDeniedForRoom(denying, role, { by: 'attach-fixed-policy', because });
  const iam = await onRole(role, 'attach-fixed-policy', denying);
  const { Role: read } = await iam.send(new GetRoleCommand({ RoleName: role.name }));
  const key = freeTagKey(read?.Tags ?? [], denying);
  if (key === undefined) {
    throw full(
      `the role already names ${SESSION_DENY_TAG_KEYS.length} contained instances; release one, ${BY_HAND}. ${OPT_IN}`,
    );
  }
  await unlessFull(
    iam.send(new TagRoleCommand({ RoleName: role.name, Tags: [{ Key: key, Value: sessionName }] })),
    () => full(`the role has no room for another tag; remove one, ${BY_HAND}. ${OPT_IN}`),
  );
  // 10 by default, 20 at most: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  const PolicyArn = sessionDenyPolicyArn({ partition: services.partition, account });
  await unlessFull(iam.send(new AttachRolePolicyCommand({ RoleName: role.name, PolicyArn })), () =>
    full(
      `the role has no room for another managed policy; detach one or raise the quota, ${BY_HAND}. ${OPT_IN}`,
    ),
  );
};

/**
 * Writes a deny of its own into the role. PutRolePolicy overwrites whatever bears that name, so repeating it is safe,
 * and the denies of other instances and sessions bear other names. What was
 * written is read back with another duty, by verify-containment or trace-sessions.
 */
const putRolePolicy = async (role: DeniedRole, denying: Denying): Promise<void> => {
  const { name: PolicyName, document: PolicyDocument } = denying.written;
  const iam = await onRole(role, 'put-role-policy', denying);
  const put = new PutRolePolicyCommand({ RoleName: role.name, PolicyName, PolicyDocument });
  // All inline policies of a role together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  await unlessFull(iam.send(put), () =>
    notDeniedForRoom(denying, role, {
      by: 'put-role-policy',
      because: `the role has no room for another inline policy (10,240 characters for all of them); make room, ${BY_HAND}`,
    }),
  );
};
