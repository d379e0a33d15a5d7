import { KEY_ALIASES } from '@cordon/incident';
import { keyFingerprint, verifyExport } from '@cordon/evidence';
import { evidenceKey, ledgersOf, manifestOf } from '../custody.ts';
import { exportIncident, publicKeyDer } from '../export-evidence.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { eventsOf } from '../scene.ts';

/** What is in custody proves itself: each sealed ledger's folder, as exported, verifies against the recorder's key. */
export const custodyVerifies: Invariant = {
  id: 'custody-verifies',
  judge: (scene) => {
    const { remains } = scene;
    if (remains.through !== 'seal') return notJudged('the run was not judged through the seal');
    const sealed = scene.incidents.filter(({ incidentId }) =>
      eventsOf(scene, incidentId).some(({ kind }) => kind === 'incident-sealed'),
    );
    const ledgers = scene.incidents
      .flatMap(({ incidentId }) => ledgersOf(remains, incidentId))
      .filter((ledgerId) => manifestOf(remains, ledgerId) !== undefined);
    const unsealed = sealed
      .filter(({ incidentId }) => !ledgers.includes(incidentId))
      .map(({ incidentId }) => `incident ${incidentId} was said to be sealed and has no manifest`);
    if (ledgers.length === 0 && unsealed.length === 0) return notJudged('no ledger was sealed');
    const key = evidenceKey(remains, remains.homeRegion, KEY_ALIASES.custody);
    if (key === undefined) return verdictOn([`the evidence account has no key ${KEY_ALIASES.custody}`], '');
    const fingerprint = keyFingerprint(publicKeyDer(key));
    const verified = ledgers.map((ledgerId) => ({
      ledgerId,
      ...verifyExport(exportIncident(remains, ledgerId), { keyFingerprint: fingerprint }),
    }));
    const broken = verified.flatMap(({ ledgerId, status, incidentId, problems }) => [
      ...(status === 'verified'
        ? []
        : [
            `${ledgerId} is ${status}: ${problems.map(({ file, problem }) => `${file}: ${problem}`).join(', ')}`,
          ]),
      ...(incidentId === ledgerId ? [] : [`the folder of ${ledgerId} holds the ledger of ${incidentId}`]),
    ]);
    const entries = verified.reduce((sum, { checked }) => sum + checked.entries, 0);
    return verdictOn(
      [...unsealed, ...broken],
      `${ledgers.length} ledger(s) with ${entries} entries verify offline against the recorder's key ${fingerprint.slice(0, 16)}`,
    );
  },
};
