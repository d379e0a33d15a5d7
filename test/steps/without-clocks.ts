import { readFileSync } from 'node:fs';
import { functionName } from '@cordon/incident';
import * as z from 'zod';

const STACK = 'CordonSecurityHome';
const BUILT = new URL(`../../apps/security-account/cdk.out/${STACK}.template.json`, import.meta.url);
/** Schedules of minutes: half a day of their ticks takes a test seconds, and is of no use to one about neither. */
const MINUTES: readonly string[] = [functionName('watch'), functionName('close-openings')];

const template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});
const rule = z.looseObject({
  Type: z.literal('AWS::Events::Rule'),
  Properties: z.looseObject({ Name: z.string(), ScheduleExpression: z.string() }),
});

/** The security account's stack as it is built, with the schedules of minutes disabled, as an administrator could. */
export const withoutClocks = (): Readonly<Record<string, unknown>> => {
  const { Resources, ...rest } = template.parse(JSON.parse(readFileSync(BUILT, 'utf8')));
  const disabled = Object.entries(Resources).flatMap(([id, resource]) => {
    const { data } = rule.safeParse(resource);
    return data === undefined || !MINUTES.includes(data.Properties.Name)
      ? []
      : [[id, { ...data, Properties: { ...data.Properties, State: 'DISABLED' } }] as const];
  });
  if (disabled.length !== MINUTES.length)
    throw new Error(
      `${STACK} has ${disabled.length} of the schedules ${MINUTES.join(', ')}: build, or mend this list`,
    );
  return { [STACK]: { ...rest, Resources: { ...Resources, ...Object.fromEntries(disabled) } } };
};
