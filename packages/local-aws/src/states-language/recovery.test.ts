import { describe, expect, it } from 'vitest';
import { takesError } from './error-rules.ts';
import type { TaskCall } from './execution-host.ts';
import { TaskFailure } from './state-failure.ts';
import { VirtualHost, machineOf, outline, runMachine } from './virtual-host.fixture.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html, throughout.
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const waiting = { ...task, Resource: `${task.Resource}.waitForTaskToken` };
const done = { Type: 'Pass', End: true };

/** A host whose calls fail with these errors, one after the other, and succeed from then on. */
function failing(...errors: readonly string[]): VirtualHost {
  const left = [...errors];
  return new VirtualHost(() => {
    const error = left.shift();
    if (error !== undefined) throw new TaskFailure(error, `cause of ${error}`);
    return 'fine';
  });
}

const times = (host: VirtualHost): readonly number[] => host.calls.map(({ atSeconds }) => atSeconds);
const never = (): Promise<never> => new Promise(() => {});

describe('which errors a list takes', () => {
  it.each([
    ['States.ALL', 'Any', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.QueryEvaluationError', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.TaskFailed', 'Any', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.Timeout', 'States.Timeout', true],
    ['States.Timeout', 'States.HeartbeatTimeout', true],
    ['States.HeartbeatTimeout', 'States.Timeout', false],
    ['Any', 'any', false],
  ])('%s takes %s: %s', (name, error, taken) => {
    expect(takesError([name], error)).toBe(taken);
  });
});

describe('Retry', () => {
  it.each([
    ['defaults: 1 s, doubled, three times', { ErrorEquals: ['X'] }, [0, 1, 3, 7]],
    [
      'interval and rate',
      { ErrorEquals: ['X'], IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 2 },
      [0, 3, 7.5],
    ],
    [
      'a cap',
      { ErrorEquals: ['X'], MaxAttempts: 4, BackoffRate: 10, MaxDelaySeconds: 20 },
      [0, 1, 11, 31, 51],
    ],
    [
      'full jitter, between nothing and the delay',
      { ErrorEquals: ['X'], IntervalSeconds: 4, MaxAttempts: 2, JitterStrategy: 'FULL' },
      [0, 1, 3],
    ],
    ['never, with 0 attempts', { ErrorEquals: ['X'], MaxAttempts: 0 }, [0]],
    ['never, for another error', { ErrorEquals: ['Y'] }, [0]],
  ])('%s', async (_, retrier, expected) => {
    const host = failing('X', 'X', 'X', 'X', 'X');
    const result = await runMachine(machineOf({ S: { ...task, Retry: [retrier] } }), { host });
    expect(times(host)).toEqual(expected);
    expect(result).toMatchObject({ status: 'FAILED', error: 'X', cause: 'cause of X' });
  });

  it('counts for each retrier apart, over the whole visit', async () => {
    const host = failing('A', 'B', 'A', 'B', 'A');
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 2, IntervalSeconds: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 5, IntervalSeconds: 10 },
    ];
    const result = await runMachine(machineOf({ S: { ...task, Retry } }), { host });
    expect(times(host)).toEqual([0, 1, 11, 13, 33]);
    expect(result).toMatchObject({ status: 'FAILED', error: 'A' });
  });

  it('does not go on to a later retrier when the first that takes the error is used up', async () => {
    const host = failing('A', 'A', 'A');
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 9 },
    ];
    await runMachine(machineOf({ S: { ...task, Retry } }), { host });
    expect(times(host)).toEqual([0, 1]);
  });

  it('evaluates the arguments anew, with the retry count', async () => {
    const host = failing('X');
    const Arguments = '{% $states.context.State.RetryCount %}';
    const result = await runMachine(
      machineOf({ S: { ...task, Arguments, Retry: [{ ErrorEquals: ['X'] }] } }),
      { host },
    );
    expect(host.calls.map(({ call }) => call.arguments)).toEqual([0, 1]);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'fine' });
  });

  it('is told in the history, with its delay', async () => {
    const { history } = await runMachine(
      machineOf({ S: { ...task, Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 5 }] } }),
      { host: failing('X') },
    );
    expect(history.find(({ type }) => type === 'TaskFailed')).toMatchObject({
      stateName: 'S',
      error: 'X',
      cause: 'cause of X',
      resource: task.Resource,
      handling: { kind: 'retried', attempt: 1, delaySeconds: 5 },
    });
    expect(outline(history).filter((line) => line === 'TaskScheduled S')).toHaveLength(2);
  });

  it('starts counting again when the state is visited again', async () => {
    const host = failing('X', 'X', 'X', 'X');
    const states = {
      S: {
        Type: 'Task',
        Resource: task.Resource,
        Next: 'T',
        Retry: [{ ErrorEquals: ['X'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['X'], Next: 'S' }],
      },
      T: done,
    };
    expect(await runMachine(machineOf(states), { host })).toMatchObject({ status: 'SUCCEEDED' });
    expect(times(host)).toEqual([0, 1, 1, 2, 2]);
  });
});

describe('Catch', () => {
  const machine = (catchers: readonly object[]): object =>
    machineOf({
      S: { ...task, Assign: { fine: true }, Catch: catchers },
      T: done,
      U: { ...done, Output: '{% [$states.input, $why] %}' },
    });

  it('takes the first catcher in order, with the error output as its output', async () => {
    const catchers = [
      { ErrorEquals: ['Y'], Next: 'U', Assign: { why: 0 } },
      { ErrorEquals: ['X', 'Z'], Next: 'T' },
      { ErrorEquals: ['States.ALL'], Next: 'U', Assign: { why: 0 } },
    ];
    expect(await runMachine(machine(catchers), { host: failing('X') })).toMatchObject({
      status: 'SUCCEEDED',
      output: { Error: 'X', Cause: 'cause of X' },
    });
  });

  it('gives its own Output and Assign, and none of the state', async () => {
    const catcher = {
      ErrorEquals: ['States.ALL'],
      Next: 'U',
      Output: '{% $states.input.a %}',
      Assign: { why: '{% $states.errorOutput.Error %}' },
    };
    const reachable = machineOf({
      S: { ...task, Assign: { fine: true }, Catch: [catcher] },
      U: { ...done, Output: '{% [$states.input, $why] %}' },
    });
    const caught = await runMachine(reachable, { input: { a: 7 }, host: failing('X') });
    expect(caught).toMatchObject({ output: [7, 'X'] });
    expect(caught.history.find(({ type }) => type === 'TaskStateExited')?.assignedVariables).toEqual({
      why: 'X',
    });
  });

  it('comes after Retry', async () => {
    const host = failing('X', 'X');
    const states = {
      S: {
        ...task,
        Retry: [{ ErrorEquals: ['X'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['X'], Next: 'T' }],
      },
      T: done,
    };
    const { history } = await runMachine(machineOf(states), { host });
    expect(history.filter(({ type }) => type === 'TaskFailed').map(({ handling }) => handling?.kind)).toEqual(
      ['retried', 'caught'],
    );
  });

  it('takes evaluation errors of arguments and of the output', async () => {
    for (const field of [
      { Arguments: '{% $states.input.gone %}' },
      { Output: '{% $states.input.gone %}' },
      { TimeoutSeconds: '{% 0 %}' },
    ]) {
      const states = {
        S: { ...task, ...field, Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'T' }] },
        T: done,
      };
      const result = await runMachine(machineOf(states));
      expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.QueryEvaluationError' } });
      expect(outline(result.history)).toContain('EvaluationFailed S');
    }
  });

  it('does not take its own failure', async () => {
    const states = {
      S: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T', Output: '{% $states.input.gone %}' }] },
      T: done,
    };
    const result = await runMachine(machineOf(states), { host: failing('X') });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(
      result.history.filter(({ handling }) => handling).map(({ type, handling }) => [type, handling?.kind]),
    ).toEqual([
      ['TaskFailed', 'caught'],
      ['EvaluationFailed', 'uncaught'],
    ]);
  });

  it('with States.ALL lets States.DataLimitExceeded pass', async () => {
    const host = new VirtualHost(() => 'x'.repeat(300_000));
    const states = { S: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }] }, T: done };
    expect(await runMachine(machineOf(states), { host })).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
describe('timeouts', () => {
  it.each([
    ['a number', 30],
    ['an expression', '{% $states.input.limit %}'],
  ])('fail a task after TimeoutSeconds as %s, and tell the host', async (_, TimeoutSeconds) => {
    const host = new VirtualHost(never);
    const result = await runMachine(machineOf({ S: { ...task, TimeoutSeconds } }), {
      input: { limit: 30 },
      host,
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(host.seconds()).toBe(30);
    expect(host.calls[0]?.call.signal.aborted).toBe(true);
    expect(outline(result.history)).toContain('TaskTimedOut S');
  });

  it('do not touch a task that answers in time', async () => {
    const host = new VirtualHost((_, virtual) => virtual.sleep(29_000).then(() => 'late'));
    expect(await runMachine(machineOf({ S: { ...task, TimeoutSeconds: 30 } }), { host })).toMatchObject({
      output: 'late',
    });
    expect(host.seconds()).toBe(29);
  });

  it('hold for each attempt anew', async () => {
    const host = new VirtualHost(never);
    await runMachine(
      machineOf({
        S: { ...task, TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] },
      }),
      { host },
    );
    expect(times(host)).toEqual([0, 11]);
    expect(host.seconds()).toBe(21);
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
describe('task tokens', () => {
  it('are new for each attempt, and the state waits for the host', async () => {
    const host = new VirtualHost(async ({ token }: TaskCall, virtual) => {
      await virtual.sleep(60_000);
      if (token === 'uuid-1') throw new TaskFailure('Refused', 'by a person');
      return { token };
    });
    const result = await runMachine(
      machineOf({
        S: {
          ...waiting,
          Arguments: { t: '{% $states.context.Task.Token %}' },
          Retry: [{ ErrorEquals: ['Refused'] }],
        },
      }),
      { host },
    );
    expect(host.calls.map(({ call }) => call.arguments)).toEqual([{ t: 'uuid-1' }, { t: 'uuid-2' }]);
    expect(result).toMatchObject({ output: { token: 'uuid-2' } });
    expect(host.seconds()).toBe(121);
  });

  it('are not given to other tasks', async () => {
    const host = new VirtualHost();
    await runMachine(machineOf({ S: task }), { host });
    expect(host.calls[0]?.call).not.toHaveProperty('token');
  });

  it('fail with States.HeartbeatTimeout as soon as a heartbeat is missed', async () => {
    const host = new VirtualHost(async (call: TaskCall, virtual) => {
      for (let beats = 0; beats < 3; beats++) {
        await virtual.sleep(8_000);
        call.heartbeat();
      }
      return never();
    });
    const result = await runMachine(
      machineOf({ S: { ...waiting, HeartbeatSeconds: 10, TimeoutSeconds: 3600 } }),
      { host },
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
    expect(host.seconds()).toBe(34);
  });
});
