import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import type { InstanceFacts } from './facts.ts';
import { credentialGate, type Gate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { SessionDenyWay } from './session-deny.ts';
import type { PlanStep } from './steps.ts';

/** Sessions that an earlier plan of the incident denied. */
export interface DeniedBefore {
  readonly profileArn: string;
  readonly by: SessionDenyWay;
}

/** What cuts the credentials: of the instance, and those already taken from it. */
export const credentialSteps = (
  facts: InstanceFacts,
  { by, denied = [] }: { readonly by: SessionDenyWay; readonly denied?: readonly DeniedBefore[] | undefined },
  posture: Posture,
): PlanStep[] => {
  const gate = credentialGate(posture);
  const { profile } = facts;
  const current =
    profile === undefined || profile.profileArn.endsWith(`/${QUARANTINE_PROFILE_NAME}`) ? undefined : profile;
  return [
    ...(current === undefined ? [] : cutNow(current, by, gate)),
    ...denied
      .filter(({ profileArn }) => profileArn !== current?.profileArn)
      .map((before): PlanStep => ({
        kind: 'deny-sessions',
        gate,
        id: `deny-sessions:${before.profileArn.slice(before.profileArn.lastIndexOf('/') + 1)}`,
        ...before,
        because: 'an earlier plan denied them, and somebody may have lifted that since',
        effectOnOthers: 'none: the deny names the sessions of this instance alone, siblings keep working',
        undo: { kind: 'lift-session-deny', ...before },
      })),
  ];
};

const cutNow = (
  { associationId, profileArn }: NonNullable<InstanceFacts['profile']>,
  by: SessionDenyWay,
  gate: Gate,
): PlanStep[] => [
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
