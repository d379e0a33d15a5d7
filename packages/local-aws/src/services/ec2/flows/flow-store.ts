import type { Timeline } from '../../../core/timeline.ts';
import { defineState, type World } from '../../../core/world.ts';
import { fateOf } from './fate.ts';
import type { Blocked, Flow, FlowEnd, NewFlow } from './flow.ts';
import { pictureOf } from './picture-of-world.ts';

/** A first packet that a group or an ACL rejected. */
export interface Attempt {
  /** Virtual epoch ms. */
  readonly at: number;
  readonly flow: NewFlow & { readonly localAddress: string; readonly remoteAddress: string };
  readonly ends: readonly FlowEnd[];
  readonly rejectedAt: NonNullable<Blocked['rejectedAt']>;
}

/** Attempts in order, per account and Region of the local interface. */
export const attemptState = defineState<Attempt[]>('ec2-flow-attempts', 'regional', () => []);

/** Flows by id, per account and Region of the local interface. */
export const flowState = defineState<Map<string, Flow>>('ec2-flows', 'regional', () => new Map());

interface Watch {
  /** The clock that flows are watched on, from the first flow on. */
  timeline?: Timeline;
  /** The next timeout that was put on the clock. */
  recheck?: { readonly at: number; readonly cancel: () => void };
}

/** Who looks after the organization's flows. */
const watchState = defineState<Watch>('ec2-flow-watch', 'organization', () => ({}));

/** Puts the earliest timeout on the clock, in place of the one that was there. */
const appoint = (world: World, timeline: Timeline, at: number | undefined): void => {
  const watch = world.of(watchState, '', '');
  if (watch.recheck?.at === at) return;
  watch.recheck?.cancel();
  delete watch.recheck;
  if (at === undefined) return;
  const cancel = timeline.at(at, () => {
    delete watch.recheck;
    settleFlows(world);
  });
  watch.recheck = { at, cancel };
};

/**
 * Cuts every established flow that the network of now does not carry, at the time of now. What was cut stays cut, also when what
 * cut it goes. Costs nothing while no flow is established.
 *
 * @returns whether any flow was cut
 */
export const settleFlows = (world: World): boolean => {
  const { timeline } = world.of(watchState, '', '');
  if (timeline === undefined) return false;
  const established = world
    .all(flowState)
    .flatMap(({ state }) => [...state.values()].map((flow) => ({ flow, flows: state })))
    .filter(({ flow }) => flow.state.kind === 'established');
  if (established.length === 0) return false;
  const now = timeline.now();
  const picture = pictureOf(world);
  const times: number[] = [];
  let anyCut = false;
  for (const { flow, flows } of established) {
    const fate = fateOf(picture, flow, now);
    if (fate.kind === 'cut') {
      flows.set(flow.flowId, { ...flow, state: { ...fate, at: now } });
      anyCut = true;
      continue;
    }
    if (fate.recheckAt !== undefined) times.push(fate.recheckAt);
    if (fate.ends.some((end, index) => end.tracked !== flow.ends[index]?.tracked))
      flows.set(flow.flowId, { ...flow, ends: fate.ends });
  }
  appoint(world, timeline, times.length === 0 ? undefined : Math.min(...times));
  return anyCut;
};

/**
 * Cuts the established flows of an instance, at either end, for what ends its connections but leaves its network as it is: a reboot,
 * a crash of its kernel.
 *
 * @param because in words, for who reads the flow
 */
export const endFlowsOf = (world: World, instanceId: string, because: string): void => {
  const at = world.of(watchState, '', '').timeline?.now() ?? 0;
  for (const { state: flows } of world.all(flowState))
    for (const flow of flows.values())
      if (flow.state.kind === 'established' && flow.ends.some((end) => end.instanceId === instanceId))
        flows.set(flow.flowId, { ...flow, state: { kind: 'cut', at, obstacle: 'instance', because } });
};

/** Begins, once, to settle flows each time before the clock moves: whatever changed the network, an API call or not, takes effect in time. */
export const watchFlows = (world: World, timeline: Timeline): void => {
  const watch = world.of(watchState, '', '');
  if (watch.timeline !== undefined) return;
  watch.timeline = timeline;
  timeline.onSettled(() => settleFlows(world));
};
