import {
  AttachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  TagRoleCommand,
  type Tag,
} from '@aws-sdk/client-iam';
import {
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

/** The role behind an instance profile. */
interface ProfileRole {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
}

/** For which incident, and with what. */
interface Acting {
  readonly services: Services;
  readonly incident: IncidentRef;
}

/**
 * The role of a profile; undefined when it holds none. A profile's name is the last part of its ARN; the role's name is
 * another thing and is asked for (peers, bug 12).
 */
export const roleOfProfile = async (iam: IAMClient, profileArn: string): Promise<ProfileRole | undefined> => {
  const { InstanceProfile: profile } = await iam.send(
    new GetInstanceProfileCommand({ InstanceProfileName: profileArn.slice(profileArn.lastIndexOf('/') + 1) }),
  );
  const role = profile?.Roles?.[0];
  return role?.RoleName === undefined || role.Arn === undefined
    ? undefined
    : { name: role.RoleName, arn: role.Arn, path: role.Path ?? '/' };
};

/** The inline deny of an instance's sessions as it stands in a role; undefined when there is none. */
export const readSessionDeny = async (
  iam: IAMClient,
  RoleName: string,
  instanceId: string,
): Promise<string | undefined> => {
  try {
    const { PolicyDocument = '' } = await iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName: sessionDenyPolicyName(instanceId) }),
    );
    // IAM gives it percent-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
    return decodeURIComponent(PolicyDocument);
  } catch (error) {
    if (faultCode(error) === 'NoSuchEntityException') return undefined;
    throw error;
  }
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
  const because = whyRoleIsProtected(role);
  if (because !== undefined) throw notDenied(acting, role, because);
  switch (step.by) {
    case 'attach-fixed-policy':
      await attachFixedPolicy(role, acting);
      break;
    case 'put-role-policy':
      await putRolePolicy(role, acting);
      break;
  }
  return {
    detail: `sessions of ${acting.incident.instanceId} under role ${role.name} are denied everything; siblings are not`,
    // The profile may hold another role by the time of the release.
    on: role.arn,
  };
};

const notDenied = ({ incident }: Acting, role: ProfileRole, because: string): NotDone =>
  new NotDone(`sessions of ${incident.instanceId} under role ${role.name} are NOT denied: ${because}`);

/** A later plan finds the quarantine profile and plans no deny, so what is left is left to a person. */
const BY_HAND = 'then deny them by hand (runbook revoke-credentials-failed)';
/** Where the fixed policy finds no room, the other way may have some: for the incidents to come. */
const OPT_IN =
  "Deployments with containment.sessionDeny 'put-role-policy' do not need the room (docs/deployment.md)";

/** A quota is a state, not chance: it is told with what makes room, and nothing is tried again. */
const unlessFull = async <Reply>(asked: Promise<Reply>, refusal: () => NotDone): Promise<Reply> => {
  try {
    return await asked;
  } catch (error) {
    throw faultCode(error) === 'LimitExceededException' ? refusal() : error;
  }
};

/** The tag key that already names the instance, or the first free one; undefined when all are taken. */
const freeTagKey = (tags: readonly Tag[], instanceId: string): string | undefined => {
  const taken = new Map(tags.map((tag) => [tag.Key, tag.Value]));
  return (
    SESSION_DENY_TAG_KEYS.find((key) => taken.get(key) === instanceId) ??
    SESSION_DENY_TAG_KEYS.find((key) => !taken.has(key))
  );
};

/** What a session for one role may do to it, by the way in which its sessions are denied. */
const ON_ROLE: Readonly<Record<SessionDenyWay, readonly string[]>> = {
  'attach-fixed-policy': ['iam:GetRole', 'iam:TagRole', 'iam:AttachRolePolicy'],
  'put-role-policy': ['iam:PutRolePolicy'],
};

/** A session that can touch this one role and nothing else: where it may write is bounded, if not always what. */
const onRole = async (role: ProfileRole, way: SessionDenyWay, acting: Acting): Promise<IAMClient> =>
  clientFor(
    IAMClient,
    await acting.services.reach({
      ...ofIncident(acting.services, acting.incident),
      duty: 'revoke',
      policy: sessionPolicy({ reads: [], on: [{ actions: ON_ROLE[way], resources: [role.arn] }] }),
    }),
  );

const attachFixedPolicy = async (role: ProfileRole, acting: Acting): Promise<void> => {
  const { services, incident } = acting;
  const iam = await onRole(role, 'attach-fixed-policy', acting);
  const { Role: read } = await iam.send(new GetRoleCommand({ RoleName: role.name }));
  const key = freeTagKey(read?.Tags ?? [], incident.instanceId);
  if (key === undefined) {
    throw notDenied(
      acting,
      role,
      `the role already names ${SESSION_DENY_TAG_KEYS.length} contained instances; release one, ${BY_HAND}. ${OPT_IN}`,
    );
  }
  await unlessFull(
    iam.send(new TagRoleCommand({ RoleName: role.name, Tags: [{ Key: key, Value: incident.instanceId }] })),
    () => notDenied(acting, role, `the role has no room for another tag; remove one, ${BY_HAND}. ${OPT_IN}`),
  );
  // 10 by default, 20 at most: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  const PolicyArn = sessionDenyPolicyArn({ partition: services.partition, account: incident.account });
  await unlessFull(iam.send(new AttachRolePolicyCommand({ RoleName: role.name, PolicyArn })), () =>
    notDenied(
      acting,
      role,
      `the role has no room for another managed policy; detach one or raise the quota, ${BY_HAND}. ${OPT_IN}`,
    ),
  );
};

/**
 * Writes the instance's own deny into the role. PutRolePolicy overwrites whatever bears that name, so repeating it is safe,
 * and the denies of other instances bear other names. What was written is read back by verify-containment, with another duty.
 */
const putRolePolicy = async (role: ProfileRole, acting: Acting): Promise<void> => {
  const { services, incident } = acting;
  const iam = await onRole(role, 'put-role-policy', acting);
  const put = new PutRolePolicyCommand({
    RoleName: role.name,
    PolicyName: sessionDenyPolicyName(incident.instanceId),
    PolicyDocument: sessionDenyDocument({
      partition: services.partition,
      instanceId: incident.instanceId,
    }),
  });
  // All inline policies of a role together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  await unlessFull(iam.send(put), () =>
    notDenied(
      acting,
      role,
      `the role has no room for another inline policy (10,240 characters for all of them); make room, ${BY_HAND}`,
    ),
  );
};
