import { isDeepStrictEqual } from 'node:util';
import { standingOf } from '../../world/standing.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { toldReleased, wantedReleases } from '../releases.ts';

/** The step by which people give the former profile up, which no role of ours may give back. */
const PROFILE = 'restore-profile';

/** What was released is byte for byte as it was before containment, and nothing of ours is left; and people wanted it. */
export const releasedExactly: Invariant = {
  id: 'released-exactly',
  judge: (scene) => {
    const told = toldReleased(scene);
    if (told.size === 0) return notJudged('nothing was released');
    const wanted = wantedReleases(scene);
    const wrong = [...told].flatMap((incidentId) => {
      const of = wanted.findLast((one) => one.incidentId === incidentId);
      if (of === undefined) return [`${incidentId} is told to be released, and no two people wanted it`];
      const suspect = scene.incidents.find((one) => one.incidentId === incidentId)?.suspect;
      if (suspect?.before === undefined) return [];
      const { before } = suspect;
      const now = standingOf(scene.remains.organization.world, suspect);
      return (Object.keys(before) as (keyof typeof before)[])
        .filter((part) => !(part === 'profile' && of.giveUp.includes(PROFILE) && now.profile === ''))
        .filter((part) => !isDeepStrictEqual(now[part], before[part]))
        .map(
          (part) =>
            `${suspect.instanceId} was released, and its ${part} is ${JSON.stringify(now[part])}, before it was ${JSON.stringify(before[part])}`,
        );
    });
    return verdictOn(
      wrong,
      `${told.size} incident(s) were released as two people wanted: groups in order, addresses, attributes, tags, membership and role are as they were, and no group, tag or policy of ours is left`,
    );
  },
};
