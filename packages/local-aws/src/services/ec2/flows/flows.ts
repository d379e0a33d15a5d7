import type { Ids } from '../../../core/ids.ts';
import type { Timeline } from '../../../core/timeline.ts';
import type { World } from '../../../core/world.ts';
import { ec2State } from '../state.ts';
import type { Blocked, Flow, NewFlow, PathKind } from './flow.ts';
import { attemptState, flowState, settleFlows, watchFlows } from './flow-store.ts';
import { openingOf, type Opening } from './passage.ts';
import { pictureOf } from './picture-of-world.ts';

/** How a flow goes on once it is open: it keeps sending unless `idleSince` (virtual epoch ms) says that it stopped. */
export interface Activity {
  readonly idleSince?: number;
  /** Of UDP: more than one request and response went through; true when absent, which lives longer. */
  readonly stream?: boolean;
}

const openingIn = (world: World, flow: NewFlow): Opening => {
  const { account, region, networkInterfaceId } = flow;
  if (world.of(ec2State, account, region).networkInterfaces.has(networkInterfaceId))
    return openingOf(pictureOf(world), flow);
  const because = `${networkInterfaceId} is no interface of ${account} in ${region}`;
  return { allowed: false, obstacle: 'interface', because };
};

/**
 * Opens a flow if the network lets it through now; a refusal says what stands in the way. From then on the flow is settled after
 * every EC2 call that may change something, before the clock moves, and at its timeouts.
 *
 * @throws Error for what the local organization cannot follow (transit gateways, appliances, unknown prefix lists), by name
 */
export const openFlow = (
  stage: { readonly world: World; readonly timeline: Timeline; readonly ids: Ids },
  given: NewFlow & Activity,
): { readonly opened: true; readonly flow: Flow } | ({ readonly opened: false } & Blocked) => {
  const { world, timeline, ids } = stage;
  const opening = openingIn(world, given);
  if (!opening.allowed) {
    const { obstacle, because, rejectedAt, attempt } = opening;
    if (attempt !== undefined && rejectedAt !== undefined)
      world
        .of(attemptState, given.account, given.region)
        .push({ at: timeline.now(), ...attempt, rejectedAt });
    return { opened: false, obstacle, because };
  }
  const { way, ends, flow: addressed } = opening;
  const flow: Flow = {
    ...addressed,
    flowId: `flow-${ids.hex('flow', 17)}`,
    path: { kind: way.kind, ...(way.through === undefined ? {} : { through: way.through }) },
    openedAt: timeline.now(),
    stream: given.stream ?? true,
    ends,
    state: { kind: 'established' },
  };
  world.of(flowState, given.account, given.region).set(flow.flowId, flow);
  watchFlows(world, timeline);
  settleFlows(world);
  return { opened: true, flow };
};

/**
 * Flows of a place in the order in which they were opened, those that were cut too: with `instanceId` those that the instance had as
 * either end, wherever the other was; without, those whose local interface is of this account and Region.
 */
export const flowsOf = (
  world: World,
  of: { readonly account: string; readonly region: string; readonly instanceId?: string },
): readonly Flow[] => {
  const own = [...world.of(flowState, of.account, of.region).values()];
  if (of.instanceId === undefined) return own;
  return world
    .all(flowState)
    .flatMap(({ state }) => [...state.values()])
    .filter((flow) => flow.ends.some((end) => end.instanceId === of.instanceId))
    .sort((a, b) => a.openedAt - b.openedAt);
};

/** What `mayOpen` tells. */
export type MayOpen =
  | { readonly allowed: true; readonly path: PathKind; readonly tracked: boolean }
  | ({ readonly allowed: false } & Blocked);

/**
 * Whether a flow could be opened now, and if not why: for showing that neighbours and services still work, and that a contained
 * host reaches nobody. Changes nothing. `tracked` tells of the local interface.
 *
 * @throws Error as `openFlow` does
 */
export const mayOpen = (world: World, flow: NewFlow): MayOpen => {
  const opening = openingIn(world, flow);
  if (!opening.allowed) return { allowed: false, obstacle: opening.obstacle, because: opening.because };
  return { allowed: true, path: opening.way.kind, tracked: opening.ends[0]?.tracked ?? false };
};
