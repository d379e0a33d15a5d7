import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import type { InstanceFacts } from './facts.ts';
import { credentialGate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { SessionDenyWay } from './session-deny.ts';
import type { PlanStep } from './steps.ts';

/** What cuts the credentials: of the instance, and those already taken from it. */
export const credentialSteps = (facts: InstanceFacts, by: SessionDenyWay, posture: Posture): PlanStep[] => {
  if (facts.profile === undefined || facts.profile.profileArn.endsWith(`/${QUARANTINE_PROFILE_NAME}`))
    return [];
  const { associationId, profileArn } = facts.profile;
  const gate = credentialGate(posture);
  return [
    {
      kind: 'replace-profile',
      gate,
      id: 'replace-profile',
      associationId,
      profileArn,
      because:
        'before the deny, else the metadata service hands out fresh credentials after it (aws-facts 2.5)',
      effectOnOthers: 'none: the role stays with its other instances',
      undo: { kind: 'restore-profile', profileArn },
    },
    {
      kind: 'deny-sessions',
      gate,
      id: 'deny-sessions',
      profileArn,
      by,
      because:
        'credentials already taken from the instance live for hours wherever they are used (aws-facts 2.5)',
      effectOnOthers: 'none: the deny names the sessions of this instance alone, siblings keep working',
      undo: { kind: 'lift-session-deny', profileArn, by },
    },
  ];
};
