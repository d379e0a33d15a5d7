import { INCIDENT_TABLE_NAME } from '@cordon/incident';
import { dynamodbState } from '@cordon/local-aws';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { toldReleased } from '../releases.ts';
import type { Scene } from '../scene.ts';

/** Rows that say which incident holds an instance: `instance#<account>#<region>#<instance>` / `open` (docs/architecture.md). */
const openRows = ({
  remains: { organization, accounts, homeRegion },
}: Scene): readonly (readonly [string, string])[] => {
  const table = organization.world
    .of(dynamodbState, accounts.security, homeRegion)
    .tables.get(INCIDENT_TABLE_NAME);
  return [...(table?.items.values() ?? [])].flatMap((item) => {
    const [pk, sk, incidentId] = ['pk', 'sk', 'incidentId'].map((name) => {
      const value = item.get(name);
      return value?.type === 'S' ? value.value : '';
    });
    return pk?.startsWith('instance#') === true && sk === 'open'
      ? [[pk.slice('instance#'.length), incidentId ?? ''] as const]
      : [];
  });
};

/** DESIGN section 7, 6: one open incident per instance, however often and in whatever order events come. */
export const oneOpenIncidentPerInstance: Invariant = {
  id: 'one-open-incident-per-instance',
  judge: (scene) => {
    const rows = openRows(scene);
    const released = toldReleased(scene);
    const opening = scene.events.filter(({ kind }) => kind === 'incident-opened');
    if (rows.length === 0 && opening.length === 0) return notJudged('no incident was opened');
    const placeOf = ({ account, region, instanceId }: (typeof opening)[number]): string =>
      `${account}#${region}#${instanceId}`;
    const instances = new Set([...rows.map(([place]) => place), ...opening.map(placeOf)]);
    const wrong = [...instances].flatMap((place) => {
      const held = rows.filter(([at]) => at === place).map(([, incidentId]) => incidentId);
      // The bus delivers at least once: the same incident told twice is one.
      const said = [
        ...new Set(opening.filter((event) => placeOf(event) === place).map(({ incidentId }) => incidentId)),
      ];
      const over = held.length === 0 && said.length === 1 && released.has(said[0] ?? '');
      const agree = over || (held.length === 1 && said.length === 1 && held[0] === said[0]);
      return agree
        ? []
        : [`${place} is held by [${held.join(', ')}] in the table, and was opened as [${said.join(', ')}]`];
    });
    return verdictOn(
      wrong,
      `${instances.size} instance(s) with one open incident each, after ${scene.remains.deliveries.length} event(s)`,
    );
  },
};
