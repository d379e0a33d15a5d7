import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import { isGone, threeWay, wentWithIt, type Decide, type Decided } from './decided.ts';
import type { DeniedRoleNow } from './release-facts.ts';

/**
 * Hours after which credentials from before containment are taken to have expired. UNCONFIRMED: AWS says that those of an
 * instance are not bound by the role's maximum session duration and typically live six hours; twelve is the longest that any
 * session of a role lives, and the safe side.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html (aws-facts 2.5)
 */
export const SESSIONS_EXPIRE_AFTER_HOURS = 12;

const NO_PROFILE = 'no profile';
const isQuarantine = (profileArn: string): boolean => profileArn.endsWith(`/${QUARANTINE_PROFILE_NAME}`);

/** The quarantine profile goes, whatever becomes of the former one. */
export const decideQuarantineProfile: Decide<'end-quarantine-profile'> = ({ facts }) => {
  const states = { before: 'not the quarantine profile', ours: 'the quarantine profile' };
  if (isGone(facts)) return wentWithIt(facts, states.before);
  const { profile } = facts.instance;
  return profile !== undefined && isQuarantine(profile.profileArn)
    ? threeWay({ ...states, now: states.ours })
    : { ...threeWay({ ...states, now: states.before }), now: profile?.profileArn ?? NO_PROFILE };
};

/** The former profile: nobody of ours may pass its role, so that somebody else must associate it. */
export const decideProfile: Decide<'restore-profile'> = ({ lift, facts }) => {
  if (isGone(facts)) return wentWithIt(facts, lift.profileArn);
  const { profile, region, instanceId } = facts.instance;
  const now = profile?.profileArn ?? NO_PROFILE;
  const ours = 'the quarantine profile, or none';
  if (now === lift.profileArn) return threeWay({ before: lift.profileArn, ours, now });
  return {
    decision: 'impossible',
    before: lift.profileArn,
    ours,
    now,
    because:
      "no role of Cordon's may pass a workload's role: whoever may associates the profile again once the quarantine profile and the incident's tag are gone, or it is given up",
    byHand: `aws ec2 associate-iam-instance-profile --region ${region} --instance-id ${instanceId} --iam-instance-profile Arn=${lift.profileArn}`,
  };
};

const denyNow = (role: DeniedRoleNow, by: 'attach-fixed-policy' | 'put-role-policy'): string => {
  if (by === 'put-role-policy')
    return { none: 'not denied', ours: 'denied', other: 'a policy of our name with another text' }[
      role.inline
    ];
  // The fixed policy denies whom the marks name: without a mark of this instance it denies none of its sessions. A policy that
  // is attached with no mark at all is one that a release left half done.
  if (role.marks.length > 0) return 'denied';
  return role.attached && role.othersMarked === 0 ? 'denied' : 'not denied';
};

/**
 * The deny of the instance's old sessions. It stays until credentials from before containment have expired: it is not bounded
 * by issue time instead, for that takes the right to write inline policies, whose content no condition key sees, or another
 * fixed policy, and policy variables do not work with date operators.
 */
export const decideSessionDeny: Decide<'lift-session-deny'> = ({ lift, of, facts, now: at }): Decided => {
  const states = { before: 'not denied', ours: 'denied' };
  if (of.on === undefined)
    return {
      decision: 'impossible',
      ...states,
      now: 'not known',
      because: `no outcome names the role behind ${lift.profileArn}: look for tags and policies of ours on it (runbook release-failed)`,
    };
  const role = facts.roles.find(({ roleArn }) => roleArn === of.on);
  if (role === undefined) return { ...threeWay({ ...states, now: states.before }), now: 'the role is gone' };
  const decided = threeWay({ ...states, now: denyNow(role, lift.by) });
  if (decided.decision !== 'restore') return decided;
  if (facts.heldByAnother)
    return {
      ...decided,
      decision: 'kept',
      because: 'a later incident holds the instance and needs the deny: its release lifts it',
    };
  const due = Date.parse(of.doneAt ?? facts.instance.readAt) + SESSIONS_EXPIRE_AFTER_HOURS * 3_600_000;
  return at < due
    ? {
        ...decided,
        decision: 'later',
        notBefore: new Date(due).toISOString(),
        because: `credentials from before containment may live until then, and would work again; it is lifted then without another word`,
      }
    : { ...decided, because: 'credentials from before containment have expired' };
};

/** The deny of a session that the instance assumed. It stays until the last of its credentials has expired, as CloudTrail says. */
export const decideChainedDeny: Decide<'lift-chained-deny'> = ({ lift, facts, now: at }): Decided => {
  const states = { before: 'not denied', ours: 'denied' };
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
