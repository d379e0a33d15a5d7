import { Construct } from 'constructs';
import { functionName, type StepName } from '@cordon/incident';
import { callByClock, type HandlerFunction } from '@cordon/constructs';

/**
 * How often each looks: the watch soon enough for a person to be called, the second for a deny that stayed twelve hours, the third for an
 * interface that is open for seconds, and whose workflow did not close it; what a lock kept in members for a day or more; and forensic machines whose days are over.
 */
const EVERY = {
  watch: 'rate(5 minutes)',
  'lift-due': 'rate(15 minutes)',
  'close-openings': 'rate(1 minute)',
  'hand-over': 'rate(1 hour)',
  'end-machines': 'rate(15 minutes)',
} as const;

/** What runs by the clock, each function by a rule of its own. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, functions: Readonly<Record<StepName, HandlerFunction>>) {
    super(scope, id);
    for (const step of ['watch', 'lift-due', 'close-openings', 'hand-over', 'end-machines'] as const)
      callByClock(this, {
        ids: { rule: `Every-${step}`, permission: `CalledBy-${step}` },
        name: functionName(step),
        description: `Cordon: runs ${step} by the clock`,
        every: EVERY[step],
        calls: functions[step],
      });
  }
}
