import { createRequire } from 'node:module';
import { Aws } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { functionName, OPERATOR_FUNCTION_NAME, WORKFLOW_STEPS } from '@cordon/incident';
import { perStep } from './per-step.ts';
import { STEP_TIMEOUT_SECONDS } from './steps.ts';
import { workflow } from './workflow.ts';

/** The validator ships without declarations, and marks the definition it is given: it gets one of its own. */
const validate: (definition: unknown) => {
  readonly isValid: boolean;
  readonly errorsText: (separator: string) => string;
} = createRequire(import.meta.url)('asl-validator');

const arn = (name: string): string => `arn:aws:lambda:eu-west-1:602011150002:function:${name}`;
const text = JSON.stringify(
  workflow(
    perStep((step) => arn(functionName(step))),
    { operatorArn: arn(OPERATOR_FUNCTION_NAME), expiresAfterSeconds: 1_800 },
  ),
  // CloudFormation fills the partition in.
).replaceAll(Aws.PARTITION, 'aws');

interface Task {
  readonly functionArn: string;
  readonly timeoutSeconds: number;
}

/** Every Task state, however deep it lies. */
const tasksIn = (value: unknown): readonly Task[] => {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(tasksIn);
  if (!('Type' in value && value.Type === 'Task')) return below;
  const found = JSON.stringify(value).match(/function:[\w-]+/)?.[0] ?? '';
  return [
    { functionArn: found, timeoutSeconds: 'TimeoutSeconds' in value ? Number(value.TimeoutSeconds) : 0 },
    ...below,
  ];
};

describe('the definition of the workflow', () => {
  it('is valid in the eyes of an independent validator', () => {
    const { isValid, errorsText } = validate(JSON.parse(text));
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  it.each([
    ['a transition to nowhere', text.replace('"StartAt":"Inspect"', '"StartAt":"Nowhere"')],
    ['an expression that cannot be read', text.replace('{% $count($plan.steps) > 0 %}', '{% $count( %}')],
  ])('would be found invalid with %s', (_case, broken) => {
    expect(broken).not.toBe(text);
    expect(validate(JSON.parse(broken)).isValid).toBe(false);
  });

  it('fits into what Step Functions takes', () => {
    // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 1 MB
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
  });

  it('waits for each function longer than the function may run', () => {
    const tasks = tasksIn(JSON.parse(text));
    const called = WORKFLOW_STEPS;
    expect(new Set(tasks.map(({ functionArn }) => functionArn))).toEqual(
      new Set([...called.map(functionName), OPERATOR_FUNCTION_NAME].map((name) => `function:${name}`)),
    );
    for (const step of called) {
      const waits = tasks
        .filter(({ functionArn }) => functionArn === `function:${functionName(step)}`)
        .map(({ timeoutSeconds }) => timeoutSeconds);
      expect({ step, tooShort: waits.filter((wait) => wait <= STEP_TIMEOUT_SECONDS[step]) }).toEqual({
        step,
        tooShort: [],
      });
    }
  });
});
