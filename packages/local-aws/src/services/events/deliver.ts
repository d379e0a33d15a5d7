import { ServiceFault } from '../../core/fault.ts';
import { serviceCaller } from '../../core/service-caller.ts';
import { EVENTS_DURATIONS } from './durations.ts';
import { queueRequest } from './queue-request.ts';
import type { EventsStage } from './events-stage.ts';
import { sendToTarget } from './send-to-target.ts';
import type { EventEnvelope, Rule, RuleTarget } from './state.ts';

/** One event on its way to one target of one rule. */
export interface Delivery {
  readonly event: EventEnvelope;
  readonly rule: Rule;
  readonly target: RuleTarget;
  /** Virtual epoch ms of the first attempt. */
  readonly acceptedAt: number;
  /** Attempts made before this one. */
  readonly attempt: number;
}

/**
 * What may pass by itself. "No permission" and "no such target" do not, and are never tried again.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-rule-dlq-retry
 */
const isPassing = ({ code, status }: ServiceFault): boolean =>
  status >= 500 || /Throttl|TooManyRequests|LimitExceeded|Concurrent/.test(code);

/**
 * Tries to hand an event to a target; later again when the failure may pass, else to the dead-letter queue of the target, else
 * nowhere. Each end is journalled.
 */
export const deliver = async (stage: EventsStage, delivery: Delivery): Promise<void> => {
  const { timeline } = stage;
  try {
    await sendToTarget(stage, delivery);
    record(stage, delivery, { outcome: 'delivered' });
  } catch (error) {
    // What the organization does not implement is no failure that AWS would have had.
    if (!(error instanceof ServiceFault) || error.status === 501) throw error;
    if (!isPassing(error)) return giveUp(stage, delivery, { fault: error });
    const { attempt, target, acceptedAt } = delivery;
    const wait = Math.min(EVENTS_DURATIONS.firstRetryMs * 2 ** attempt, EVENTS_DURATIONS.longestRetryMs);
    if (attempt >= target.maximumRetryAttempts)
      return giveUp(stage, delivery, { fault: error, exhausted: 'MaximumRetryAttempts' });
    if (timeline.now() + wait - acceptedAt > target.maximumEventAgeSeconds * 1000) {
      return giveUp(stage, delivery, { fault: error, exhausted: 'MaximumEventAgeInSeconds' });
    }
    timeline.at(timeline.now() + wait, () => {
      deliver(stage, { ...delivery, attempt: attempt + 1 }).catch((bug: unknown) => timeline.fail(bug));
    });
  }
};

interface End {
  readonly fault: ServiceFault;
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html : a queue of the rule's Region that lets the rule send. */
const giveUp = async (stage: EventsStage, delivery: Delivery, end: End): Promise<void> => {
  const { fault } = end;
  const why = { code: fault.code, message: fault.message };
  const { rule, target, event } = delivery;
  if (target.deadLetterArn === undefined) return record(stage, delivery, { outcome: 'lost', ...why });
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: fault.code,
    ERROR_MESSAGE: fault.message,
    RETRY_ATTEMPTS: String(delivery.attempt),
    ...(end.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: end.exhausted }),
  };
  try {
    const request = queueRequest(target.deadLetterArn, JSON.stringify(event));
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    );
    await stage.host.perform({
      ...request,
      caller: serviceCaller(stage.world, 'events.amazonaws.com', rule.arn),
      input: { ...request.input, MessageAttributes },
    });
    record(stage, delivery, { outcome: 'dead-lettered', ...why });
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    record(stage, delivery, {
      outcome: 'lost',
      code: error.code,
      message: `${fault.code}: ${fault.message}; dead-letter queue: ${error.message}`,
    });
  }
};

const record = (
  { timeline, journal }: EventsStage,
  { rule, target, event }: Delivery,
  end: {
    readonly outcome: 'delivered' | 'dead-lettered' | 'lost';
    readonly code?: string;
    readonly message?: string;
  },
): void => {
  journal.deliveries.push({
    at: timeline.now(),
    ruleArn: rule.arn,
    targetArn: target.arn,
    eventId: event.id,
    ...end,
  });
};
