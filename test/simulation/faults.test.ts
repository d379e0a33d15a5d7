import { runDrill } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { faultPlan, type Weather } from './fault-plan.ts';
import { inProcessHandlers } from './in-process.ts';

/** A run takes about a second; a failing one is run again by its seed, which names its world and its faults. */
const SEEDS = 16;

const SCENARIOS = ['richest', 'second-incident', 'no-profile', 'three-times'] as const;

const WEATHERS: readonly (Weather & { readonly name: string })[] = [
  { name: 'rough', faultsPerCall: 0.05, deathsPerCall: 0 },
  { name: 'rough with crashes', faultsPerCall: 0.05, deathsPerCall: 0.02 },
  { name: 'stormy', faultsPerCall: 0.15, deathsPerCall: 0 },
  { name: 'crashing', faultsPerCall: 0, deathsPerCall: 0.03 },
  { name: 'stormy with crashes', faultsPerCall: 0.12, deathsPerCall: 0.015 },
];

const RUNS = Array.from({ length: SEEDS }, (_, index) => ({
  seed: `faults-${index}`,
  scenario: SCENARIOS[index % SCENARIOS.length] ?? 'richest',
  weather: WEATHERS[index % WEATHERS.length] ?? { name: 'calm', faultsPerCall: 0, deathsPerCall: 0 },
}));

describe('the whole incident while calls fail, replies are lost and processes end', () => {
  it.each(RUNS)('ends sealed, $scenario in $weather.name weather, $seed', async (run) => {
    const { faults, dies, counts } = faultPlan(run.seed, run.weather);
    const { result, close } = await runDrill(
      {
        config,
        scenario: run.scenario,
        seed: run.seed,
        through: 'seal',
        forged: false,
        listCalls: false,
        conditions: { runtime: { inProcess: inProcessHandlers({ dies }) }, faults },
      },
      () => {},
    );
    await close();

    // The seed stands beside what is compared, so that a failing run names itself.
    const { seed, weather } = run;
    const incidents = result.incidents.map(({ status, reasons, missing }) => ({ status, reasons, missing }));
    const broken = result.invariants.filter(({ held }) => !held);
    const sealed = {
      status: 'sealed',
      reasons: [
        'contained, and every volume in custody',
        expect.stringMatching(/^The disks were examined in part; the results are sealed by [0-9a-f]{64}\./),
      ],
      missing: [],
    };
    expect({ seed, weather, counts, broken, incidents }).toEqual({
      seed,
      weather,
      counts,
      broken: [],
      incidents: [sealed],
    });
    expect(Object.values(counts).some((count) => count > 0)).toBe(true);
  });
});
