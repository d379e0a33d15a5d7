import { describe, expect, it } from 'vitest';
import { compileStateMachine } from './compile-state-machine.ts';
import { execute } from './execute.ts';
import { START_MS, VirtualHost, machineOf, outline, runMachine } from './virtual-host.fixture.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
const done = { Type: 'Succeed' };

// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
describe('output', () => {
  it.each([
    ['Pass hands on its input', { S: { Type: 'Pass', End: true } }, { a: 1 }],
    [
      'Pass evaluates strings at any depth',
      { S: { Type: 'Pass', End: true, Output: { b: ['{% $states.input.a + 1 %}', 'a'] } } },
      { b: [2, 'a'] },
    ],
    ['Task gives its result', { S: { ...task, End: true } }, { answer: 42 }],
    ['Task gives its Output', { S: { ...task, End: true, Output: '{% $states.result.answer %}' } }, 42],
    ['Wait hands on its input', { S: { Type: 'Wait', Seconds: 1, End: true } }, { a: 1 }],
    ['Succeed gives its Output', { S: { ...done, Output: { done: true } } }, { done: true }],
    [
      'an array of one stays an array when written so',
      { S: { Type: 'Pass', End: true, Output: '{% [$states.input.a] %}' } },
      [1],
    ],
    [
      'false and null are values',
      { S: { Type: 'Pass', End: true, Output: ['{% false %}', '{% null %}'] } },
      [false, null],
    ],
  ])('%s', async (_, states, output) => {
    const host = new VirtualHost(() => ({ answer: 42 }));
    expect(await runMachine(machineOf(states), { input: { a: 1 }, host })).toMatchObject({
      status: 'SUCCEEDED',
      output,
    });
  });

  it('fails on an expression that yields nothing, or a function', async () => {
    for (const Output of [
      '{% $states.input.gone %}',
      '{% function($x) { $x } %}',
      '{% [$sum] %}',
      "{% 'a' + 1 %}",
    ]) {
      const result = await runMachine(machineOf({ S: { Type: 'Pass', Output, End: true } }));
      expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    }
  });

  it('leaves out a field inside one expression that yields nothing, as JSONata does', async () => {
    const Output = "{% {'a': $states.input.gone, 'b': 1} %}";
    expect(await runMachine(machineOf({ S: { Type: 'Pass', Output, End: true } }))).toMatchObject({
      output: { b: 1 },
    });
  });

  it('passes the evaluated arguments, or else the input, to the task', async () => {
    const host = new VirtualHost();
    const states = {
      A: { ...task, Arguments: { x: '{% $states.input.a %}' }, Next: 'B', Output: { c: 3 } },
      B: { ...task, End: true },
    };
    await runMachine(machineOf(states), { input: { a: 1 }, host });
    expect(host.calls.map(({ call }) => call.arguments)).toEqual([{ x: 1 }, { c: 3 }]);
  });

  it('hands the role of Credentials to the host', async () => {
    const host = new VirtualHost();
    await runMachine(
      machineOf({ S: { ...task, Credentials: { RoleArn: '{% $states.input.role %}' }, End: true } }),
      { input: { role: 'arn:r' }, host },
    );
    expect(host.calls[0]?.call.roleArn).toBe('arn:r');
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
describe('variables', () => {
  it('are set with the values at entry, and seen from the next state on', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { x: 1, y: 10 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'C' },
      C: { Type: 'Pass', Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'], End: true },
    };
    expect(await runMachine(machineOf(states))).toMatchObject({ output: [1, 10, 1] });
  });

  it('fail the state when nobody has assigned them, even where JSONata would not look', async () => {
    const result = await runMachine(
      machineOf({
        S: { Type: 'Pass', Output: '{% true ? 1 : $later %}', Next: 'T' },
        T: { Type: 'Pass', Assign: { later: 1 }, End: true },
      }),
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(result).toHaveProperty('cause', expect.stringContaining('$later'));
  });

  it('of a Map iteration end with it, and those around can be read inside', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { base: 10 }, Next: 'M' },
      M: {
        Type: 'Map',
        Items: [1, 2],
        Next: 'Z',
        ItemProcessor: {
          StartAt: 'I',
          States: {
            I: { Type: 'Pass', Assign: { mine: '{% $base + $states.input %}' }, Next: 'J' },
            J: { Type: 'Pass', Output: '{% $mine %}', End: true },
          },
        },
      },
      Z: { Type: 'Pass', Output: '{% $states.input %}', End: true },
    };
    expect(await runMachine(machineOf(states))).toMatchObject({ output: [11, 12] });
    const leaking = { ...states, Z: { Type: 'Pass', Output: '{% $mine %}', End: true } };
    expect(await runMachine(machineOf(leaking))).toMatchObject({ error: 'States.QueryEvaluationError' });
  });

  it('may hold 10 MiB together and 256 KiB each', async () => {
    const text = "$pad('', 262000, 'x')";
    const fill = (count: number): object =>
      machineOf({
        A: { Type: 'Pass', Output: 0, Next: 'B' },
        ...Object.fromEntries(
          Array.from({ length: count }, (_, i) => [
            `B${i === 0 ? '' : i}`,
            { Type: 'Pass', Assign: { [`v${i}`]: `{% ${text} %}` }, Next: i + 1 < count ? `B${i + 1}` : 'Z' },
          ]),
        ),
        Z: done,
      });
    expect(await runMachine(fill(40))).toMatchObject({ status: 'SUCCEEDED' });
    expect(await runMachine(fill(41))).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    const two = { a: "{% $pad('', 140000, 'x') %}", b: "{% $pad('', 140000, 'x') %}" };
    expect(await runMachine(machineOf({ S: { Type: 'Pass', Assign: two, End: true } }))).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
describe('Choice', () => {
  const states = (extra: object): Record<string, object> => ({
    S: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Output: 'big', Assign: { seen: 'rule' } },
        { Condition: '{% $states.input.n > 5 %}', Next: 'Big' },
      ],
      ...extra,
    },
    Big: { Type: 'Pass', End: true },
  });

  it.each([
    ['the first rule that holds, with its Output', { n: 11 }, 'big'],
    ['a later rule, with the input', { n: 6 }, { n: 6 }],
    ['the default, with the state Output', { n: 1 }, 'small'],
  ])('takes %s', async (_, input, output) => {
    const machine = machineOf(states({ Default: 'Big', Output: 'small' }));
    expect(await runMachine(machine, { input })).toMatchObject({ status: 'SUCCEEDED', output });
  });

  it('fails with States.NoChoiceMatched when nothing holds and there is no default', async () => {
    expect(await runMachine(machineOf(states({})), { input: { n: 1 } })).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
    });
  });

  it('fails on a condition that is no boolean', async () => {
    const machine = machineOf({
      S: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'T' }] },
      T: done,
    });
    expect(await runMachine(machine)).toMatchObject({ error: 'States.QueryEvaluationError' });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
describe('Wait', () => {
  it.each([
    ['literal seconds', { Seconds: 90 }, 90],
    ['computed seconds', { Seconds: '{% $states.input.s * 2 %}' }, 14],
    ['a timestamp', { Timestamp: '2026-01-01T00:01:00Z' }, 60],
    ['a computed timestamp', { Timestamp: '{% $fromMillis($toMillis($now()) + 3000) %}' }, 3],
    ['a timestamp that has passed', { Timestamp: '2025-12-31T23:59:00Z' }, 0],
  ])('waits for %s', async (_, fields, seconds) => {
    const host = new VirtualHost();
    await runMachine(machineOf({ S: { Type: 'Wait', ...fields, End: true } }), { input: { s: 7 }, host });
    expect(host.seconds()).toBe(seconds);
  });

  it('fails on a time that is none', async () => {
    for (const fields of [{ Seconds: '{% -1 %}' }, { Seconds: "{% '5' %}" }, { Timestamp: "{% 'soon' %}" }]) {
      expect(await runMachine(machineOf({ S: { Type: 'Wait', ...fields, End: true } }))).toMatchObject({
        error: 'States.QueryEvaluationError',
      });
    }
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
it('shows the context object', async () => {
  const host = new VirtualHost();
  const machine = machineOf({
    W: { Type: 'Wait', Seconds: 5, Next: 'S' },
    S: {
      ...task,
      Resource: `${task.Resource}.waitForTaskToken`,
      Arguments: '{% $states.context %}',
      End: true,
    },
  });
  await runMachine(machine, { input: { a: 1 }, host });
  expect(host.calls[0]?.call).toMatchObject({
    token: 'uuid-1',
    arguments: {
      Execution: {
        Id: 'arn:execution',
        Name: 'run-1',
        Input: { a: 1 },
        RoleArn: 'arn:role',
        StartTime: '2026-01-01T00:00:00.000Z',
      },
      State: { Name: 'S', EnteredTime: '2026-01-01T00:00:05.000Z', RetryCount: 0 },
      StateMachine: { Id: 'arn:machine', Name: 'machine' },
      Task: { Token: 'uuid-1' },
    },
  });
});

describe('the end of an execution', () => {
  it('is a failure by Fail, with computed error and cause', async () => {
    const machine = machineOf({
      S: { Type: 'Fail', Error: 'Custom', Cause: "{% 'because ' & $states.input.why %}" },
    });
    expect(await runMachine(machine, { input: { why: 'x' } })).toMatchObject({
      status: 'FAILED',
      error: 'Custom',
      cause: 'because x',
    });
  });

  it('is a timeout when the machine takes too long', async () => {
    const host = new VirtualHost();
    const result = await runMachine(
      machineOf({ S: { Type: 'Wait', Seconds: 100, End: true } }, { TimeoutSeconds: 30 }),
      { host },
    );
    expect(result.status).toBe('TIMED_OUT');
    expect(outline(result.history)).toEqual(['ExecutionStarted', 'WaitStateEntered S', 'ExecutionTimedOut']);
    expect(result.history.at(-1)?.timestamp).toBe(START_MS + 30_000);
  });

  it('is an abort when somebody stops it, and the running task hears of it', async () => {
    const stop = new AbortController();
    const host = new VirtualHost((_, virtual) =>
      virtual
        .sleep(10)
        .then(() => stop.abort())
        .then(() => new Promise(() => {})),
    );
    const context = {
      execution: { id: 'e', name: 'e', roleArn: 'r', startTime: 's' },
      stateMachine: { id: 'm', name: 'm' },
    };
    const machine = compileStateMachine(machineOf({ S: { ...task, End: true } }));
    const result = await host.drive(execute(machine, { input: {}, host, context, stop: stop.signal }));
    expect(result.status).toBe('ABORTED');
    expect(host.calls[0]?.call.signal.aborted).toBe(true);
  });

  it('rejects what is no fault of the machine: a host that throws anything but TaskFailure', async () => {
    const host = new VirtualHost(() => {
      throw new RangeError('a bug in the host');
    });
    const machine = machineOf({
      S: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }], End: true },
      T: done,
    });
    await expect(runMachine(machine, { host })).rejects.toThrow('a bug in the host');
  });

  it('rejects a host that answers undefined', async () => {
    const host = new VirtualHost(() => undefined);
    await expect(runMachine(machineOf({ S: { ...task, End: true } }), { host })).rejects.toThrow(
      "state 'S' is undefined",
    );
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
describe('quotas', () => {
  const text = (bytes: number): string => `{% $pad('', ${bytes - 2}, 'x') %}`;

  it('let 262,144 bytes of output pass', async () => {
    const machine = machineOf({ S: { Type: 'Pass', Output: text(262_144), End: true } });
    expect(await runMachine(machine)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it.each([
    ['one byte more', { S: { Type: 'Pass', Output: text(262_145), End: true } }],
    ['arguments of one byte more', { S: { ...task, Arguments: text(262_145), Output: 1, End: true } }],
    ['UTF-8, not characters', { S: { Type: 'Pass', Output: "{% $pad('', 131072, 'é') %}", End: true } }],
  ])('refuse %s', async (_, states) => {
    const result = await runMachine(machineOf(states));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('hold for the input, and for results', async () => {
    const large = 'x'.repeat(262_143);
    const pass = machineOf({ S: { Type: 'Pass', Output: 1, End: true } });
    expect(await runMachine(pass, { input: large })).toMatchObject({ error: 'States.DataLimitExceeded' });
    const host = new VirtualHost(() => large);
    expect(await runMachine(machineOf({ S: { ...task, Output: 1, End: true } }), { host })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  it('end an execution whose history is full with its 25,000th event, past every catcher', async () => {
    const loop = { StartAt: 'I', States: { I: { Type: 'Pass', Next: 'J' }, J: { Type: 'Pass', Next: 'I' } } };
    const states = {
      S: {
        Type: 'Parallel',
        Branches: [loop],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'T' }],
        End: true,
      },
      T: done,
    };
    const result = await runMachine(machineOf(states));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(result.history.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
describe('history', () => {
  it('tells of every step, with what went in and out', async () => {
    const host = new VirtualHost(() => ({ ok: true }));
    const states = { A: { ...task, Arguments: { x: 1 }, Assign: { v: 2 }, Next: 'Z' }, Z: done };
    const { history } = await runMachine(machineOf(states), { host });
    expect(outline(history)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered A',
      'TaskScheduled A',
      'TaskStarted A',
      'TaskSucceeded A',
      'TaskStateExited A',
      'SucceedStateEntered Z',
      'SucceedStateExited Z',
      'ExecutionSucceeded',
    ]);
    expect(history[2]).toMatchObject({
      id: 3,
      previousEventId: 2,
      input: { x: 1 },
      resource: task.Resource,
      timestamp: START_MS,
    });
    expect(history[5]).toMatchObject({ output: { ok: true }, assignedVariables: { v: 2 } });
  });

  it('is given to the host event by event, and waits for it', async () => {
    class Charging extends VirtualHost {
      async transition(event: { readonly type: string }): Promise<void> {
        if (event.type.endsWith('Entered')) await this.sleep(50);
      }
    }
    const host = new Charging();
    await runMachine(machineOf({ A: { Type: 'Pass', Next: 'Z' }, Z: done }), { host });
    expect(host.seconds()).toBe(0.1);
  });
});
