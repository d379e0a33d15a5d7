import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import type { InstanceFacts } from './facts.ts';
import { costlyGate, credentialGate, type Gate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { SessionDenyWay } from './session-deny.ts';
import type { PlanStep } from './steps.ts';
import { nothingToUndo } from './undo.ts';

/** Sessions that an earlier plan of the incident denied. */
export interface DeniedBefore {
  readonly profileArn: string;
  readonly by: SessionDenyWay;
}

/**
 * Turns the metadata service off, where the policy says so and nothing that runs on the instance is to be heard of again: the agent gets
 * no new credentials from then on. What was handed out before is not taken back, which is what the deny is for (aws-facts 2.5).
 */
const metadataSteps = ({ metadataOptions }: InstanceFacts, posture: Posture): PlanStep[] => {
  const gate = costlyGate(posture.metadataOff, posture);
  if (gate === undefined || metadataOptions?.httpEndpoint !== 'enabled') return [];
  return [
    {
      kind: 'turn-metadata-off',
      gate,
      id: 'turn-metadata-off',
      because: 'no process of the instance is to get credentials, not even those of the agent channel',
      effectOnOthers:
        'none: the SSM agent of this instance gets no new credentials, so that no memory can be taken through it',
      undo: { kind: 'restore-metadata-options', options: metadataOptions },
    },
  ];
};

/**
 * What cuts the credentials: of the instance, and those already taken from it. An instance without a profile is given none: the agent
 * channel is kept where there is one, and opened nowhere.
 */
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
    ...metadataSteps(facts, posture),
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
  {
    kind: 'trace-sessions',
    gate,
    id: 'trace-sessions',
    by,
    because:
      'a role that the instance assumed from its own lives on under other keys: its sessions are looked for in CloudTrail for half an hour, which lags, and denied (aws-facts 2.5)',
    effectOnOthers:
      'roles that the instance assumed, also in other accounts of the organization: the sessions that go back to it are denied, no others',
    undo: nothingToUndo('each session that is found is kept with an undo of its own'),
  },
];
