import { chainedDenyPolicyName, SESSION_DENY_TAG_KEYS } from '../contract.ts';
import { denyInlineByHand, denyProtectedByHand, type Undenied } from '../plan/deny-by-hand.ts';
import { chainedDenyDocument, whyRoleIsProtected, type SessionDenyWay } from '../plan/session-deny.ts';
import { userIdOf, type ChainedSession, type Link } from './chained-sessions.ts';
import type { TrailCaller } from './read-event.ts';

/** What is to be done about a chained session. */
export type ChainedVerdict =
  /** `keys`: tag keys of ours that hold for it; those that its own tags bring do not. */
  | { readonly decision: 'deny'; readonly keys: readonly string[] }
  /** It cannot be used any more. */
  | { readonly decision: 'expired' }
  /** Denying it may hit others: a person decides. `keys` as above. */
  | ({ readonly decision: 'ask'; readonly keys: readonly string[] } & Shared)
  /** Cordon cannot, or people would not have it: a person must act. */
  | { readonly decision: 'by-hand'; readonly because: string };

/** Who else may go under a session's role and name. */
export interface Shared {
  readonly because: string;
  /** Principals that were seen to assume the role under the name, as `<role id>:<session name> of <account>`; others may choose these texts. */
  readonly others: readonly string[];
}

/** What is decided from beside the session. */
export interface DenyingChained {
  readonly by: SessionDenyWay;
  /** Every AssumeRole that was seen. */
  readonly links: readonly Link[];
  /** Callers under a chained session's name, as seen in calls of any kind. */
  readonly uses: readonly TrailCaller[];
  readonly sessions: readonly ChainedSession[];
  readonly instance: { readonly account: string; readonly instanceId: string };
  /** Accounts that are not in the organization. */
  readonly outside: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

const INSTANCE_ID = /^i-[0-9a-f]{8,17}$/;
/** Of a tag's value; a session name may hold a comma, and a tag's value may not. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const TAG_VALUE = /^[A-Za-z0-9_.:/=+@-]{1,256}$/;

/** Who else may go under the same role and name; undefined where nobody was seen to. */
const sharedWith = (session: ChainedSession, on: DenyingChained): Shared | undefined => {
  // The instance of that id may have this role as its own, and be quiet: its credentials' sessions bear its id.
  if (INSTANCE_ID.test(session.sessionName) && session.sessionName !== on.instance.instanceId)
    return {
      because: 'its name is the id of another instance',
      others: [`instance ${session.sessionName}`],
    };
  const keys = new Set(on.sessions.flatMap(({ accessKeyIds }) => accessKeyIds));
  const chained = new Set(on.sessions.map(userIdOf));
  const id = userIdOf(session);
  const isOfChain = ({ account, principalId, accessKeyId }: TrailCaller): boolean =>
    accessKeyId === undefined
      ? chained.has(principalId) || principalId.endsWith(`:${on.instance.instanceId}`)
      : keys.has(accessKeyId) ||
        (account === on.instance.account && principalId.endsWith(`:${on.instance.instanceId}`));
  const others = on.links
    .filter(({ assumed, caller }) => userIdOf(assumed) === id && !isOfChain(caller))
    .map(({ caller }) => `${caller.principalId} of ${caller.account}`);
  if (others.length > 0)
    return {
      because: 'others assume the role under the same name',
      others: [...new Set(others)].toSorted(),
    };
  return on.uses.some(
    ({ principalId, accessKeyId }) =>
      principalId === id && accessKeyId !== undefined && !keys.has(accessKeyId),
  )
    ? {
        because: 'others act under the same name of the role',
        others: ['whoever made calls under that name with other keys'],
      }
    : undefined;
};

const undenied = (session: ChainedSession, { instance }: DenyingChained): Undenied => ({
  roleName: roleNamed(session.roleArn).name,
  account: session.account,
  sessionName: session.sessionName,
  written: {
    name: chainedDenyPolicyName(instance.instanceId, session.id),
    document: chainedDenyDocument(session),
  },
});

const roleNamed = (roleArn: string) => {
  const [, path = '/', name = ''] = /^[^/]*?:role(\/(?:.*\/)?)([^/]+)$/.exec(roleArn) ?? [];
  return { name, path };
};

/**
 * Decides what is done about one chained session. A deny goes by the session's name under its role, so a name that others use as
 * well is a person's decision: their sessions would be denied with it. Pure.
 */
export const decideChained = (session: ChainedSession, on: DenyingChained): ChainedVerdict => {
  if (Date.parse(session.expiresAt) <= on.now) return { decision: 'expired' };
  if (on.outside.includes(session.account))
    return {
      decision: 'by-hand',
      because: 'its account is not in the organization: tell its owner, who alone can end the session',
    };
  const role = roleNamed(session.roleArn);
  const isProtected = whyRoleIsProtected(role);
  if (isProtected !== undefined)
    return {
      decision: 'by-hand',
      because: `${isProtected}: ${denyProtectedByHand(undenied(session, on), role.path)}`,
    };
  const keys = keysFor(session, on);
  if (!Array.isArray(keys)) return keys;
  const shared = sharedWith(session, on);
  return shared === undefined ? { decision: 'deny', keys } : { decision: 'ask', keys, ...shared };
};

type ByHand = Extract<ChainedVerdict, { decision: 'by-hand' }>;

/** Tag keys by which the session can be denied, none of which is needed where denies are written; or why it cannot. */
const keysFor = (session: ChainedSession, on: DenyingChained): string[] | ByHand => {
  if (on.by === 'put-role-policy') return [];
  const byHand = denyInlineByHand(undenied(session, on));
  if (!TAG_VALUE.test(session.sessionName))
    return {
      decision: 'by-hand',
      because: `its name holds a comma, which no tag's value can; deny it by hand (runbook revoke-credentials-failed): ${byHand}. Deployments with containment.sessionDeny 'put-role-policy' can deny it`,
    };
  // A session's tag goes before the role's, and tag keys are one whatever their case.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
  const taken = new Set(session.tagKeys.map((key) => key.toLowerCase()));
  const keys = SESSION_DENY_TAG_KEYS.filter((key) => !taken.has(key));
  return keys.length > 0
    ? keys
    : {
        decision: 'by-hand',
        because: `it brings session tags that go before those of the deny; deny it by hand (runbook revoke-credentials-failed): ${byHand}`,
      };
};
