import { runDrill, scenarios } from '@cordon/drill';
import { functionName, type StepName } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from './in-process.ts';

/** The functions that change the instance or say that it is contained. */
const CONTAINING: readonly StepName[] = [
  'protect',
  'isolate-network',
  'revoke-credentials',
  'verify-containment',
];

/** Runs an incident to its containment; the function's process ends before its `at`th call, once. Gives how many calls it made. */
const dyingAt = async (step: StepName, at: number, scenario = 'richest') => {
  let sent = 0;
  const { policy = config.policy } = scenarios().find(({ name }) => name === scenario) ?? {};
  const deployed = { ...config, policy };
  const dies = (name: string): boolean => {
    if (name !== functionName(step)) return false;
    sent += 1;
    return sent === at;
  };
  const { result, close } = await runDrill(
    {
      config,
      scenario,
      seed: 'crash',
      through: 'contain',
      forged: false,
      listCalls: false,
      conditions: { runtime: { inProcess: inProcessHandlers({ dies, config: deployed }) } },
    },
    () => {},
  );
  await close();
  return { result, sent };
};

describe('a process that ends', () => {
  it.each(CONTAINING)(
    'before any one call of %s leaves the instance never less contained, and the next try contains it',
    async (step) => {
      const { sent: calls } = await dyingAt(step, Number.POSITIVE_INFINITY);
      expect(calls).toBeGreaterThan(2);
      for (let at = 1; at <= calls; at += 1) {
        const { result, sent } = await dyingAt(step, at);
        // It died, and was called again.
        expect(sent).toBeGreaterThanOrEqual(at);
        expect({
          step,
          at,
          broken: result.invariants.filter(({ held }) => !held),
          statuses: result.incidents.map(({ status }) => status),
        }).toEqual({ step, at, broken: [], statuses: ['contained'] });
      }
    },
    120_000,
  );

  it('before any third call of a capture has the host contained all the same, in the plan’s time', async () => {
    const { sent: calls } = await dyingAt('capture-memory', Number.POSITIVE_INFINITY, 'memory-first');
    expect(calls).toBeGreaterThan(20);
    for (let at = 1; at <= calls; at += 3) {
      const { result } = await dyingAt('capture-memory', at, 'memory-first');
      expect({
        at,
        broken: result.invariants.filter(({ held }) => !held),
        statuses: result.incidents.map(({ status }) => status),
      }).toEqual({ at, broken: [], statuses: ['contained'] });
    }
  }, 600_000);

  it('while it climbs leaves the instance never less contained, and every rung is tried once more', async () => {
    for (const step of ['verify-containment', 'isolate-network', 'stop'] as const) {
      const { sent: calls } = await dyingAt(step, Number.POSITIVE_INFINITY, 'climbs-when-open');
      // What is before the climb is the other test's.
      const first = step === 'verify-containment' ? 20 : step === 'isolate-network' ? 12 : 1;
      expect(calls).toBeGreaterThan(first);
      // Each run is an incident of its own; neighbouring calls are read-backs side by side, so that every third is enough.
      for (let at = first; at <= calls; at += 3) {
        const { result } = await dyingAt(step, at, 'climbs-when-open');
        expect({
          step,
          at,
          broken: result.invariants.filter(({ held }) => !held),
          statuses: result.incidents.map(({ status }) => status),
        }).toEqual({ step, at, broken: [], statuses: ['contained'] });
      }
    }
  }, 600_000);
});
