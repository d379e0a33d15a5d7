import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HandlerFunction } from './handler-function.ts';

/** What calls a function again and again. */
export interface ClockProps {
  /** Of the rule in its construct, and of the permission beside it: names in templates hang on them. */
  readonly ids: { readonly rule: string; readonly permission: string };
  /** Of the rule; by convention that of the function. */
  readonly name: string;
  readonly description: string;
  /** Such as `rate(5 minutes)`. */
  readonly every: string;
  readonly calls: HandlerFunction;
}

/**
 * Has a rule call a function by the clock, with an empty object: whoever could change the rule could only have it look more often, for such a
 * function takes no wish from its caller.
 */
export const callByClock = (
  scope: Construct,
  { ids, name, description, every, calls: { resource } }: ClockProps,
): void => {
  const rule = new CfnRule(scope, ids.rule, {
    name,
    description,
    scheduleExpression: every,
    targets: [{ id: 'function', arn: resource.attrArn, input: '{}' }],
  });
  new CfnPermission(scope, ids.permission, {
    action: 'lambda:InvokeFunction',
    functionName: resource.ref,
    principal: 'events.amazonaws.com',
    sourceArn: rule.attrArn,
  });
};
