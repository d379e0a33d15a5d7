import type { Check } from '../../core/operation.ts';
import {
  TaskFailure,
  type Json,
  type MapRun as StartedRun,
  type MapRunCall,
  type StateMachine,
} from '../../states-language/index.ts';
import { placeOfArn, type Execution, type Machine, type MapRun } from './state.ts';
import type { StatesStage } from './states-stage.ts';
import { callerFor } from './tasks.ts';

/** What a Map Run belongs to, and what runs a child to its end. */
interface Parent {
  readonly machine: Machine;
  readonly execution: Execution;
  readonly run: (child: Execution, compiled: StateMachine) => Promise<void>;
}

/**
 * What the machine's role must be allowed: to start executions of the machine that the state is in, and to describe and stop them, by names of the
 * machine's own executions, as the page writes them.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 * Versions of that page differ in whether StopExecution is needed: the stricter one counts.
 */
const checksFor = (machine: Machine, runName: string): readonly Check[] => {
  const { account } = placeOfArn(machine.arn);
  const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${runName}`;
  return [
    { action: 'states:StartExecution', resource: machine.arn, account },
    { action: 'states:DescribeExecution', resource: executionArn, account, assumed: true },
    { action: 'states:StopExecution', resource: executionArn, account, assumed: true },
  ];
};

const refuseWithoutRights = (stage: StatesStage, { machine, execution }: Parent, runName: string): void => {
  const caller = callerFor(stage, { machine, execution }, {});
  for (const check of checksFor(machine, runName)) {
    const decision = stage.host.decideFor(caller, placeOfArn(machine.arn).region, check);
    if (decision.verdict === 'deny')
      throw new TaskFailure(
        'States.Permissions',
        `${machine.roleArn} is not authorized to perform: ${check.action} on resource: ${check.resource}: ${decision.why}`,
      );
  }
};

/**
 * Starts a Map Run: its children are executions of their own, whose ARNs carry a label that is made up for the run.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
 *
 * @throws TaskFailure States.Permissions
 */
export const startMapRun = (stage: StatesStage, parent: Parent, call: MapRunCall): StartedRun => {
  const { machine, execution } = parent;
  const { ids, timeline } = stage;
  const uuid = (): string => ids.uuid(`map run of ${execution.arn}`);
  const [label, name] = [uuid(), uuid()];
  refuseWithoutRights(stage, parent, name);
  const mapRun: MapRun = {
    arn: `${machine.arn.replace(':stateMachine:', ':mapRun:')}/${label}:${name}`,
    label,
    executionArn: execution.arn,
    startedAt: timeline.now(),
    call,
    children: new Map(),
    status: 'RUNNING',
  };
  machine.mapRuns.set(label, mapRun);
  return {
    arn: mapRun.arn,
    child: ({ machine: compiled, input, signal }) =>
      runChild(
        parent,
        { mapRun, execution: childOf(machine, mapRun, { name: uuid(), input, at: timeline.now() }) },
        { compiled, signal },
      ),
    end: (status) => {
      mapRun.status = status;
      mapRun.stoppedAt = timeline.now();
    },
  };
};

const childOf = (
  machine: Machine,
  { label, arn: mapRunArn }: MapRun,
  { name, input, at }: { readonly name: string; readonly input: Json; readonly at: number },
): Execution => {
  const machineArn = `${machine.arn}/${label}`;
  return {
    arn: `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`,
    name,
    machineArn,
    mapRunArn,
    input: JSON.stringify(input),
    startedAt: at,
    history: [],
    stop: new AbortController(),
    status: 'RUNNING',
  };
};

const runChild = async (
  { run }: Parent,
  { mapRun, execution }: { readonly mapRun: MapRun; readonly execution: Execution },
  { compiled, signal }: { readonly compiled: StateMachine; readonly signal: AbortSignal },
): ReturnType<StartedRun['child']> => {
  mapRun.children.set(execution.name, execution);
  const stop = (): void => execution.stop.abort({});
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  await run(execution, compiled);
  signal.removeEventListener('abort', stop);
  const { status, output } = execution;
  switch (status) {
    case 'SUCCEEDED':
      return { status, output: JSON.parse(output ?? 'null') as Json };
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      return { status };
    case 'RUNNING':
      throw new Error(`child ${execution.arn} was run to its end and has no end`);
  }
};
