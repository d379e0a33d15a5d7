import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import { isGone, threeWay, wentWithIt, type Decide } from './decided.ts';

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
