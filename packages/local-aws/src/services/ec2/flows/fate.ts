import type { Blocked, Flow, FlowEnd } from './flow.ts';
import { pathSeconds, trackingSeconds } from './idle-timeout.ts';
import { aclsStop, crossingsOf, endsOf, groupsStop, isTracked, isUnfiltered, type End } from './passage.ts';
import type { Picture } from './picture.ts';
import { wayOf, type Way } from './way.ts';

/** What becomes of an established flow: it lives on, with its ends as they are now, or it is cut. */
export type Fate =
  | { readonly kind: 'lives'; readonly ends: readonly FlowEnd[]; readonly recheckAt?: number }
  | ({ readonly kind: 'cut' } & Blocked);

const cut = (blocked: Blocked): Fate => ({ kind: 'cut', ...blocked });

/**
 * Packets follow the routes of now, and a flow does not move to another gateway: neither a new address nor a new gateway has its
 * state. https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html : open connections are dropped when the route changes.
 */
const waySince = (
  picture: Picture,
  flow: Flow,
): { readonly ends: readonly End[]; readonly way: Way; readonly local: End['held'] } | Blocked => {
  const local = picture.networkInterface(flow.networkInterfaceId);
  if (local === undefined) return { obstacle: 'interface', because: `${flow.networkInterfaceId} is gone` };
  if (local.down !== undefined) return local.down;
  const found = wayOf(picture, local, flow);
  if ('obstacle' in found) return found;
  const { kind, through = '' } = flow.path;
  const changed: Blocked = {
    obstacle: 'route',
    because: `packets to ${flow.remoteAddress} no longer go by ${through === '' ? kind : through}`,
  };
  if ('unfollowable' in found) return changed;
  const { way } = found;
  const remoteNow = way.remote?.networkInterfaceId;
  if (way.kind !== kind || (way.through ?? '') !== through) return changed;
  if (remoteNow !== flow.ends[1]?.networkInterfaceId) return changed;
  return { ends: endsOf(flow, local, way), way, local };
};

/** What an end makes of the flow: the time at which it forgets it (epoch ms), whether it tracks it from now on, or that it stops it. */
const endSince = (
  picture: Picture,
  on: { flow: Flow; way: Way; end: End; past: FlowEnd; now: number },
): { readonly end: FlowEnd; readonly recheckAt?: number } | Blocked => {
  const { flow, way, end, past, now } = on;
  if (isUnfiltered(way)) return { end: past };
  const stop = groupsStop(picture, end);
  // "An untracked flow of traffic is immediately interrupted if the rule that enables the flow is removed or modified." Where another rule
  // admits it and responses are no longer all let through, it is tracked from now on: "all inbound and outbound traffic is tracked".
  if (!past.tracked) return stop ?? { end: { ...past, tracked: isTracked(picture, way, end) } };
  const seconds = trackingSeconds(end.held, flow);
  // AWS's own runbook puts a group for everybody before the empty one, so that tracked connections become untracked; no page says when
  // that holds. Here a flow that sends is untracked as soon as the rules let everybody in and out (UNCONFIRMED). One that sends
  // nothing stays tracked: no packet met the rules of now. What is tracked whatever the rules say stays so.
  // https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-awssupport-containec2instance.html
  if (flow.idleSince === undefined)
    return { end: stop === undefined ? { ...past, tracked: isTracked(picture, way, end) } : past };
  if (seconds === undefined) return { end: past };
  const forgottenAt = flow.idleSince + seconds * 1000;
  if (now < forgottenAt) return { end: past, recheckAt: forgottenAt };
  // A forgotten flow's next packet is a new flow's: the rules of now decide (UNCONFIRMED where they admit it: it lives on).
  if (stop === undefined) return { end: past };
  return {
    obstacle: 'idle-timeout',
    because: `${past.networkInterfaceId} forgot it after ${seconds} s without traffic; ${stop.because}`,
  };
};

/**
 * What becomes of an established flow at `now`, in this order:
 *
 *     interfaces gone, detached or of a stopped instance  cut
 *     another way or none                                 cut
 *     an ACL denies a packet of either direction           cut
 *     idle for longer than the path keeps it              cut
 *     untracked end: its rule went                        cut, unless another rule admits it
 *     tracked end                                         lives, until it was idle for longer than the end keeps it; untracked from
 *                                                         now on where it sends and the rules let everybody in and out
 *
 * A public address that went is not asked for: no AWS page tells what becomes of live flows when an Elastic IP is disassociated or
 * a public address is taken, so that the flow lives on (UNCONFIRMED, the stricter reading). The same holds for the options of a
 * peering connection or endpoint policies, which do not filter packets.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 *
 * @param now virtual epoch milliseconds
 * @returns `recheckAt`: when a timeout may cut it next
 */
export const fateOf = (picture: Picture, flow: Flow, now: number): Fate => {
  const since = waySince(picture, flow);
  if ('obstacle' in since) return cut(since);
  const { way, local, ends } = since;
  const down = ends.find(({ held }) => held.down !== undefined)?.held.down;
  // "Adding a network ACL that blocks traffic in either direction breaks existing connections."
  const stopped = down ?? aclsStop(picture, crossingsOf(flow, local, way));
  if (stopped !== undefined) return cut(stopped);
  const times: number[] = [];
  const carried = pathSeconds(flow);
  if (carried !== undefined && flow.idleSince !== undefined) {
    const droppedAt = flow.idleSince + carried * 1000;
    if (now >= droppedAt)
      return cut({
        obstacle: 'idle-timeout',
        because: `the ${way.kind} dropped it after ${carried} s without traffic`,
      });
    times.push(droppedAt);
  }
  const after: FlowEnd[] = [];
  for (const [index, end] of ends.entries()) {
    const past = flow.ends[index];
    if (past === undefined) continue;
    const result = endSince(picture, { flow, way, end, past, now });
    if ('obstacle' in result) return cut(result);
    after.push(result.end);
    if (result.recheckAt !== undefined) times.push(result.recheckAt);
  }
  return { kind: 'lives', ends: after, ...(times.length === 0 ? {} : { recheckAt: Math.min(...times) }) };
};
