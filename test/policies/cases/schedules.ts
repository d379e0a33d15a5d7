import { functionName, type StepName } from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const homeArn = (service: string, rest: string): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS.security}:${rest}`;

const called = (
  step: StepName,
  of: { readonly name: string; readonly rule: string; readonly answer: PowerCase['answer'] },
): PowerCase => ({
  name: of.name,
  as: 'service events.amazonaws.com',
  action: 'lambda:InvokeFunction',
  on: homeArn('lambda', `function:${functionName(step)}`),
  owner: 'security',
  given: { 'aws:SourceArn': homeArn('events', `rule/${of.rule}`) },
  answer: of.answer,
});

const NOT_ALLOWED = { notAllowedBy: 'resource' } as const;

/** Each schedule calls its one function, and no other rule calls any. */
export const scheduleCases: readonly PowerCase[] = [
  ...(['watch', 'lift-due', 'close-openings', 'hand-over', 'end-machines'] as const).flatMap((step) => [
    called(step, {
      name: `its own schedule calls the ${step} function`,
      rule: functionName(step),
      answer: 'allowed',
    }),
    called(step, {
      name: `a rule of somebody in the security account calls the ${step} function`,
      rule: 'send-everything',
      answer: NOT_ALLOWED,
    }),
  ]),
  called('release', {
    name: 'a rule of somebody in the security account has a release performed',
    rule: 'send-everything',
    answer: NOT_ALLOWED,
  }),
];
