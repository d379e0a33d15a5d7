import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { STEPS } from '@cordon/incident';
import { TRIED_DUTIES } from '@cordon/incident/coverage';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { allOn } from '../simulation/all-on.ts';
import { everyTemplate } from '../simulation/every-template.ts';

const RUNBOOKS = join(import.meta.dirname, '../../docs/runbooks');
/** Runbooks of what people are told of by other ways than an alarm. */
const OF_NO_ALARM = [
  'README',
  'breaker-tripped',
  'containment-drifted',
  'evidence-read-outside',
  'recording-missing',
];

const properties = z.looseObject({
  FunctionName: z.unknown().optional(),
  AlarmName: z.unknown().optional(),
  MetricName: z.unknown().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  AlarmActions: z.array(z.unknown()).default([]),
});
const template = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});

// With all that a deployment may choose: what it leaves out has no alarm, and needs none.
const stacks = [...everyTemplate(allOn)].map(([stackName, text]) => {
  const resources = Object.values(template.parse(JSON.parse(text)).Resources);
  const of = (type: string) =>
    resources.flatMap(({ Type, Properties }) => (Type === type ? [properties.parse(Properties)] : []));
  return { stackName, functions: of('AWS::Lambda::Function'), alarms: of('AWS::CloudWatch::Alarm') };
});
const functions = stacks.flatMap((stack) =>
  stack.functions.map(({ FunctionName }) => ({ ...stack, name: String(FunctionName) })),
);
const alarms = stacks.flatMap((stack) =>
  stack.alarms.map((alarm) => ({ ...stack, ...alarm, name: String(alarm.AlarmName) })),
);
/** That of the function, or of what it belongs to. */
const runbookOf = (alarm: string): string =>
  alarm
    .replace(/^cordon-/, '')
    .replace(/-throttled$/, '-failed')
    .replace(/^try-.*-failed$/, 'coverage-failed');

describe('every function of every stack', () => {
  it('is looked at: those of the steps, those that try duties, and twelve more', () => {
    expect(functions).toHaveLength(STEPS.length + TRIED_DUTIES.length + 12);
  });

  it.each(functions)(
    '$name has an alarm on its errors beside it, under its own name',
    ({ name, alarms: beside }) => {
      const watching = beside.filter(
        ({ MetricName, Dimensions }) =>
          MetricName === 'Errors' &&
          Dimensions.some((one) => one.Name === 'FunctionName' && one.Value === name),
      );
      expect(watching.map(({ AlarmName }) => AlarmName)).toEqual([`${name}-failed`]);
    },
  );

  it.each(functions.filter(({ stackName }) => stackName.startsWith('CordonEvidence')))(
    '$name, which steps and people wait for, has one on what Lambda refuses to start',
    ({ name, alarms: beside }) => {
      expect(
        beside.filter(({ MetricName }) => MetricName === 'Throttles').map(({ AlarmName }) => AlarmName),
      ).toContain(`${name}-throttled`);
    },
  );
});

describe('every alarm', () => {
  it.each(alarms.map(({ name }) => name))(
    '%s has a runbook that is headed by its name or by that of its function',
    (name) => {
      expect(existsSync(join(RUNBOOKS, `${runbookOf(name)}.md`))).toBe(true);
    },
  );

  it('is told: by its action, or by a rule of its account that sends it on', () => {
    const silent = alarms.filter(({ AlarmActions }) => AlarmActions.length === 0);
    expect(new Set(silent.map(({ stackName }) => stackName))).toEqual(
      new Set(['CordonSecurityRegion', 'CordonEvidenceHome', 'CordonEvidenceRegion']),
    );
  });

  it('is what a runbook is about: none is left of one that is gone', () => {
    const about = new Set(alarms.map(({ name }) => runbookOf(name)));
    const files = readdirSync(RUNBOOKS).map((file) => file.replace(/\.md$/, ''));
    expect(files.filter((name) => !about.has(name) && !OF_NO_ALARM.includes(name))).toEqual([]);
  });
});
