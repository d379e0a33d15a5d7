import { runDrill } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { allowing } from '../steps/allowing.ts';
import { faultPlan } from './fault-plan.ts';
import { inProcessHandlers } from './in-process.ts';

const WEATHERS = [
  { seed: 'hashing-0', faultsPerCall: 0.05, deathsPerCall: 0 },
  { seed: 'hashing-1', faultsPerCall: 0.02, deathsPerCall: 0.01 },
] as const;

describe('hashing while calls fail, replies are lost and processes end', () => {
  it.each(WEATHERS)(
    'shows that the copies are the originals all the same, $seed',
    async ({ seed, ...weather }) => {
      const config = allowing({ blockHashes: 'automatic' });
      const { faults, dies, counts } = faultPlan(seed, weather);
      const { result, close } = await runDrill(
        {
          config,
          scenario: 'block-manifests',
          seed,
          through: 'seal',
          forged: false,
          listCalls: false,
          conditions: { runtime: { inProcess: inProcessHandlers({ dies, config }) }, faults },
        },
        () => {},
      );
      await close();

      const broken = result.invariants.filter(({ held }) => !held);
      const [incident] = result.incidents;
      const said = result.invariants.find(({ id }) => id === 'blocks-say-true')?.detail;
      expect({ seed, counts, broken, status: incident?.status, missing: incident?.missing }).toEqual({
        seed,
        counts,
        broken: [],
        status: 'sealed',
        missing: [],
      });
      expect(said).toMatch(/3 are shown to be the original$/);
      expect(Object.values(counts).some((count) => count > 0)).toBe(true);
    },
  );
});
