import type { SessionDenyWay } from '../plan/session-deny.ts';
import { threeWay, type Decide, type Decided, type Deciding } from './decided.ts';
import type { ToLift } from './journal.ts';
import type { DeniedRoleNow, ReleaseFacts } from './release-facts.ts';

/**
 * Hours after which credentials from before containment are taken to have expired. UNCONFIRMED: AWS says that those of an
 * instance are not bound by the role's maximum session duration and typically live six hours; twelve is the longest that any
 * session of a role lives, and the safe side.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html (aws-facts 2.5)
 */
export const SESSIONS_EXPIRE_AFTER_HOURS = 12;

/**
 * How long the whole deny stands beside a bounded one, where they are two policies: IAM is eventually consistent and "may take a few
 * minutes", so that taking one away at once could be seen before the other.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
 */
const BOTH_STAND_FOR_MINUTES = 5;

const later = (from: string, ms: number): number => Date.parse(from) + ms;

/** What of the deny stands on a role: all sessions of the instance, or those issued before a moment, or both. */
const standing = (role: DeniedRoleNow, by: SessionDenyWay) => ({
  // The fixed policy denies whom the marks name: without a mark of this instance it denies none of its sessions. A policy that
  // is attached with no mark at all is one that a release left half done.
  whole:
    by === 'put-role-policy'
      ? role.inline === 'ours'
      : role.marks.length > 0 || (role.attached && role.othersMarked === 0),
  issuedBefore: role.inline === 'bounded' ? role.issuedBefore : undefined,
});

const denyNow = (role: DeniedRoleNow, by: SessionDenyWay): string => {
  const { whole, issuedBefore } = standing(role, by);
  if (whole) return 'denied';
  if (issuedBefore !== undefined) return `denied what was issued before ${issuedBefore}`;
  return role.inline === 'other' ? 'a policy of our name with another text' : 'not denied';
};

/** What a bounding has to do next. `wait` until the moment, in epoch milliseconds. */
export type Bounding =
  | { readonly next: 'write' | 'take-whole-away' | 'nothing' }
  | { readonly next: 'wait'; readonly until: number };

/**
 * What is next on the way from the whole deny to the bounded one; called again until it says `nothing`. Never is there less than one
 * of them: the bound is written first. A bound from before the last cut is written anew. Pure.
 *
 *     put-role-policy       write (in the place of the whole one) -> nothing
 *     attach-fixed-policy   write (beside it) -> wait -> take-whole-away -> nothing
 */
export const boundingOf = (
  role: DeniedRoleNow,
  { by, cutAt, now }: { readonly by: SessionDenyWay; readonly cutAt: string; readonly now: number },
): Bounding => {
  const { whole, issuedBefore } = standing(role, by);
  if (!whole) return { next: 'nothing' };
  if (issuedBefore === undefined || Date.parse(issuedBefore) < Date.parse(cutAt)) return { next: 'write' };
  const until = later(issuedBefore, BOTH_STAND_FOR_MINUTES * 60_000);
  return now < until ? { next: 'wait', until } : { next: 'take-whole-away' };
};

const STATES = { before: 'not denied', ours: 'denied' };
const HELD_BY_ANOTHER = 'a later incident holds the instance and needs the deny: its release lifts it';

/** When the last of what the deny is for has expired, in epoch milliseconds: counted from the bound, where there is one. */
const dueAt = (of: ToLift, role: DeniedRoleNow, { instance }: ReleaseFacts): number =>
  Math.max(
    ...[of.doneAt ?? instance.readAt, role.issuedBefore ?? ''].map((from) =>
      from === '' ? 0 : later(from, SESSIONS_EXPIRE_AFTER_HOURS * 3_600_000),
    ),
  );

const roleOf = ({ of, facts }: Pick<Deciding<'bound-session-deny'>, 'of' | 'facts'>) =>
  facts.roles.find(({ roleArn }) => roleArn === of.on);

/**
 * Narrows the deny to what was issued before the release, so that the host works with its former role again, and nothing that was
 * taken from it does. Only issue time tells the two apart: the name of the session and its instance are the same.
 */
export const decideBound: Decide<'bound-session-deny'> = ({ lift, of, facts, now: at }): Decided => {
  const states = { ...STATES, before: 'denied what was issued before the release' };
  const role = roleOf({ of, facts });
  if (role === undefined)
    return { ...threeWay({ ...states, now: states.before }), now: 'the role is gone or not known' };
  // The whole deny stands beside it; in its place it is the lift's to tell.
  if (role.inline === 'other' && standing(role, lift.by).whole)
    return threeWay({ ...states, now: 'a policy of our name with another text' });
  const now = denyNow(role, lift.by);
  if (now !== states.ours)
    return { ...threeWay({ ...states, now: states.before }), now, because: 'nothing of it is unbounded' };
  if (facts.heldByAnother) return { decision: 'kept', ...states, now, because: HELD_BY_ANOTHER };
  if (at >= dueAt(of, role, facts))
    return {
      decision: 'already',
      ...states,
      now,
      because: 'it is lifted as a whole: what it is for expired',
    };
  const bounding = boundingOf(role, {
    by: lift.by,
    cutAt: of.doneAt ?? facts.instance.readAt,
    now: at,
  });
  switch (bounding.next) {
    case 'wait':
      return {
        decision: 'later',
        ...states,
        now,
        notBefore: new Date(bounding.until).toISOString(),
        because:
          'the bounded deny stands; the whole one goes when IAM has it everywhere, so that the host works from then on',
      };
    case 'write':
    case 'take-whole-away':
    case 'nothing':
      return {
        ...threeWay({ ...states, now }),
        because: 'credentials that the host gets after the release are to work; older ones stay denied',
      };
  }
};

const whyLater = (role: DeniedRoleNow, facts: ReleaseFacts): Pick<Decided, 'because' | 'byHand'> => {
  if (role.issuedBefore !== undefined)
    return {
      because: `what was issued before ${role.issuedBefore} may live until then; it is lifted then without another word`,
    };
  if (facts.mayBound)
    return {
      because:
        'credentials from before the release may live until then; it is lifted then without another word',
    };
  const { region, instanceId } = facts.instance;
  return {
    because:
      "credentials from before containment may live until then, and would work again; it is lifted then without another word. Until then it hits the host's new credentials of this role too, for nothing but issue time tells them apart and no role of Cordon's may write that here (containment.boundAtRelease). With a profile of another role the host works at once",
    byHand: `aws ec2 associate-iam-instance-profile --region ${region} --instance-id ${instanceId} --iam-instance-profile Name=PROFILE-OF-ANOTHER-ROLE`,
  };
};

/** The deny of the instance's old sessions, whole or bounded. It stays until credentials from before it have expired. */
export const decideSessionDeny: Decide<'lift-session-deny'> = ({ lift, of, facts, now: at }): Decided => {
  if (of.on === undefined)
    return {
      decision: 'impossible',
      ...STATES,
      now: 'not known',
      because: `no outcome names the role behind ${lift.profileArn}: look for tags and policies of ours on it (runbook release-failed)`,
    };
  const role = roleOf({ of, facts });
  if (role === undefined) return { ...threeWay({ ...STATES, now: STATES.before }), now: 'the role is gone' };
  const now = denyNow(role, lift.by);
  // The bounded deny is ours as well.
  const ours = role.inline === 'bounded' ? now : STATES.ours;
  const decided = threeWay({ ...STATES, ours, now });
  if (decided.decision !== 'restore') return decided;
  if (facts.heldByAnother) return { ...decided, decision: 'kept', because: HELD_BY_ANOTHER };
  const due = dueAt(of, role, facts);
  return at < due
    ? {
        ...decided,
        decision: 'later',
        notBefore: new Date(due).toISOString(),
        ...whyLater(role, facts),
      }
    : { ...decided, because: 'credentials from before containment have expired' };
};

/** The deny of a session that the instance assumed. It stays until the last of its credentials has expired, as CloudTrail says. */
export const decideChainedDeny: Decide<'lift-chained-deny'> = ({ lift, facts, now: at }): Decided => {
  const states = STATES;
  const role = facts.chained?.find(({ id }) => id === lift.id);
  if (role === undefined) return { ...threeWay({ ...states, now: states.before }), now: 'the role is gone' };
  const decided = threeWay({ ...states, now: denyNow(role, lift.by) });
  if (decided.decision !== 'restore') return decided;
  return at < Date.parse(lift.expiresAt)
    ? {
        ...decided,
        decision: 'later',
        notBefore: lift.expiresAt,
        because:
          'credentials that the instance had of that role live until then; it is lifted then without another word',
      }
    : { ...decided, because: 'what the instance had of that role has expired' };
};
