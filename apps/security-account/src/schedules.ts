import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionName, type StepName } from '@cordon/incident';
import type { HandlerFunction } from '@cordon/constructs';

/**
 * How often each looks: the watch soon enough for a person to be called, the second for a deny that stayed twelve hours, the third for an
 * interface that is open for seconds, and whose workflow did not close it; what a lock kept in members for a day or more; forensic machines whose days are over; and Regions that have gone silent.
 */
const EVERY = {
  watch: 'rate(5 minutes)',
  'lift-due': 'rate(15 minutes)',
  'close-openings': 'rate(1 minute)',
  'hand-over': 'rate(1 hour)',
  'end-machines': 'rate(15 minutes)',
  heartbeat: 'rate(15 minutes)',
} as const;

/**
 * What runs by the clock. Each rule calls its one function with an empty object: whoever could change the rule could only
 * have the function look more often, or for what is due, for neither takes a wish from its caller.
 */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, functions: Readonly<Record<StepName, HandlerFunction>>) {
    super(scope, id);
    for (const step of [
      'watch',
      'lift-due',
      'close-openings',
      'hand-over',
      'end-machines',
      'heartbeat',
    ] as const) {
      const { resource } = functions[step];
      const rule = new CfnRule(this, `Every-${step}`, {
        name: functionName(step),
        description: `Cordon: runs ${step} by the clock`,
        scheduleExpression: EVERY[step],
        targets: [{ id: 'function', arn: resource.attrArn, input: '{}' }],
      });
      new CfnPermission(this, `CalledBy-${step}`, {
        action: 'lambda:InvokeFunction',
        functionName: resource.ref,
        principal: 'events.amazonaws.com',
        sourceArn: rule.attrArn,
      });
    }
  }
}
