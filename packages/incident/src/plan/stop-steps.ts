import { isShared, withUnusableKey } from './disk-kinds.ts';
import type { InstanceFacts } from './facts.ts';
import { costlyGate, stricterGate as stricter, type Gate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { PlanStep } from './steps.ts';
import { nothingToUndo } from './undo.ts';

/** How long a prepared host is given to write its dump and boot anew, where the deployment says nothing else. */
const CRASH_GRACE_SECONDS = 120;
/** EC2 stops hard "after a few minutes" what does not shut down; hibernation of much memory takes longer (aws-facts 2.9). */
const FORCE_AFTER_SECONDS = { stop: 300, hibernate: 900 } as const;

/** What a plan of the end of a running host is: its steps, and what is not planned, with the reason. */
interface Ending {
  readonly steps: PlanStep[];
  /** Plain sentences: what the policy wants and this instance cannot have. */
  readonly reasons: string[];
}

/** Why EC2 would not stop this instance; undefined where it would. */
const whyNeverStopped = ({ machine, spot }: InstanceFacts): string | undefined => {
  if (machine?.rootDevice === 'instance-store')
    return 'its root is an instance store: EC2 can only terminate it, which is never done';
  if (spot && machine?.spotRequest !== 'persistent')
    return machine?.spotRequest === 'one-time'
      ? 'it is a Spot Instance of a one-time request: EC2 can only terminate it, which is never done'
      : 'it is a Spot Instance, and whether its request is persistent could not be read: others cannot be stopped';
  return undefined;
};

/** Why a diagnostic interrupt would not work, or would only destroy memory; undefined where it may work (aws-facts 2.9). */
const whyNeverCrashed = ({ machine }: InstanceFacts): string | undefined => {
  if (machine?.rootDevice === 'instance-store')
    return 'its root is an instance store, of which no snapshot can be taken';
  if (machine?.type === undefined) return 'what its instance type can do could not be read';
  if (!machine.type.x86) return 'diagnostic interrupts do not work on Graviton';
  return machine.type.nitro ? undefined : 'diagnostic interrupts work on Nitro alone';
};

const hibernates = ({ machine, spot }: InstanceFacts, posture: Posture): boolean =>
  posture.crash !== 'never' && posture.stop !== 'never' && machine?.hibernation === true && !spot;

/** The crash, where it is allowed and may leave memory on a disk; hibernation is better where the instance was launched for it. */
const crash = (facts: InstanceFacts, posture: Posture, graceSeconds: number): Ending => {
  const gate = costlyGate(posture.crash, posture);
  if (gate === undefined || hibernates(facts, posture)) return { steps: [], reasons: [] };
  const why = whyNeverCrashed(facts);
  if (why !== undefined) return { steps: [], reasons: [`it is not crashed: ${why}`] };
  return {
    steps: [
      {
        kind: 'crash-instance',
        gate,
        id: 'crash-instance',
        graceSeconds,
        because: `a host that was prepared for it (kdump) writes its memory to a disk within ${graceSeconds} seconds`,
        effectOnOthers: 'the host boots anew; where it was not prepared, its memory is lost',
        undo: nothingToUndo('a crash cannot be taken back; the host boots again by itself'),
      },
    ],
    reasons: [],
  };
};

interface Loss {
  readonly says: string;
  readonly mustBeApproved: boolean;
}

/**
 * What is lost by a stop, and whether a person must say yes to it whatever the policy says. So it is where nobody can use the key of a
 * disk: the running host is then the only one that can read it, and stopped it never starts again, whereas what is contained can wait until
 * somebody enables the key. Without a yes in time the host is left running.
 */
const lossOf = (facts: InstanceFacts): Loss => {
  const ofMachine = lossOfMachine(facts);
  const unusable = withUnusableKey(facts);
  if (unusable.length === 0) return ofMachine;
  return {
    says:
      `${ofMachine.says}; and all that is on ${unusable.map(({ volumeId, keyState }) => `${volumeId} (its key: ${keyState})`).join(', ')}, ` +
      'which nobody can read after the stop until its key can be used, nor can the host start',
    mustBeApproved: true,
  };
};

const lossOfMachine = (facts: InstanceFacts): Loss => {
  const storage = facts.machine?.type?.instanceStorage;
  if (storage === false) return { says: 'memory is lost', mustBeApproved: false };
  // Facts that were read before there were types in them decide as they did then.
  if (facts.machine === undefined)
    return { says: 'memory and instance-store data are lost', mustBeApproved: false };
  return {
    says:
      storage === true
        ? 'memory is lost, and what is on its instance store, which no snapshot holds'
        : 'memory is lost, and what is on its instance store, if it has one: its type could not be read',
    mustBeApproved: true,
  };
};

const stop = (facts: InstanceFacts, posture: Posture, before: readonly (Gate | undefined)[]): Ending => {
  const allowed = costlyGate(posture.stop, posture);
  if (allowed === undefined) return { steps: [], reasons: [] };
  const why = whyNeverStopped(facts);
  if (why !== undefined) return { steps: [], reasons: [`it is not stopped: ${why}`] };
  const loss = lossOf(facts);
  // A capture or crash that a person is asked for comes first, or the memory is gone; without an answer the stop goes on.
  const gate = loss.mustBeApproved
    ? 'approve'
    : before.reduce<Gate>(
        (held, one) => stricter(held, one === 'approve' ? 'ask' : (one ?? 'automatic')),
        allowed,
      );
  const way = hibernates(facts, posture) ? 'hibernate' : 'stop';
  const forceAfterSeconds = FORCE_AFTER_SECONDS[way];
  return {
    steps: [
      ...(facts.machine?.stopProtected === true
        ? [
            {
              kind: 'lift-stop-protection' as const,
              gate,
              id: 'lift-stop-protection',
              because: 'EC2 refuses to stop an instance with stop protection, whoever asks (aws-facts 2.6)',
              effectOnOthers: 'none: termination protection stays',
              undo: {
                kind: 'restore-attribute' as const,
                attribute: 'disableApiStop',
                before: 'true',
              },
            },
          ]
        : []),
      {
        kind: 'stop-instance',
        gate,
        id: 'stop-instance',
        way,
        forceAfterSeconds,
        because: `the policy wants a contained instance stopped once its disks are frozen; ${
          way === 'hibernate'
            ? 'hibernation leaves its memory on the root volume'
            : 'a capture of memory that the plan has comes before it, as long as that may take'
        }; after ${forceAfterSeconds} seconds the guest is asked no more`,
        effectOnOthers:
          way === 'hibernate'
            ? loss.says.replace('memory is lost', 'memory goes to the root volume')
            : loss.says,
        undo: { kind: 'start-instance' },
      },
    ],
    reasons: [],
  };
};

const snapshotMemory = (facts: InstanceFacts, before: readonly PlanStep[]): PlanStep[] => {
  const source = before.find(
    (step) => step.kind === 'crash-instance' || (step.kind === 'stop-instance' && step.way === 'hibernate'),
  );
  if (source === undefined || facts.volumes.length === 0) return [];
  return [
    {
      kind: 'snapshot-memory',
      gate: source.gate,
      id: 'snapshot-memory',
      volumeIds: facts.volumes.map(({ volumeId }) => volumeId),
      because:
        'memory that a crash or hibernation left on a disk came after the freeze: a second set holds it, as evidence of its own',
      effectOnOthers: 'none',
      undo: nothingToUndo('evidence is never taken back'),
    },
  ];
};

const detach = (facts: InstanceFacts, posture: Posture, before: readonly PlanStep[]): Ending => {
  const allowed = costlyGate(posture.detachVolumes, posture);
  // What another instance has as well stays where it is: the mark that keeps a volume held would keep it from its other owners too.
  const alone = facts.volumes.filter((volume) => !isShared(volume));
  if (allowed === undefined || alone.length === 0) return { steps: [], reasons: [] };
  const stopped = before.find(({ kind }) => kind === 'stop-instance');
  if (stopped === undefined && facts.state !== 'stopped')
    return {
      steps: [],
      reasons: [
        'its volumes are not detached: a root volume leaves a stopped instance alone, and it is not stopped',
      ],
    };
  const volumes = alone.map(({ volumeId, deviceName }) => ({ volumeId, deviceName }));
  return {
    steps: [
      {
        kind: 'detach-volumes',
        gate: stricter(allowed, stopped?.gate ?? 'automatic'),
        id: 'detach-volumes',
        volumes,
        because: 'the policy wants the volumes held apart from an instance that anybody may start',
        effectOnOthers: 'the instance cannot start without its root volume',
        undo: { kind: 'attach-volumes', volumes },
      },
    ],
    reasons: [],
  };
};

/**
 * What ends the running host, in order, each where the policy allows it and EC2 can do it: crash, stop or hibernation, a second
 * snapshot of what that left of memory on disk, detachment of all volumes. Pure.
 *
 * @param of how long a crashed host is given, and what a capture of its memory waits for, where there is one
 */
export const endOfHost = (
  facts: InstanceFacts,
  posture: Posture,
  of: { readonly graceSeconds?: number | undefined; readonly memoryGate?: Gate | undefined } = {},
): Ending => {
  const runs = facts.state === 'running';
  const none: Ending = { steps: [], reasons: [] };
  const crashed = runs ? crash(facts, posture, of.graceSeconds ?? CRASH_GRACE_SECONDS) : none;
  const stopped = runs ? stop(facts, posture, [of.memoryGate, crashed.steps[0]?.gate]) : none;
  const before = [...crashed.steps, ...stopped.steps];
  const detached = detach(facts, posture, before);
  return {
    steps: [...before, ...snapshotMemory(facts, before), ...detached.steps],
    reasons: [...crashed.reasons, ...stopped.reasons, ...detached.reasons],
  };
};
