import { ServiceFault } from '../../core/fault.ts';
import type { Caller, Check } from '../../core/operation.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import type { Delivery } from './deliver.ts';
import type { EventsStage } from './events-stage.ts';
import { queueRequest } from './queue-request.ts';
import { findBus, readBusArn } from './state.ts';

const PRINCIPAL = 'events.amazonaws.com';

const demand = (
  stage: EventsStage,
  who: { readonly caller: Caller; readonly region: string },
  check: Check,
): void => {
  const decision = stage.host.decideFor(who.caller, who.region, check);
  if (decision.verdict === 'allow') return;
  throw new ServiceFault(
    'NO_PERMISSIONS',
    `${check.action} on ${check.resource} is denied: ${decision.why}`,
    { status: 403 },
  );
};

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/** The target's role, which must trust EventBridge. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-iam-roles.html */
const asRole = (stage: EventsStage, { rule, target, event }: Delivery, needed: boolean): Caller => {
  const service = serviceCaller(stage.world, PRINCIPAL, rule.arn);
  if (target.roleArn === undefined) {
    if (!needed) return service;
    throw new ServiceFault(
      'NO_PERMISSIONS',
      `target ${target.id} of ${rule.arn} has no RoleArn, which ${target.arn} needs`,
      { status: 403 },
    );
  }
  const account = target.roleArn.split(':')[4] ?? '';
  demand(
    stage,
    { caller: service, region: regionOf(rule.arn) },
    { action: 'sts:AssumeRole', resource: target.roleArn, account },
  );
  return stage.host.callerForRole(target.roleArn, event.id.replaceAll('-', ''));
};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html */
const sendToBus = (stage: EventsStage, delivery: Delivery): void => {
  const { event, rule, target } = delivery;
  const place = readBusArn(target.arn);
  if (place === undefined)
    throw new ServiceFault('INVALID_TARGET', `${target.arn} is not the ARN of an event bus`);
  const here = rule.arn.split(':')[4] ?? '';
  // What another account sent here goes to no third one.
  if (event.account !== here && place.account !== here) {
    throw new ServiceFault(
      'INVALID_TARGET',
      `an event of account ${event.account} that ${here} received is not sent on to ${place.account}`,
    );
  }
  const caller = asRole(stage, delivery, true);
  demand(
    stage,
    { caller, region: place.region },
    {
      action: 'events:PutEvents',
      resource: target.arn,
      account: place.account,
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
      context: {
        'events:source': event.source,
        'events:detail-type': event['detail-type'],
        'events:eventBusInvocation': 'true',
      },
    },
  );
  if (findBus(stage.world, place) === undefined)
    throw new ServiceFault('NO_RESOURCE', `event bus ${target.arn} does not exist`);
  stage.host.deliverEvent(target.arn, { ...event });
};

/**
 * Hands one event to one target with the rights that AWS uses for it: the resource policy of queue and function names the service,
 * buses and state machines are reached by the target's role.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 *
 * @throws ServiceFault when the target does not take it
 */
export const sendToTarget = async (stage: EventsStage, delivery: Delivery): Promise<void> => {
  const { event, target } = delivery;
  const text = target.input ?? JSON.stringify(event);
  const region = regionOf(target.arn);
  const service = target.arn.split(':')[2] ?? '';
  switch (service) {
    case 'events':
      return sendToBus(stage, delivery);
    case 'sqs':
      await stage.host.perform({ ...queueRequest(target.arn, text), caller: asRole(stage, delivery, false) });
      return;
    case 'lambda':
      await stage.host.perform({
        caller: asRole(stage, delivery, false),
        region,
        service,
        operation: 'Invoke',
        input: { FunctionName: target.arn, InvocationType: 'Event', Payload: Buffer.from(text) },
      });
      return;
    case 'states':
      await stage.host.perform({
        caller: asRole(stage, delivery, true),
        region,
        service,
        operation: 'StartExecution',
        input: { stateMachineArn: target.arn, input: text },
      });
      return;
    default:
      throw new Error(
        `rule ${delivery.rule.arn} has target ${target.arn}, which its deployment should have refused`,
      );
  }
};
