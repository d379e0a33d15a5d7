import { deliver } from './deliver.ts';
import { EVENTS_DURATIONS } from './durations.ts';
import type { EventsStage } from './events-stage.ts';
import { isFields } from './pattern-rule.ts';
import { findBus, readBusArn, type EventEnvelope } from './state.ts';

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

/**
 * Takes an event in at a bus, as from an AWS service or a rule: journals it and sends it on to the targets of the rules that
 * match. What of the envelope is not given is filled in as for an event that arises here and now.
 *
 * @throws Error for a bus that is not there, or an event without source, detail-type or detail
 */
export const receiveEvent = (
  stage: EventsStage,
  arn: string,
  given: Readonly<Record<string, unknown>>,
): void => {
  const { world, timeline, ids, journal } = stage;
  const place = readBusArn(arn);
  const bus = place === undefined ? undefined : findBus(world, place);
  if (place === undefined || bus === undefined)
    throw new Error(
      `event for ${arn}: there is no such event bus; deploy it, or use the account's default bus`,
    );
  const { source, detail, 'detail-type': detailType } = given;
  if (typeof source !== 'string' || typeof detailType !== 'string' || !isFields(detail)) {
    throw new Error(`event for ${arn}: source, detail-type or detail is missing in ${JSON.stringify(given)}`);
  }
  const event: EventEnvelope = {
    version: textOr(given['version'], '0'),
    id: textOr(given['id'], '') || ids.uuid('event'),
    'detail-type': detailType,
    source,
    account: textOr(given['account'], place.account),
    time: textOr(given['time'], `${new Date(timeline.now()).toISOString().slice(0, 19)}Z`),
    region: textOr(given['region'], place.region),
    resources: Array.isArray(given['resources']) ? given['resources'].map(String) : [],
    detail,
  };
  journal.events.push({ at: timeline.now(), busArn: bus.arn, event: { ...event } });
  for (const rule of bus.rules.values()) {
    if (!rule.enabled || !rule.pattern({ ...event })) continue;
    for (const target of rule.targets) {
      timeline.at(timeline.now() + EVENTS_DURATIONS.hopMs, () => {
        deliver(stage, { event, rule, target, acceptedAt: timeline.now(), attempt: 0 }).catch(
          (error: unknown) => timeline.fail(error),
        );
      });
    }
  }
};
