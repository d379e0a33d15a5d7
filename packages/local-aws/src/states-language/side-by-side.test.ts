import { describe, expect, it } from 'vitest';
import type { TaskCall } from './execution-host.ts';
import { TaskFailure } from './state-failure.ts';
import { VirtualHost, machineOf, outline, runMachine } from './virtual-host.fixture.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const done = { Type: 'Pass', End: true };
const flow = (name: string, state: object): object => ({ StartAt: name, States: { [name]: state } });

// https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html
describe('Parallel', () => {
  const slowAndFailing = { A: 'slow', B: 'fails' };
  const hostFor = (plan: Readonly<Record<string, string>>): VirtualHost =>
    new VirtualHost(async ({ stateName }, virtual) => {
      await virtual.sleep(plan[stateName] === 'slow' ? 60_000 : 1_000);
      if (plan[stateName] === 'fails') throw new TaskFailure('Broken', 'by plan');
      return stateName;
    });

  it('runs branches at once on its input, and gives their outputs in order', async () => {
    const host = hostFor({ A: 'slow' });
    const result = await runMachine(
      machineOf({ P: { Type: 'Parallel', End: true, Branches: [flow('A', task), flow('B', task)] } }),
      { input: { a: 1 }, host },
    );
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: ['A', 'B'] });
    expect(host.calls.map(({ atSeconds, call }) => [atSeconds, call.arguments])).toEqual([
      [0, { a: 1 }],
      [0, { a: 1 }],
    ]);
    expect(host.seconds()).toBe(60);
  });

  it('gives its Arguments to every branch', async () => {
    const P = {
      Type: 'Parallel',
      Arguments: { b: '{% $states.input.a %}' },
      End: true,
      Branches: [flow('A', done), flow('B', done)],
    };
    expect(await runMachine(machineOf({ P }), { input: { a: 1 } })).toMatchObject({
      output: [{ b: 1 }, { b: 1 }],
    });
  });

  it('fails with the first branch, stops the others, and ignores what they do later', async () => {
    const host = hostFor(slowAndFailing);
    const P = {
      Type: 'Parallel',
      End: true,
      Branches: [
        flow('A', task),
        flow('B', task),
        { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 9, Next: 'C' }, C: task } },
      ],
    };
    const result = await runMachine(machineOf({ P }), { host });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'by plan' });
    expect(host.calls.map(({ call }) => [call.stateName, call.signal.aborted])).toEqual([
      ['A', true],
      ['B', true],
    ]);
    expect(host.seconds()).toBe(1);
    const told = outline(result.history);
    expect(told.slice(-5, -2).toSorted()).toEqual([
      'TaskFailed B',
      'TaskStateAborted A',
      'WaitStateAborted W',
    ]);
    expect(told.slice(-2)).toEqual(['ParallelStateFailed P', 'ExecutionFailed']);
  });

  it('catches what a branch did not, by the name of the error', async () => {
    const P = {
      Type: 'Parallel',
      End: true,
      Branches: [flow('A', task), flow('B', task)],
      Catch: [{ ErrorEquals: ['Broken'], Next: 'T' }],
    };
    const result = await runMachine(machineOf({ P, T: done }), { host: hostFor(slowAndFailing) });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Broken', Cause: 'by plan' } });
  });

  it('retries all branches', async () => {
    const host = hostFor({ B: 'fails' });
    const P = {
      Type: 'Parallel',
      End: true,
      Branches: [flow('A', task), flow('B', task)],
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    };
    await runMachine(machineOf({ P }), { host });
    expect(host.calls.map(({ atSeconds, call }) => `${call.stateName}${atSeconds}`)).toEqual([
      'A0',
      'B0',
      'A2',
      'B2',
    ]);
  });

  it('lets a branch go on when it catches its own error', async () => {
    const B = {
      StartAt: 'B',
      States: { B: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'D' }] }, D: done },
    };
    const P = { Type: 'Parallel', End: true, Branches: [flow('A', task), B] };
    expect(await runMachine(machineOf({ P }), { host: hostFor(slowAndFailing) })).toMatchObject({
      output: ['A', { Error: 'Broken' }],
    });
  });

  it('stops branches inside branches', async () => {
    const inner = { Type: 'Parallel', End: true, Branches: [flow('A', task)] };
    const host = hostFor(slowAndFailing);
    const { history } = await runMachine(
      machineOf({ P: { Type: 'Parallel', End: true, Branches: [flow('Q', inner), flow('B', task)] } }),
      { host },
    );
    expect(outline(history)).toEqual(
      expect.arrayContaining(['TaskStateAborted A', 'ParallelStateAborted Q', 'ParallelStateFailed P']),
    );
    expect(host.calls[0]?.call.signal.aborted).toBe(true);
  });

  it('keeps variables of branches apart', async () => {
    const branch = (name: string, value: number): object => ({
      StartAt: name,
      States: {
        [name]: { Type: 'Pass', Assign: { v: value }, Next: `${name}2` },
        [`${name}2`]: { Type: 'Pass', Output: '{% $v %}', End: true },
      },
    });
    const P = { Type: 'Parallel', End: true, Branches: [branch('A', 1), branch('B', 2)] };
    expect(await runMachine(machineOf({ P }))).toMatchObject({ output: [1, 2] });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
describe('Map', () => {
  const sleepy = (): VirtualHost =>
    new VirtualHost(async ({ arguments: item }: TaskCall, virtual) => {
      await virtual.sleep(10_000);
      if (item === 'bad') throw new TaskFailure('Broken', 'by plan');
      return item;
    });
  const map = (extra: object): object =>
    machineOf({ M: { Type: 'Map', End: true, ItemProcessor: flow('I', task), ...extra } });

  it.each([
    [0, 10],
    [1, 50],
    [2, 30],
    ['{% 5 %}', 10],
  ])('runs five items with MaxConcurrency %s in %s seconds', async (MaxConcurrency, seconds) => {
    const host = sleepy();
    const result = await runMachine(map({ MaxConcurrency }), { input: [1, 2, 3, 4, 5], host });
    expect(result).toMatchObject({ output: [1, 2, 3, 4, 5] });
    expect(host.seconds()).toBe(seconds);
  });

  it('runs at most 40 items at a time', async () => {
    const host = sleepy();
    await runMachine(map({ Items: '{% [1..41] %}' }), { host });
    expect(host.seconds()).toBe(20);
  });

  it('selects items, and shows each its index and value', async () => {
    const ItemSelector = { all: '{% $count($states.input.list) %}', item: '{% $states.context.Map.Item %}' };
    const processor = flow('I', {
      Type: 'Pass',
      End: true,
      Output: { input: '{% $states.input %}', again: '{% $states.context.Map.Item.Index %}' },
    });
    const machine = map({ Items: '{% $states.input.list %}', ItemSelector, ItemProcessor: processor });
    expect(await runMachine(machine, { input: { list: ['x', 'y'] } })).toMatchObject({
      output: [
        { input: { all: 2, item: { Index: 0, Value: 'x' } }, again: 0 },
        { input: { all: 2, item: { Index: 1, Value: 'y' } }, again: 1 },
      ],
    });
  });

  it('of nothing gives nothing', async () => {
    expect(await runMachine(map({}), { input: [] })).toMatchObject({ status: 'SUCCEEDED', output: [] });
  });

  it('fails with its first item, stops the others, and starts no more', async () => {
    const host = sleepy();
    const result = await runMachine(map({ MaxConcurrency: 2 }), { input: ['bad', 'a', 'b', 'c'], host });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(host.calls.map(({ call }) => call.arguments)).toEqual(['bad', 'a']);
    const told = result.history
      .filter(({ type }) => type.startsWith('MapIteration'))
      .map(({ type, iteration }) => [type, iteration]);
    expect(told).toEqual([
      ['MapIterationStarted', 0],
      ['MapIterationStarted', 1],
      ['MapIterationFailed', 0],
      ['MapIterationAborted', 1],
    ]);
  });

  it.each([
    ['a number', 7],
    ['nothing', null],
  ])('fails on items that are %s', async (_, input) => {
    expect(await runMachine(map({}), { input })).toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('refuses to iterate over an object, rather than guess', async () => {
    await expect(runMachine(map({}), { input: { a: 1 } })).rejects.toThrow(
      'iterating over objects is not implemented',
    );
  });
});
