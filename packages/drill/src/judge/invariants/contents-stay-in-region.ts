import { incidentOf, isContentKey, ledgerOfKey } from '@cordon/evidence';
import { isVault, ledgerEvents, ledgersOf, vaultVersionsIn } from '../custody.ts';
import { s3State } from '@cordon/local-aws';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import type { Opened, Scene } from '../scene.ts';

/** Regions in which the evidence account has a vault. */
const vaultRegions = ({ remains }: Scene): readonly string[] =>
  [...remains.organization.world.of(s3State, '', '').buckets.values()]
    .filter(({ name }) => isVault(remains, name))
    .map(({ region }) => region);

/** Contents of an incident that lie in the vault of a Region. */
const contentsIn = ({ remains }: Scene, { incidentId }: Opened, region: string): readonly string[] =>
  vaultVersionsIn(remains, region).flatMap(([key]) =>
    isContentKey(key) && incidentOf(ledgerOfKey(key) ?? '') === incidentId ? [key] : [],
  );

/** Whether the home Region is where a ledger of the incident says its contents lie, and the policy has a rule that has some lie there. */
const mayLeave = ({ remains }: Scene, { incidentId }: Opened): boolean =>
  remains.policy.rules.some(({ set }) => set.residency === 'home') &&
  ledgerEvents(remains, incidentId).some(
    (event) => event.kind === 'incident-opened' && event.contentsIn === remains.homeRegion,
  );

/** What of an incident lies where it must not. */
const wrongOf = (scene: Scene, opened: Opened): readonly string[] => {
  const { remains } = scene;
  const allowed = [opened.region, ...(mayLeave(scene, opened) ? [remains.homeRegion] : [])];
  return vaultRegions(scene)
    .filter((region) => !allowed.includes(region))
    .flatMap((region) =>
      contentsIn(scene, opened, region).map(
        (key) => `${key} of an incident of ${opened.region} lies in ${region}`,
      ),
    );
};

/** What a host held and said stays in its Region unless the policy says otherwise (ADR 0025). */
export const contentsStayInRegion: Invariant = {
  id: 'contents-stay-in-region',
  judge: (scene) => {
    const elsewhere = scene.incidents.filter(({ region }) => region !== scene.remains.homeRegion);
    if (elsewhere.length === 0) return notJudged('no incident was of another Region than the home Region');
    const ledgers = elsewhere.flatMap(({ incidentId }) => ledgersOf(scene.remains, incidentId));
    const lie = elsewhere.flatMap((opened) => contentsIn(scene, opened, opened.region)).length;
    return verdictOn(
      elsewhere.flatMap((opened) => wrongOf(scene, opened)),
      `${lie} object(s) of ${ledgers.length} ledger(s) of other Regions lie in their own; the home Region has ids, times and digests of them, and contents where the policy says so`,
    );
  },
};
