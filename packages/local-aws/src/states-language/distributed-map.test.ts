import { describe, expect, it } from 'vitest';
import { compileStateMachine } from './compile-state-machine.ts';
import type { TaskCall } from './execution-host.ts';
import { TaskFailure } from './state-failure.ts';
import { VirtualHost, machineOf, outline, runMachine } from './virtual-host.fixture.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const config = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const flow = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });
const distributed = (extra: object = {}, state: object = task): object => ({
  Type: 'Map',
  End: true,
  ItemProcessor: { ProcessorConfig: config, ...flow('I', state) },
  ...extra,
});

/** Each task takes ten seconds; those of bad items fail then. */
const sleepy = (): VirtualHost =>
  new VirtualHost(async ({ arguments: item }: TaskCall, virtual) => {
    await virtual.sleep(10_000);
    if (item === 'bad') throw new TaskFailure('Broken', 'by plan');
    return item;
  });

// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
describe('a distributed Map', () => {
  it('runs each item as an execution of its own, and gives their outputs in order', async () => {
    const host = sleepy();
    const result = await runMachine(machineOf({ M: distributed() }), { input: ['x', 'y'], host });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: ['x', 'y'] });
    expect(host.mapRuns).toMatchObject([
      { call: { items: 2, maxConcurrency: 0 }, ended: 'SUCCEEDED', children: [{}, {}] },
    ]);
    expect(outline(result.history)).toEqual([
      'ExecutionStarted',
      'MapStateEntered M',
      'MapStateStarted M',
      'MapRunStarted M',
      'MapRunSucceeded M',
      'MapStateSucceeded M',
      'MapStateExited M',
      'ExecutionSucceeded',
    ]);
    expect(outline(host.mapRuns[0]?.children[0]?.history ?? [])).toEqual([
      'ExecutionStarted',
      'TaskStateEntered I',
      'TaskScheduled I',
      'TaskStarted I',
      'TaskSucceeded I',
      'TaskStateExited I',
      'ExecutionSucceeded',
    ]);
  });

  it.each([
    [0, 10],
    [2, 30],
    ['{% 5 %}', 10],
  ])('runs five items with MaxConcurrency %s in %s seconds', async (MaxConcurrency, seconds) => {
    const host = sleepy();
    await runMachine(machineOf({ M: distributed({ MaxConcurrency }) }), { input: [1, 2, 3, 4, 5], host });
    expect(host.seconds()).toBe(seconds);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
  it('runs more than the 40 of an inline one at a time', async () => {
    const host = sleepy();
    await runMachine(machineOf({ M: distributed({ Items: '{% [1..41] %}' }) }), { host });
    expect(host.seconds()).toBe(10);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 25,000 events of one execution
  it('holds work in its children that does not fit into one history', async () => {
    const M = distributed({ Items: '{% [1..6300] %}' }, { Type: 'Pass', End: true });
    const inline = { ...M, ItemProcessor: flow('I', { Type: 'Pass', End: true }) };
    expect(await runMachine(machineOf({ M }))).toMatchObject({ status: 'SUCCEEDED' });
    expect(await runMachine(machineOf({ M: inline }))).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
  it('selects items with the variables around it, which its children do not see', async () => {
    const states = (processor: object) => ({
      A: { Type: 'Pass', Assign: { v: 7 }, Next: 'M' },
      M: distributed(
        { Items: ['x'], ItemSelector: { v: '{% $v %}', item: '{% $states.context.Map.Item.Value %}' } },
        processor,
      ),
    });
    const input = { Type: 'Pass', Output: '{% $states.input %}', End: true };
    expect(await runMachine(machineOf(states(input)))).toMatchObject({ output: [{ v: 7, item: 'x' }] });
    const outer = { Type: 'Pass', Output: '{% $v %}', End: true };
    expect(await runMachine(machineOf(states(outer)))).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });

  it('may stand within another one', async () => {
    const host = sleepy();
    const outer = {
      Type: 'Map',
      End: true,
      ItemProcessor: { ProcessorConfig: config, ...flow('Inner', distributed()) },
    };
    expect(await runMachine(machineOf({ M: outer }), { input: [['a'], ['b', 'c']], host })).toMatchObject({
      output: [['a'], ['b', 'c']],
    });
    expect(host.mapRuns.map(({ children }) => children.length)).toEqual([2, 1, 2]);
  });

  it('stops its children when the execution is over', async () => {
    const host = sleepy();
    const result = await runMachine(machineOf({ M: distributed() }, { TimeoutSeconds: 3 }), {
      input: ['x'],
      host,
    });
    expect(result.status).toBe('TIMED_OUT');
    expect(host.mapRuns).toMatchObject([{ ended: 'ABORTED', children: [{ status: 'ABORTED' }] }]);
    expect(host.calls[0]?.call.signal.aborted).toBe(true);
  });

  it('fails where the run may not be started, and that can be caught', async () => {
    const host = sleepy();
    host.mapRun = () => {
      throw new TaskFailure('States.Permissions', 'states:StartExecution');
    };
    const M = distributed({ Catch: [{ ErrorEquals: ['States.Permissions'], Next: 'D' }] });
    const result = await runMachine(machineOf({ M, D: { Type: 'Pass', End: true } }), { input: ['x'], host });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Cause: 'states:StartExecution' } });
    expect(outline(result.history)).toContain('MapStateFailed M');
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html
describe('the tolerated failures of a distributed Map', () => {
  it('are none without a threshold: the others are stopped, and no more are started', async () => {
    const host = sleepy();
    const result = await runMachine(machineOf({ M: distributed({ MaxConcurrency: 2 }) }), {
      input: ['bad', 'a', 'b', 'c'],
      host,
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(host.mapRuns).toMatchObject([
      { ended: 'FAILED', children: [{ status: 'FAILED', error: 'Broken' }, { status: 'ABORTED' }] },
    ]);
    expect(outline(result.history).slice(-3)).toEqual([
      'MapRunFailed M',
      'MapStateFailed M',
      'ExecutionFailed',
    ]);
  });

  it.each([
    [{ ToleratedFailureCount: 2 }, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 1 }, 'FAILED'],
    [{ ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 49 }, 'FAILED'],
    [{ ToleratedFailurePercentage: '{% 100 %}' }, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 4, ToleratedFailurePercentage: 25 }, 'FAILED'],
    [{ ToleratedFailureCount: 1, ToleratedFailurePercentage: 100 }, 'FAILED'],
  ])('of two items in four with %o lead to %s', async (threshold, status) => {
    const M = distributed({ ...threshold, Output: 'done' });
    const host = sleepy();
    const result = await runMachine(machineOf({ M }), { input: ['bad', 'a', 'bad', 'b'], host });
    expect(result.status).toBe(status);
  });
});

describe('what of a distributed Map is refused by name', () => {
  it.each([
    ['where its items come from', { ItemReader: {} }, /field ItemReader/],
    ['where its results go', { ResultWriter: {} }, /field ResultWriter/],
    ['batches', { ItemBatcher: { MaxItemsPerBatch: 2 } }, /field ItemBatcher/],
    ['a label', { Label: 'l' }, /field Label/],
    ['a result that would hold failed items', { ToleratedFailureCount: 1 }, /field Output: is missing/],
    [
      'reading such a result',
      { ToleratedFailureCount: 1, Output: '{% $states.result %}' },
      /\$states.result/,
    ],
    ['more than all', { ToleratedFailurePercentage: 101, Output: {} }, /0 to 100/],
  ])('%s', (_, extra, message) => {
    expect(() => compileStateMachine(machineOf({ M: distributed(extra) }))).toThrow(message);
  });

  it.each([
    ['no ExecutionType', { Mode: 'DISTRIBUTED' }, /ExecutionType: is missing/],
    ['an Express one', { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, /only STANDARD is implemented/],
    ['one of an inline Map', { Mode: 'INLINE', ExecutionType: 'STANDARD' }, /field .*ExecutionType/],
  ])('%s', (_, ProcessorConfig, message) => {
    const M = { ...distributed(), ItemProcessor: { ProcessorConfig, ...flow('I', task) } };
    expect(() => compileStateMachine(machineOf({ M }))).toThrow(message);
  });

  it('a threshold of an inline Map, and a distributed Map within one', () => {
    const inline = (state: object, extra: object = {}): object =>
      machineOf({ O: { Type: 'Map', End: true, ItemProcessor: flow('P', state), ...extra } });
    expect(() => compileStateMachine(inline(task, { ToleratedFailureCount: 1 }))).toThrow(
      /field ToleratedFailureCount/,
    );
    expect(() => compileStateMachine(inline(distributed()))).toThrow(/within the inline Map 'O'/);
    const branch = { Type: 'Parallel', End: true, Branches: [flow('Q', distributed())] };
    expect(() => compileStateMachine(inline(branch))).toThrow(/within the inline Map 'O'/);
    expect(() => compileStateMachine(machineOf({ B: branch }))).not.toThrow();
  });
});
