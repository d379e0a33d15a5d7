import { QUARANTINE_PROFILE_NAME } from '../contract.ts';
import type { InstanceFacts } from '../plan/facts.ts';
import type { PlanStepKind } from '../plan/steps.ts';
import type { ContainmentJournal } from './journal.ts';

/** One way in which a contained instance is no longer as containment left it. */
export interface Drift {
  /** Names what drifted: `interface:eni-1`. */
  readonly id: string;
  /** Plain words; they hold ids that AWS gave, and no text that an attacker wrote. */
  readonly what: string;
}

/** What drift is decided from. */
export interface DriftInput {
  readonly journal: ContainmentJournal;
  readonly facts: InstanceFacts;
  /** Denies of the instance's sessions that were read back and do not hold, by profile, and why. */
  readonly deniesGone: readonly { readonly profileArn: string; readonly because: string }[];
  /** Ids of the release steps that people had lifted: what they opened is no drift. */
  readonly lifted: ReadonlySet<string>;
  /** Groups that open an interface for a bounded time, that are not due, and hold exactly their rules: `eni-1/sg-1`. They are no drift. */
  readonly opened?: ReadonlySet<string>;
}

const wasDone = ({ plans, outcomes }: ContainmentJournal, kind: PlanStepKind): boolean =>
  plans.some(({ revision, plan }) =>
    plan.steps.some(
      (step) =>
        step.kind === kind &&
        outcomes.some(
          (one) => one.revision === revision && one.outcome.id === step.id && one.outcome.status === 'done',
        ),
    ),
  );

const wasPlanned = ({ plans }: ContainmentJournal, kind: PlanStepKind): boolean =>
  plans.some(({ plan }) => plan.steps.some((step) => step.kind === kind));

const ofNetwork = ({ facts, lifted, opened = new Set() }: DriftInput): readonly Drift[] => {
  const isolating = new Set(
    facts.isolationGroups.filter(({ ours, empty }) => ours && empty).map(({ groupId }) => groupId),
  );
  return [
    ...facts.networkInterfaces.flatMap(({ networkInterfaceId, groupIds, publicIp }): readonly Drift[] => [
      ...(lifted.has(`restore-groups:${networkInterfaceId}`) ||
      (groupIds.some((id) => isolating.has(id)) &&
        groupIds.every((id) => isolating.has(id) || opened.has(`${networkInterfaceId}/${id}`)))
        ? []
        : [
            {
              id: `interface:${networkInterfaceId}`,
              what: `${networkInterfaceId} is in ${groupIds.join(', ') || 'no group'}, which is no empty isolation group of ours`,
            },
          ]),
      ...(publicIp === undefined || lifted.has(`assign-public-ip:${networkInterfaceId}`)
        ? []
        : [
            {
              id: `public-address:${networkInterfaceId}`,
              what: `${networkInterfaceId} has the public address ${publicIp}`,
            },
          ]),
    ]),
    ...facts.addresses
      .filter(({ allocationId }) => !lifted.has(`associate-address:${allocationId}`))
      .map(({ allocationId, publicIp, networkInterfaceId }) => ({
        id: `address:${allocationId}`,
        what: `${networkInterfaceId} has the Elastic IP ${publicIp}`,
      })),
  ];
};

const ofCredentials = ({ facts, deniesGone, lifted }: DriftInput): readonly Drift[] => [
  ...(facts.profile === undefined ||
  facts.profile.profileArn.endsWith(`/${QUARANTINE_PROFILE_NAME}`) ||
  lifted.has('end-quarantine-profile')
    ? []
    : [{ id: 'profile', what: `the instance has the profile ${facts.profile.profileArn}` }]),
  ...deniesGone.flatMap(({ profileArn, because }) => {
    const name = profileArn.slice(profileArn.lastIndexOf('/') + 1);
    return lifted.has(`lift-session-deny:${name}`) ? [] : [{ id: `session-deny:${name}`, what: because }];
  }),
];

/**
 * Compares a contained instance with what containment left. Pure. Empty when nothing drifted, and for an instance that is
 * gone: nothing is left that could be open.
 */
export const driftFrom = (input: DriftInput): readonly Drift[] => {
  const { journal, facts, lifted } = input;
  if (facts.state === 'gone' || facts.state === 'terminated' || facts.state === 'shutting-down') return [];
  const started =
    (facts.state === 'running' || facts.state === 'pending') &&
    wasDone(journal, 'stop-instance') &&
    !lifted.has('start-instance');
  const attached =
    facts.autoScalingGroup !== undefined &&
    // One whose detaching waited for a person in vain was never out of it.
    (wasDone(journal, 'detach-from-auto-scaling') || !wasPlanned(journal, 'detach-from-auto-scaling')) &&
    !lifted.has('attach-to-auto-scaling');
  return [
    ...ofNetwork(input),
    ...ofCredentials(input),
    ...(started ? [{ id: 'started', what: 'the stopped instance was started' }] : []),
    ...(attached
      ? [{ id: 'auto-scaling', what: `the instance is in the Auto Scaling group ${facts.autoScalingGroup}` }]
      : []),
  ];
};
