import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { reportChange } from '../events/report-change.ts';
import { apiCallEvent, type EndedCall } from './api-call-event.ts';
import { isManagementWrite, regionOfCall } from './management-events.ts';

/**
 * From a call to EventBridge. UNCONFIRMED: AWS names no figure for EventBridge ("best effort"), only some five minutes for log files;
 * this is the model's.
 */
const TRAIL_MS = 15_000;

/**
 * Tells EventBridge, in the caller's account, of a call that changes the control plane, as where a trail records management events.
 * UNCONFIRMED and left out: the copies that owners of resources in other accounts get, and calls that AWS services make themselves.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html (a trail is needed)
 */
export const recordCall = (
  on: { readonly world: World; readonly timeline: Timeline; readonly host: Host },
  ended: EndedCall,
): void => {
  const { call, caller } = ended;
  if (!isManagementWrite(call) || !on.world.accounts.has(caller.account)) return;
  const { timeline } = on;
  const host: Pick<Host, 'deliverEvent'> = {
    deliverEvent: (bus, event) => {
      const time = `${new Date(call.sentAt).toISOString().slice(0, 19)}Z`;
      timeline.at(timeline.now() + TRAIL_MS, () => on.host.deliverEvent(bus, { ...event, time }));
    },
  };
  const place = { world: on.world, host, account: caller.account, region: regionOfCall(call) };
  reportChange(place, () => apiCallEvent(ended));
};
