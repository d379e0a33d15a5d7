import { flowsOf, type Flow } from '@cordon/local-aws';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import type { PhaseEvent } from '../phase-events.ts';
import { eventsOf, type Opened, type Scene } from '../scene.ts';

/** A record may be of a packet that passed so long before. */
const LAG_MS = 60_000;

/** Whether packets of a flow were still carried at a time; what no flow log holds is left out. */
const isCarriedAfter = ({ state, idleSince, path, openedAt }: Flow, at: number, until: number): boolean =>
  path.kind !== 'resolver' &&
  path.kind !== 'metadata' &&
  openedAt < until &&
  (state.kind === 'established' || state.at > at) &&
  (idleSince === undefined || idleSince > at);

/** What is wrong with one word about a proof, held against the connections themselves. */
const wrongOf = (scene: Scene, opened: Opened, said: PhaseEvent): readonly string[] => {
  const contained = eventsOf(scene, opened.incidentId).findLast(
    ({ kind, at }) => kind === 'contained' && at <= said.at,
  );
  if (contained === undefined)
    return [`${said.kind} was said of ${opened.instanceId}, which was never said to be contained`];
  const carried = flowsOf(scene.remains.organization.world, opened).filter((flow) =>
    isCarriedAfter(flow, contained.at + LAG_MS, said.at),
  );
  if (said.kind === 'packets-accepted')
    return carried.length > 0
      ? []
      : [`packets of ${opened.instanceId} were said to be accepted, and none of its connections lived`];
  return carried.map(
    ({ remoteAddress }) =>
      `that ${opened.instanceId} is contained was said to be proved, and its connection to ${remoteAddress} lived on`,
  );
};

/**
 * That nothing was accepted after containment is said only where no connection lived on, and that something was only where one did. Judged by
 * the connections, whose records the responder reads.
 */
export const proofIsTrue: Invariant = {
  id: 'proof-is-true',
  judge: (scene) => {
    const words = scene.incidents.flatMap((opened) =>
      eventsOf(scene, opened.incidentId)
        .filter(({ kind }) => kind === 'containment-proved' || kind === 'packets-accepted')
        .map((said) => ({ opened, said })),
    );
    if (words.length === 0) return notJudged('no flow log was read');
    return verdictOn(
      words.flatMap(({ opened, said }) => wrongOf(scene, opened, said)),
      `${words.length} time(s) flow logs said what passed after containment, and the connections say the same`,
    );
  },
};
