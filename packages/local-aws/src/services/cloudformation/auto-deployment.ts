import type { World } from '../../core/world.ts';
import { nodesOf } from '../organizations/tree.ts';
import { isTrusted } from './access.ts';
import { STACK_SET_DURATIONS } from './durations.ts';
import type { StackSetStage } from './run-operation.ts';
import { startOperation, type Place } from './start-operation.ts';
import { placeOf, stackSetState, type StackSet } from './state.ts';

/** Where a StackSet belongs in an account by where it lies now: by Region, the unit that says so. */
const wantedIn = (world: World, set: StackSet, account: string): ReadonlyMap<string, string> => {
  const path = world.accounts.get(account)?.path;
  const wanted = new Map<string, string>();
  if (path === undefined || account === world.facts.managementAccount) return wanted;
  const nodes = nodesOf(world);
  for (const [unitId, regions] of set.targets) {
    const node = nodes.get(unitId);
    if (node === undefined || !path.startsWith(node.path)) continue;
    for (const region of regions) if (!wanted.has(region)) wanted.set(region, unitId);
  }
  return wanted;
};

const adjust = (stage: StackSetStage, set: StackSet, account: string): void => {
  if (set.autoDeployment.Enabled !== true || !isTrusted(stage.world)) return;
  const wanted = wantedIn(stage.world, set, account);
  const here = [...set.instances.values()].filter((instance) => instance.account === account);
  const there = new Set(here.map(placeOf));
  const missing: readonly Place[] = [...wanted]
    .map(([region, unitId]) => ({ account, region, unitId }))
    .filter((place) => !there.has(placeOf(place)));
  const gone = here.filter(({ region }) => !wanted.has(region));
  // An account that moves between units of one StackSet keeps its stacks.
  for (const instance of here) instance.unitId = wanted.get(instance.region) ?? instance.unitId;
  if (gone.length > 0)
    startOperation(stage, set, {
      action: 'DELETE',
      places: gone,
      regions: gone.map(({ region }) => region),
      retainStacks: set.autoDeployment.RetainStacksOnAccountRemoval === true,
      automatic: true,
    });
  if (missing.length > 0)
    startOperation(stage, set, {
      action: 'CREATE',
      places: missing,
      regions: [...wanted.keys()],
      automatic: true,
    });
};

/**
 * What StackSets do when an account has joined the organization, has moved, or has left: some time later each StackSet with automatic deployment is
 * brought where it belongs by then. Regions are gone through in the order in which they were first asked for: the order of an operation is not kept
 * for this (AWS: preferences do not apply).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
 */
export const accountMoved = (stage: Omit<StackSetStage, 'region'>, account: string): void => {
  const { world, timeline } = stage;
  const places = world.all(stackSetState).filter(({ state }) => state.sets.size > 0);
  if (places.length === 0) return;
  timeline.at(timeline.now() + STACK_SET_DURATIONS.autoDeployment, () => {
    for (const { region, state } of places)
      for (const set of state.sets.values()) adjust({ ...stage, region }, set, account);
  });
};
