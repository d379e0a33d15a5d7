import { KEY_ALIASES } from '@cordon/incident';
import { keyFingerprint } from '@cordon/evidence';
import type { DrillResult } from '../result.ts';
import { assumptions } from './assumptions.ts';
import { evidenceKey } from './custody.ts';
import { publicKeyDer } from './export-evidence.ts';
import { findingRows, strongestVerdict } from './findings.ts';
import { incidentRows } from './incidents.ts';
import { judgeInvariants } from './invariants/invariants.ts';
import type { Remains } from './remains.ts';
import { readScene } from './scene.ts';
import { callRow, serialCalls } from './serial-calls.ts';

/** What the judge is told beside the remains. */
export interface JudgeOptions {
  /** Name of the scenario, for the result. */
  readonly scenario: string;
  /** Lists every call of ours, as `--calls` asks. */
  readonly listCalls: boolean;
}

/**
 * Judges a run from what it left: the organization's state, its journal of calls, and the events that were emitted; never
 * from what the responder says of itself. Reads alone, changes nothing; the same remains give the same result.
 *
 * @throws Error for remains that cannot be read, such as a custody entry that is none: a bug of ours, not a broken run
 */
export const judge = (remains: Remains, { scenario, listCalls }: JudgeOptions): DrillResult => {
  const scene = readScene(remains);
  const findings = findingRows(scene);
  const [first] = scene.incidents;
  const since = first?.arrivedAt ?? remains.deliveries[0]?.arrivedAt ?? 0;
  const serial = first === undefined ? undefined : serialCalls(scene, first);
  const custodyKey = evidenceKey(remains, remains.homeRegion, KEY_ALIASES.custody);
  return {
    schemaVersion: 1,
    scenario,
    seed: remains.seed,
    through: remains.through,
    findings: [...findings],
    verdict: strongestVerdict(findings),
    incidents: incidentRows(scene),
    calls: {
      total: scene.calls.length,
      ...(serial === undefined ? {} : { serialBeforeIsolation: serial.length }),
      serial: (serial ?? []).map((one) => callRow(one, since)),
      ...(listCalls ? { list: scene.calls.map((one) => callRow(one, since)) } : {}),
    },
    ...(custodyKey === undefined
      ? {}
      : { custody: { keyFingerprint: keyFingerprint(publicKeyDer(custodyKey)) } }),
    ...judgeInvariants(scene, findings),
    assumptions: assumptions(remains),
  };
};
