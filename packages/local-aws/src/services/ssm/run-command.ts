import { ec2State, type Instance } from '../ec2/state.ts';
import type { InstancePlace } from '../sts/instance-credentials.ts';
import { guestOf, unreachable, type AgentStage } from './agents.ts';
import { SSM_DURATIONS } from './durations.ts';
import type { Guest } from './guest.ts';
import { runStep, skipped, type Outcome, type RunningStep } from './run-step.ts';
import type { Command, Invocation, RunStatus } from './state.ts';

/** A command on its way to one instance. */
export interface Run {
  readonly stage: AgentStage;
  readonly place: InstancePlace;
  readonly command: Command;
  readonly invocation: Invocation;
  /** With values put in, in the order of the document. */
  readonly steps: readonly RunningStep[];
}

const TERMINAL: ReadonlySet<RunStatus> = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled']);

/** Whether nothing more becomes of an invocation. */
const isOver = ({ status }: Invocation): boolean => TERMINAL.has(status);

/** Puts an invocation, and its steps that have no end of their own, into a status. */
const enter = (invocation: Invocation, status: RunStatus, statusDetails: string): void => {
  for (const one of [invocation, ...invocation.steps.filter((step) => !TERMINAL.has(step.status))]) {
    one.status = status;
    one.statusDetails = statusDetails;
  }
};

const instanceOf = ({ stage: { world }, place }: Run): Instance | undefined =>
  world.of(ec2State, place.account, place.region).instances.get(place.instanceId);

/** Which boot of an instance it is, while it runs: what the agent was doing ends with it. */
const bootOf = (run: Run): string | undefined => {
  const instance = instanceOf(run);
  return instance?.state === 'running' ? `${instance.launchedAt}/${instance.rebootedAt ?? ''}` : undefined;
};

const later = ({ stage: { timeline } }: Run, milliseconds: number, act: () => void): void => {
  timeline.at(timeline.now() + milliseconds, act);
};

/** In the background: whoever waits for the command asks again, and so lets time pass. */
const tryAgain = ({ stage: { timeline } }: Run, act: () => void): void => {
  timeline.at(timeline.now() + SSM_DURATIONS.retry, act, 'background');
};

/** The result of a document is that of its steps: one that failed or timed out makes it so. https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
const overall = (outcomes: readonly Outcome[]): readonly [RunStatus, string] => {
  const bad = outcomes.find(({ status }) => status !== 'Success');
  return bad === undefined ? ['Success', 'Success'] : [bad.status, bad.statusDetails];
};

/** Brings the results to the service, as soon as the agent reaches it; never those of a command that is over by then. */
const report = (run: Run, outcomes: readonly Outcome[]): void => {
  const { stage, place, invocation } = run;
  if (isOver(invocation)) return;
  if (unreachable(stage, place) !== undefined) {
    tryAgain(run, () => report(run, outcomes));
    return;
  }
  for (const [index, step] of invocation.steps.entries()) Object.assign(step, outcomes[index]);
  [invocation.status, invocation.statusDetails] = overall(outcomes);
};

/** The steps one after the other: one that fails does not keep the next from running. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html (onFailure) */
const perform = (run: Run, guest: Guest): void => {
  const { stage, place, command, invocation, steps } = run;
  const boot = bootOf(run);
  const goesOn = (): boolean => bootOf(run) === boot && invocation.status !== 'Cancelled';
  const outcomes: Outcome[] = [];
  const next = (): void => {
    const step = steps[outcomes.length];
    if (step === undefined) {
      report(run, outcomes);
      return;
    }
    if (!step.platforms.includes(guest.platform)) {
      outcomes.push(skipped(stage.timeline.now()));
      next();
      return;
    }
    const ended = ({ milliseconds, outcome }: Awaited<ReturnType<typeof runStep>>): void =>
      later(run, milliseconds, () => {
        // Nobody tells of what ended with the host: it expires.
        if (!goesOn()) return;
        outcomes.push(outcome);
        next();
      });
    const running = runStep({ stage, place, command, step, guest, goesOn });
    if (running instanceof Promise) running.then(ended).catch((error: unknown) => stage.timeline.fail(error));
    else ended(running);
  };
  next();
};

/**
 * Tries to bring a command to the agent, and tries again until the delivery time-out. The instance that is gone has it undeliverable; that
 * AWS's status is then `Failed` is UNCONFIRMED.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
const deliver = (run: Run): void => {
  const { stage, place, command, invocation } = run;
  if (isOver(invocation)) return;
  const state = instanceOf(run)?.state;
  if (state === undefined || state === 'terminated' || state === 'shutting-down') {
    enter(invocation, 'Failed', 'Undeliverable');
    return;
  }
  const now = stage.timeline.now();
  // It stays as it is until it expires as a whole.
  if (now > command.deliverBy) return;
  const guest = guestOf(stage.world, place);
  if (guest === undefined || unreachable(stage, place) !== undefined) {
    enter(invocation, 'Delayed', 'Delayed');
    tryAgain(run, () => deliver(run));
    return;
  }
  enter(invocation, 'InProgress', 'In Progress');
  perform(run, guest);
};

/**
 * Sends a command on its way, and ends it when all its time is over: "If a command expires, it changes status to DeliveryTimedOut for all
 * invocations that have the status InProgress, Pending, or Delayed."
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Command.html (ExpiresAfter)
 */
export const start = (run: Run): void => {
  const { stage, command, invocation } = run;
  later(run, SSM_DURATIONS.delivery, () => deliver(run));
  // In the background: nothing needs to wait for the end of what has ended.
  const expire = (): void => {
    if (!isOver(invocation)) enter(invocation, 'TimedOut', 'Delivery Timed Out');
  };
  stage.timeline.at(command.expiresAt, expire, 'background');
};

/**
 * Ends an invocation if that is still possible: at once before it began, else when the agent hears of it. "There is no guarantee that
 * the command will be terminated and the underlying process stopped."
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
 */
export const cancel = (run: Pick<Run, 'stage' | 'place' | 'invocation'>): void => {
  const { stage, place, invocation } = run;
  if (isOver(invocation)) return;
  if (invocation.status !== 'InProgress') {
    enter(invocation, 'Cancelled', 'Cancelled');
    return;
  }
  enter(invocation, 'Cancelling', 'Cancelling');
  stage.timeline.at(stage.timeline.now() + SSM_DURATIONS.cancel, () => {
    if (!isOver(invocation) && unreachable(stage, place) === undefined)
      enter(invocation, 'Cancelled', 'Cancelled');
  });
};
