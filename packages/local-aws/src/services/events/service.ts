import type { Service } from '../../core/operation.ts';
import { putEvents } from './put-events.ts';
import { ruleOperations } from './read-rules.ts';
import { eventsResourceHandling } from './resource-handling.ts';
import { eventsResourceRemoval } from './resource-removal.ts';
import { eventsResourceTypes } from './resource-types.ts';
import { findBus, readBusArn } from './state.ts';

/** EventBridge: buses, rules on patterns, the way of events from bus to targets, and the reading of rules. */
export const eventsService: Service = {
  name: 'events',
  operations: { PutEvents: putEvents, ...ruleOperations },
  resourceTypes: eventsResourceTypes,
  resourceRemoval: eventsResourceRemoval,
  resourceHandling: eventsResourceHandling,
  resourcePolicy: (arn, world) => {
    const place = readBusArn(arn);
    const bus = place === undefined ? undefined : findBus(world, place);
    if (bus === undefined) return undefined;
    return { mode: 'alone-suffices', ...(bus.policy === undefined ? {} : { policy: bus.policy }) };
  },
};
