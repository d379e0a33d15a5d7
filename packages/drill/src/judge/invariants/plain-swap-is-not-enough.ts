import { flowsOf } from '@cordon/local-aws';
import { nextAsked } from '../../world/furnish-traffic.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { contained, type Scene } from '../scene.ts';

/** What became of the connections to the far ends of the findings, of one instance. */
const toRemotes = (
  scene: Scene,
  at: { readonly account: string; readonly region: string; readonly instanceId: string },
) => {
  const remotes = new Set(
    scene.incidents.flatMap(({ suspect }) => (suspect?.remotes ?? []).map(({ address }) => address)),
  );
  const asked = new Set(
    scene.incidents.flatMap(({ suspect }) =>
      (suspect?.asks ?? []).flatMap((name) => [name, nextAsked(name)]),
    ),
  );
  return flowsOf(scene.remains.organization.world, at).filter(
    ({ remoteAddress, asks }) => remotes.has(remoteAddress) || (asks !== undefined && asked.has(asks)),
  );
};

/**
 * The comparison of a scenario that has a twin: a plain change of groups leaves its channel open, the plan closes the
 * suspect's. Without both halves the run has shown nothing.
 */
export const plainSwapIsNotEnough: Invariant = {
  id: 'plain-swap-is-not-enough',
  judge: (scene) => {
    const { plainSwapTwin: twin } = scene.remains;
    if (twin === undefined) return notJudged('no instance was answered by a plain change of groups beside');
    const left = toRemotes(scene, twin);
    const alive = left.filter(({ state }) => state.kind === 'established');
    const ours = contained(scene).flatMap((opened) => toRemotes(scene, opened));
    const [first] = alive;
    const [cut] = ours;
    return verdictOn(
      [
        ...(left.length === 0 ? [`${twin.instanceId} had no connection to a far end of the findings`] : []),
        ...(left.length > 0 && alive.length === 0
          ? [`the plain change of groups cut every connection of ${twin.instanceId}`]
          : []),
        ...(ours.length === 0 ? ['no contained instance had a connection to a far end of the findings'] : []),
        ...ours
          .filter(({ state }) => state.kind === 'established')
          .map(
            ({ networkInterfaceId, remoteAddress, asks }) =>
              `${networkInterfaceId} still has its connection to ${asks ?? remoteAddress}`,
          ),
      ],
      `an empty group alone leaves ${twin.instanceId} its ${first?.protocol} to ${first?.remoteAddress} by ${first?.path.kind} open; ` +
        `the plan cut the suspect's${cut?.state.kind === 'cut' ? ` by ${cut.state.obstacle}` : ''}`,
    );
  },
};
