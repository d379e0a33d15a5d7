import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { START_MS, VirtualHost, machineOf, runMachine } from './virtual-host.fixture.ts';

const outputOf = (expression: string) =>
  runMachine(machineOf({ S: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }));

// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
describe('functions of Step Functions', () => {
  it.each([
    ['$partition([1..5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 5)', [0, 5, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$parse(\'{"a": [1]}\')', { a: [1] }],
    ["$hash('x', 'SHA-256')", createHash('sha256').update('x').digest('hex')],
    ["$hash('x', 'MD5')", createHash('md5').update('x').digest('hex')],
    ['$random()', 0.25],
    ['$uuid()', 'uuid-1'],
    ['$millis()', START_MS],
    ['$now()', '2026-01-01T00:00:00.000Z'],
    ["$now('[Y]/[M01]')", '2026/01'],
    ['$shuffle([1, 2, 3, 4])', [4, 3, 1, 2]],
  ])('%s', async (expression, output) => {
    expect(await outputOf(expression)).toMatchObject({ status: 'SUCCEEDED', output });
  });

  it.each([
    ['$partition([1], 0)', 'at least 1'],
    ['$range(1, 5, 0)', 'the step is 0'],
    ['$range(1, 1001, 1)', '1001 values'],
    ["$range(1, 5, 'a')", 'an integer is needed'],
    ["$hash('x', 'CRC')", 'algorithm CRC is unknown'],
    ["$parse('{')", 'failed'],
  ])('%s fails: %s', async (expression, cause) => {
    const result = await outputOf(expression);
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(result).toHaveProperty('cause', expect.stringContaining(cause));
  });

  it('follow the virtual clock from one state to the next', async () => {
    const host = new VirtualHost();
    const states = {
      W: { Type: 'Wait', Seconds: 5, Next: 'S' },
      S: { Type: 'Pass', Output: '{% $millis() %}', End: true },
    };
    expect(await runMachine(machineOf(states), { host })).toMatchObject({ output: START_MS + 5_000 });
  });
});
