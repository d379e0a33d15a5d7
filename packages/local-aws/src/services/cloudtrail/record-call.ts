import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';
import { reportChange } from '../events/report-change.ts';
import { apiCallEvent, type EndedCall } from './api-call-event.ts';
import { recipientsOf, recordFor } from './event-record.ts';
import { isManagementEvent, isReadOnly, regionOfCall } from './management-events.ts';
import { trailState } from './state.ts';

/**
 * From a call to EventBridge. UNCONFIRMED: AWS names no figure for EventBridge ("best effort"), only some five minutes for log files;
 * this is the model's.
 */
const TRAIL_MS = 15_000;

/**
 * Tells EventBridge of a call, where a trail records it: what changes the control plane in the caller's account; and data events in each account that has a trail which
 * was told to record them, the owner's of what they are on among these. UNCONFIRMED and left out: the copies of management events that owners
 * of resources in other accounts get, and calls that AWS services make themselves.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html (a trail is needed)
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html (data events that a trail logs are available in EventBridge)
 *
 * @param everywhere whether every account has a trail that records management events
 */
export const recordCall = (
  on: { readonly world: World; readonly timeline: Timeline; readonly host: Host },
  ended: EndedCall,
  everywhere: boolean,
): void => {
  const { call, caller } = ended;
  if (isManagementEvent(call)) {
    if (isReadOnly(call) || !on.world.accounts.has(caller.account)) return;
    if (everywhere || isSelected(on.world, ended, caller.account)) report(on, ended, caller.account);
    return;
  }
  for (const account of recipientsOf(call, caller))
    if (on.world.accounts.has(account) && isSelected(on.world, ended, account)) report(on, ended, account);
};

/** Whether a trail of the account records the call. */
const isSelected = (world: World, { call, caller }: EndedCall, account: string): boolean => {
  const region = regionOfCall(call);
  const trails = [...world.of(trailState, account, '').trails.values()].filter(
    (trail) => trail.isLogging && (trail.isMultiRegion || trail.region === region),
  );
  if (trails.length === 0) return false;
  const record = recordFor(call, caller, account);
  return trails.some(({ selects }) => selects(record));
};

const report = (
  on: { readonly world: World; readonly timeline: Timeline; readonly host: Host },
  ended: EndedCall,
  account: string,
): void => {
  const { timeline } = on;
  const host: Pick<Host, 'deliverEvent'> = {
    deliverEvent: (bus, event) => {
      const time = `${new Date(ended.call.sentAt).toISOString().slice(0, 19)}Z`;
      timeline.at(timeline.now() + TRAIL_MS, () => on.host.deliverEvent(bus, { ...event, time }));
    },
  };
  const place = { world: on.world, host, account, region: regionOfCall(ended.call) };
  reportChange(place, () => apiCallEvent(ended, account));
};
