import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  beginEnding,
  enterPhase,
  judgeStop,
  stepsOf,
  stepsToDo,
  type EndingState,
  type IncidentRef,
  type Plan,
  type StepOutcome,
  type StopInput,
  type StopOutput,
} from '@cordon/incident';
import { clientFor, type Connection } from '../aws/connection.ts';
import { sessionPolicy, type Scope } from '../needs/session-policy.ts';
import { instant, ofIncident, type Services } from '../services.ts';
import { readIncident } from '../store/incident-table.ts';
import { rowOf, saveOutcomes } from '../store/journal-rows.ts';
import { attempt, NotDone } from './attempt.ts';
import { crash, liftStopProtection, stopNow } from './crash-and-stop.ts';
import { detachVolumes, whatIsStillAttached } from './detach-volumes.ts';

/** The freeze takes seconds; after this many looks the instance is stopped all the same, for stopping keeps the disks. */
const FREEZE_LOOKS = 6;
const FREEZE_RECHECK_SECONDS = 5;
/** Seconds between looks at an instance that stops. */
const STOP_RECHECK_SECONDS = 15;
/** Seconds between looks at volumes that are being detached, and how many there are. */
const DETACH_RECHECK_SECONDS = 10;
const DETACH_LOOKS = 12;

/** Volumes that a session policy names; more are named by pattern, which the role's own tag condition still bounds. */
const NAMED = 8;

const scope = (services: Services, incident: IncidentRef, plan: Plan): Scope => {
  const arn = (rest: string): string =>
    `arn:${services.partition}:ec2:${incident.region}:${incident.account}:${rest}`;
  const instance = arn(`instance/${incident.instanceId}`);
  const ids = stepsOf(plan, 'detach-volumes').flatMap((step) => step.volumes.map(({ volumeId }) => volumeId));
  const volumes = (ids.length <= NAMED ? ids : ['*']).map((id) => arn(`volume/${id}`));
  return {
    reads: ['ec2:DescribeInstances', ...(ids.length === 0 ? [] : ['ec2:DescribeVolumes'])],
    on: [
      {
        actions: [
          'ec2:StopInstances',
          'ec2:SendDiagnosticInterrupt',
          'ec2:ModifyInstanceAttribute',
          ...(ids.length === 0 ? [] : ['ec2:DetachVolume']),
        ],
        resources: [instance],
      },
      { actions: ['ec2:DetachVolume', 'ec2:CreateTags'], resources: volumes },
    ],
  };
};

/** What one call works with. */
interface Work {
  readonly input: StopInput;
  readonly services: Services;
  readonly connection: Connection;
  readonly ec2: EC2Client;
  readonly ending: EndingState;
}

/** Where a phase leads: to the next at once, or back to the workflow. */
type Led = { readonly next: EndingState } | { readonly answer: StopOutput };

const wait = (ending: EndingState, recheckAfterSeconds: number): Led => ({
  answer: { status: 'waiting', outcomes: ending.outcomes, ending, recheckAfterSeconds },
});
const withRows = (ending: EndingState, ...rows: readonly StepOutcome[]): EndingState => ({
  ...ending,
  outcomes: [...ending.outcomes, ...rows],
});
const looked = (ending: EndingState): EndingState => ({ ...ending, looks: ending.looks + 1 });
const secondsSince = ({ since }: EndingState, services: Services): number =>
  (Date.parse(instant(services)) - Date.parse(since)) / 1_000;

const stateNow = async (ec2: EC2Client, { instanceId }: IncidentRef): Promise<string> => {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [instanceId] }] }),
  );
  return Reservations[0]?.Instances?.[0]?.State?.Name ?? 'gone';
};

/** A shutdown runs the attacker's scripts and a crash writes to the disks: the freeze must be the state before them. */
const waitForFreeze = async ({ input, services, ending }: Work): Promise<Led> => {
  const { incident } = input;
  const { steps } = await readIncident(services, incident.incidentId);
  const frozen = steps.includes(`step#freeze#${incident.revision}`);
  if (!frozen && ending.looks + 1 < FREEZE_LOOKS) return wait(looked(ending), FREEZE_RECHECK_SECONDS);
  return { next: enterPhase(ending, 'crash', instant(services)) };
};

/** The grace period is waited for by the workflow, whatever became of the dump. */
const crashPhase = async ({ input, services, connection, ending }: Work): Promise<Led> => {
  const next = enterPhase(ending, 'stop', instant(services));
  const [step] = stepsToDo(input, 'crash-instance');
  if (step === undefined) return { next };
  const row = await attempt(step.id, services, () =>
    crash(connection, { incident: input.incident, services }, step),
  );
  if (row.status !== 'done') return { next: withRows(next, row) };
  return wait({ ...withRows(next, row), memoryOnDisk: true }, step.graceSeconds);
};

const stopPhase = async ({ input, services, ec2, ending }: Work): Promise<Led> => {
  const { incident } = input;
  const [step] = stepsToDo(input, 'stop-instance');
  const memory = enterPhase(ending, 'memory', instant(services));
  if (step === undefined) return { next: memory };
  const [lift] = stepsToDo(input, 'lift-stop-protection');
  const lifted =
    lift === undefined || ending.outcomes.some(({ id }) => id === lift.id)
      ? ending
      : withRows(ending, await attempt(lift.id, services, () => liftStopProtection(ec2, incident)));
  let hibernates = false;
  const row = await attempt(step.id, services, async () => {
    hibernates = await stopNow(ec2, incident, step.way);
    return 'asked to stop';
  });
  if (row.status === 'done') {
    const stopping = enterPhase(lifted, 'stopping', instant(services));
    return wait({ ...stopping, memoryOnDisk: ending.memoryOnDisk || hibernates }, STOP_RECHECK_SECONDS);
  }
  // Stop protection that was just lifted is so only eventually (aws-facts 2.6).
  if (lift !== undefined && ending.looks < 3) return wait(looked(lifted), FREEZE_RECHECK_SECONDS);
  return { next: { ...withRows(memory, ...lifted.outcomes.slice(ending.outcomes.length), row) } };
};

const stoppingPhase = async ({ input, services, ec2, ending }: Work): Promise<Led> => {
  const { incident } = input;
  const step = stepsToDo(input, 'stop-instance')[0] ?? stepsOf(input.plan, 'stop-instance')[0];
  const memory = enterPhase(ending, 'memory', instant(services));
  if (step === undefined) return { next: memory };
  const seen: { led: ReturnType<typeof judgeStop> } = { led: 'wait' };
  const row = await attempt(step.id, services, async () => {
    const led = judgeStop(await stateNow(ec2, incident), ending, {
      waitedSeconds: secondsSince(ending, services),
      forceAfterSeconds: step.forceAfterSeconds,
    });
    seen.led = led;
    if (led === 'force') await stopNow(ec2, incident, 'force');
    if (typeof led === 'object') throw new NotDone(`${led.failed}: look at it in the account`);
    return ending.forced
      ? 'read back as stopped; the guest did not shut down by itself and was asked no more'
      : 'read back as stopped';
  });
  if (row.status !== 'done' || seen.led === 'stopped') return { next: withRows(memory, row) };
  if (seen.led === 'force')
    return wait({ ...enterPhase(ending, 'stopping', instant(services)), forced: true }, STOP_RECHECK_SECONDS);
  return wait(looked(ending), STOP_RECHECK_SECONDS);
};

/** Another function takes the snapshots, with a duty of its own; the workflow comes back for what is left. */
const memoryPhase = async ({ input, services, ending }: Work): Promise<Led> => {
  const next = enterPhase(ending, 'detach', instant(services));
  const [step] = stepsToDo(input, 'snapshot-memory');
  if (step === undefined) return { next };
  if (ending.memoryOnDisk)
    return {
      answer: { status: 'snapshot', outcomes: ending.outcomes, ending: next, recheckAfterSeconds: 0 },
    };
  const row = await attempt(step.id, services, () =>
    Promise.reject(new NotDone('nothing left memory on a disk, so that there is none to snapshot')),
  );
  return { next: withRows(next, row) };
};

const detachPhase = async ({ input, services, ec2, ending }: Work): Promise<Led> => {
  const { incident } = input;
  const ended = enterPhase(ending, 'ended', instant(services));
  const [step] = stepsToDo(input, 'detach-volumes');
  if (step === undefined) return { next: ended };
  const row = await attempt(step.id, services, async () => {
    const state = await stateNow(ec2, incident);
    if (state !== 'stopped')
      throw new NotDone(`the instance is ${state}: volumes are detached from one that is stopped alone`);
    return detachVolumes(ec2, incident, step.volumes);
  });
  return row.status === 'done'
    ? wait(enterPhase(ending, 'detaching', instant(services)), DETACH_RECHECK_SECONDS)
    : { next: withRows(ended, row) };
};

const detachingPhase = async ({ input, services, ec2, ending }: Work): Promise<Led> => {
  const ended = enterPhase(ending, 'ended', instant(services));
  const [step] = stepsToDo(input, 'detach-volumes');
  if (step === undefined) return { next: ended };
  let left: readonly string[] = [];
  const row = await attempt(step.id, services, async () => {
    left = await whatIsStillAttached(ec2, step.volumes);
    if (left.length > 0 && ending.looks + 1 >= DETACH_LOOKS)
      throw new NotDone(`not detached: ${left.join(', ')}; look at it in the account`);
    return `${step.volumes.length} volume(s) read back as detached, tagged with the incident and held`;
  });
  return row.status === 'done' && left.length > 0
    ? wait(looked(ending), DETACH_RECHECK_SECONDS)
    : { next: withRows(ended, row) };
};

const PHASES: Readonly<Record<Exclude<EndingState['phase'], 'ended'>, (work: Work) => Promise<Led>>> = {
  freeze: waitForFreeze,
  crash: crashPhase,
  stop: stopPhase,
  stopping: stoppingPhase,
  memory: memoryPhase,
  detach: detachPhase,
  detaching: detachingPhase,
};

/**
 * Ends the contained host, as the plan says and no further: crash and grace, stop (forced when the guest does not), detachment. A call does
 * what needs no waiting and says how long the workflow waits before the next; every wait is bounded, every failure is a row, and
 * containment stays whatever becomes of this. Undone by `start-instance`, `restore-attribute` and `attach-volumes`.
 */
export const stop = async (input: StopInput, services: Services): Promise<StopOutput> => {
  const { incident, plan } = input;
  let ending = input.ending ?? beginEnding(instant(services));
  const done = (): StopOutput => ({
    status: 'done',
    outcomes: ending.outcomes,
    ending,
    recheckAfterSeconds: 0,
  });
  const wanted = stepsToDo(
    input,
    'crash-instance',
    'lift-stop-protection',
    'stop-instance',
    'snapshot-memory',
    'detach-volumes',
  );
  if (wanted.length === 0) return done();
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'contain',
    policy: sessionPolicy(scope(services, incident, plan)),
  });
  const ec2 = clientFor(EC2Client, connection);
  while (ending.phase !== 'ended') {
    const led = await PHASES[ending.phase]({ input, services, connection, ec2, ending });
    if ('answer' in led) return led.answer;
    ending = led.next;
  }
  await saveOutcomes(services, incident, rowOf('stop', input), ending.outcomes);
  return done();
};
