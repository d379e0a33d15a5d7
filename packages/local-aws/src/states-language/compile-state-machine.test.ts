import { describe, expect, it } from 'vitest';
import { compileStateMachine } from './compile-state-machine.ts';
import { DefinitionError } from './definition-error.ts';
import { machineOf } from './virtual-host.fixture.ts';

const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
const pass = { Type: 'Pass', End: true };
const only = (state: object): object => machineOf({ S: state });
const inner = (state: object): object => ({ StartAt: 'I', States: { I: state } });
const map = { Type: 'Map', End: true, ItemProcessor: inner(pass) };
const choice = { Type: 'Choice', Choices: [{ Condition: true, Next: 'T' }] };
const retry = (retrier: object): object => only({ ...task, Retry: [{ ErrorEquals: ['X'], ...retrier }] });

function refusalOf(definition: unknown): DefinitionError {
  try {
    compileStateMachine(definition);
  } catch (error) {
    if (error instanceof DefinitionError) return error;
    throw error;
  }
  throw new Error('the definition was accepted');
}

describe('what is accepted', () => {
  it.each([
    [
      'a Task with everything',
      only({
        ...task,
        Comment: 'c',
        QueryLanguage: 'JSONata',
        Arguments: { a: '{% $states.input %}' },
        Output: '{% $states.result %}',
        Assign: { a: 1 },
        TimeoutSeconds: '{% 5 %}',
        Credentials: { RoleArn: 'arn:role' },
        Retry: [
          {
            ErrorEquals: ['States.ALL'],
            IntervalSeconds: 2,
            MaxAttempts: 0,
            BackoffRate: 1.5,
            MaxDelaySeconds: 9,
            JitterStrategy: 'FULL',
          },
        ],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Next: 'T',
            Output: '{% $states.errorOutput %}',
            Assign: { e: '{% $states.errorOutput.Error %}' },
          },
        ],
      }),
    ],
    [
      'a heartbeat on a task token',
      only({ ...task, Resource: `${task.Resource}.waitForTaskToken`, HeartbeatSeconds: 5 }),
    ],
    [
      'a Map',
      only({
        ...map,
        Items: '{% $states.input %}',
        ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
        MaxConcurrency: 2,
        ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...inner(pass) },
      }),
    ],
    ['top-level fields', machineOf({ S: pass }, { Comment: 'c', Version: '1.0', TimeoutSeconds: 60 })],
    ['state names with spaces and question marks', machineOf({ 'Job Complete?': pass })],
    [
      'field names where there is a context',
      only({ ...pass, Output: "{% $states.input.list[name = 'x' and $.n > 1].{'n': name}^(n) %}" }),
    ],
    [
      'a function that calls itself',
      only({ ...pass, Output: '{% ($f := function($n) { $n < 1 ? 0 : $f($n - 1) }; $f(3)) %}' }),
    ],
  ])('%s', (_, definition) => {
    const complete = JSON.parse(JSON.stringify(definition)) as { States: Record<string, object> };
    if (JSON.stringify(definition).includes('"Next":"T"')) complete.States['T'] = pass;
    expect(compileStateMachine(complete).flow.states.size).toBeGreaterThan(0);
  });
});

// Every field of the language that is outside the subset, by state and field.
describe('what is refused, by state and field', () => {
  it.each([
    ['JSONPath machines', { StartAt: 'S', States: { S: pass } }, 'state machine', 'QueryLanguage'],
    ['a JSONPath state', only({ ...pass, QueryLanguage: 'JSONPath' }), 'S', 'QueryLanguage'],
    [
      'unknown top-level fields',
      machineOf({ S: pass }, { ProcessorConfig: {} }),
      'state machine',
      'ProcessorConfig',
    ],
    ['another version', machineOf({ S: pass }, { Version: '2.0' }), 'state machine', 'Version'],
    ['unknown types', only({ Type: 'Loop', End: true }), 'S', 'Type'],
    ['InputPath', only({ ...pass, InputPath: '$.a' }), 'S', 'InputPath'],
    ['Parameters', only({ ...task, Parameters: {} }), 'S', 'Parameters'],
    ['ResultPath', only({ ...task, ResultPath: '$.a' }), 'S', 'ResultPath'],
    ['Result on Pass', only({ ...pass, Result: 1 }), 'S', 'Result'],
    ['TimeoutSecondsPath', only({ ...task, TimeoutSecondsPath: '$.a' }), 'S', 'TimeoutSecondsPath'],
    ['Assign on Succeed', only({ Type: 'Succeed', Assign: { a: 1 } }), 'S', 'Assign'],
    ['Retry on Pass', only({ ...pass, Retry: [] }), 'S', 'Retry'],
    ['.sync', only({ ...task, Resource: 'arn:aws:states:::states:startExecution.sync:2' }), 'S', 'Resource'],
    [
      'activities',
      only({ ...task, Resource: 'arn:aws:states:eu-west-1:111111111111:activity:a' }),
      'S',
      'Resource',
    ],
    ['a computed Resource', only({ ...task, Resource: '{% $x %}' }), 'S', 'Resource'],
    ['heartbeats without a token', only({ ...task, HeartbeatSeconds: 5 }), 'S', 'HeartbeatSeconds'],
    [
      'more credentials than a role',
      only({ ...task, Credentials: { RoleArn: 'arn:r', ExternalId: 'x' } }),
      'S',
      'Credentials.ExternalId',
    ],
    ['a zero timeout', only({ ...task, TimeoutSeconds: 0 }), 'S', 'TimeoutSeconds'],
    ['tolerated failures', only({ ...map, ToleratedFailureCount: 1 }), 'S', 'ToleratedFailureCount'],
    [
      'tolerated failure percentages',
      only({ ...map, ToleratedFailurePercentage: 1 }),
      'S',
      'ToleratedFailurePercentage',
    ],
    ['ItemReader', only({ ...map, ItemReader: {} }), 'S', 'ItemReader'],
    ['the old Iterator', only({ ...map, Iterator: inner(pass) }), 'S', 'Iterator'],
    [
      'a mode of a Map that is not there',
      only({ ...map, ItemProcessor: { ProcessorConfig: { Mode: 'SIDEWAYS' }, ...inner(pass) } }),
      'S',
      'ItemProcessor.ProcessorConfig.Mode',
    ],
    [
      'an execution type',
      only({ ...map, ItemProcessor: { ProcessorConfig: { ExecutionType: 'STANDARD' }, ...inner(pass) } }),
      'S',
      'ItemProcessor.ProcessorConfig.ExecutionType',
    ],
    ['object Items', only({ ...map, Items: { a: 1 } }), 'S', 'Items'],
    [
      'unknown fields of a branch',
      only({ Type: 'Parallel', End: true, Branches: [{ ...inner(pass), TimeoutSeconds: 5 }] }),
      'S',
      'Branches[0].TimeoutSeconds',
    ],
    [
      'JSONPath choice rules',
      machineOf({ S: { ...choice, Choices: [{ Variable: '$.a', IsNull: true, Next: 'T' }] }, T: pass }),
      'S',
      'Choices[0].Variable',
    ],
    [
      'a condition that is no expression',
      machineOf({ S: { ...choice, Choices: [{ Condition: 'true', Next: 'T' }] }, T: pass }),
      'S',
      'Choices[0].Condition',
    ],
    ['Wait without a time', only({ Type: 'Wait', End: true }), 'S', 'Seconds'],
    [
      'Wait with two times',
      only({ Type: 'Wait', End: true, Seconds: 1, Timestamp: '2026-01-01T00:00:00Z' }),
      'S',
      'Seconds',
    ],
    ['Wait until a date', only({ Type: 'Wait', End: true, Timestamp: '2026-01-01' }), 'S', 'Timestamp'],
    ['Next and End together', only({ ...pass, Next: 'S' }), 'S', 'Next'],
    ['neither Next nor End', only({ Type: 'Pass' }), 'S', 'Next'],
    ['End: false', only({ Type: 'Pass', End: false }), 'S', 'End'],
    ['dangling Next', only({ Type: 'Pass', Next: 'Gone' }), 'S', 'Next'],
    ['unreachable states', machineOf({ S: pass, T: pass }), 'T', 'name'],
    ['a missing StartAt', machineOf({ S: pass }, { StartAt: 'Gone' }), 'state machine', 'StartAt'],
    [
      'a name used twice',
      only({ ...map, ItemProcessor: { StartAt: 'S', States: { S: pass } } }),
      'S',
      'name',
    ],
    ['names over 80 characters', machineOf({ ['x'.repeat(81)]: pass }), 'x'.repeat(81), 'name'],
  ])('%s', (_, definition, state, field) => {
    expect(refusalOf(definition)).toMatchObject({ state, field });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
describe('the rules of Retry and Catch', () => {
  it.each([
    ['States.ALL with others', retry({ ErrorEquals: ['States.ALL', 'X'] }), 'Retry[0].ErrorEquals'],
    [
      'States.ALL before others',
      only({ ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }),
      'Retry[0].ErrorEquals',
    ],
    [
      'States.ALL before other catchers',
      machineOf({
        S: {
          ...task,
          Catch: [
            { ErrorEquals: ['States.ALL'], Next: 'T' },
            { ErrorEquals: ['X'], Next: 'T' },
          ],
        },
        T: pass,
      }),
      'Catch[0].ErrorEquals',
    ],
    ['no errors', retry({ ErrorEquals: [] }), 'Retry[0].ErrorEquals'],
    ['an interval of 0', retry({ IntervalSeconds: 0 }), 'Retry[0].IntervalSeconds'],
    ['negative attempts', retry({ MaxAttempts: -1 }), 'Retry[0].MaxAttempts'],
    ['a rate below 1', retry({ BackoffRate: 0.5 }), 'Retry[0].BackoffRate'],
    [
      'a cap not above the interval',
      retry({ IntervalSeconds: 5, MaxDelaySeconds: 5 }),
      'Retry[0].MaxDelaySeconds',
    ],
    ['a cap above 366 days', retry({ MaxDelaySeconds: 31_622_401 }), 'Retry[0].MaxDelaySeconds'],
    ['another jitter', retry({ JitterStrategy: 'HALF' }), 'Retry[0].JitterStrategy'],
    ['unknown retrier fields', retry({ Delay: 1 }), 'Retry[0].Delay'],
    [
      'ResultPath of a catcher',
      only({ ...task, Catch: [{ ErrorEquals: ['X'], Next: 'T', ResultPath: '$' }] }),
      'Catch[0].ResultPath',
    ],
  ])('refuses %s', (_, definition, field) => {
    expect(refusalOf(definition)).toMatchObject({ state: 'S', field });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
describe('the rules of variables', () => {
  const outer = (innerState: object): object =>
    machineOf({ S: { ...map, Assign: { taken: 1 }, ItemProcessor: inner(innerState) } });

  it.each([
    ['a partial assignment', only({ ...pass, Assign: { 'x.y': 1 } }), 'S', 'Assign'],
    ['the reserved name', only({ ...pass, Assign: { states: 1 } }), 'S', 'Assign'],
    ['names that start with a digit', only({ ...pass, Assign: { '1a': 1 } }), 'S', 'Assign'],
    ['names over 80 characters', only({ ...pass, Assign: { ['a'.repeat(81)]: 1 } }), 'S', 'Assign'],
    ['an outer name inside a Map', outer({ ...pass, Assign: { taken: 2 } }), 'I', 'Assign.taken'],
    [
      'an outer name in an inner catcher',
      outer({ ...task, Catch: [{ ErrorEquals: ['X'], Next: 'I', Assign: { taken: 1 } }] }),
      'I',
      'Assign.taken',
    ],
  ])('refuses %s', (_, definition, state, field) => {
    expect(refusalOf(definition)).toMatchObject({ state, field });
  });
});

// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
describe('the rules of expressions', () => {
  it.each([
    ['bad syntax', '{% 1 + %}', 'not a JSONata expression'],
    ['a space outside', ' {% 1 %}', 'half an expression'],
    ['a lost end', '{% 1', 'half an expression'],
    ['$eval', "{% $eval('1') %}", '$parse'],
    ['unknown functions', '{% $nope(1) %}', 'no function $nope'],
    ['bare fields', '{% a %}', 'start with $states'],
    ['bare fields in a lambda', '{% $map([1], function($v) { a }) %}', 'start with $states'],
    ['$', '{% $.a %}', 'use $states.input'],
    ['$$', '{% $states.input.a[$$.b] %}', 'use $states.input'],
    ['a seeded $random', '{% $random(1) %}', 'without one'],
    ['the result where there is none', '{% $states.result %}', 'only $states.input, $states.context'],
    [
      'the error output outside a catcher',
      '{% $states.errorOutput %}',
      'only $states.input, $states.context',
    ],
    ['hidden parts of $states', "{% $states['result'] %}", 'with a dot'],
  ])('refuses %s', (_, expression, reason) => {
    expect(() => compileStateMachine(only({ ...pass, Output: { deep: [expression] } }))).toThrow(reason);
  });

  it('names the field down to the member', () => {
    expect(refusalOf(only({ ...pass, Output: { deep: ['{% a %}'] } }))).toMatchObject({
      field: 'Output/deep[0]',
    });
  });

  it('knows no result before the call, and no error output after it', () => {
    expect(refusalOf(only({ ...task, Arguments: '{% $states.result %}' }))).toMatchObject({
      field: 'Arguments',
    });
    expect(refusalOf(only({ ...task, Output: '{% $states.errorOutput %}' }))).toMatchObject({
      field: 'Output',
    });
  });
});
