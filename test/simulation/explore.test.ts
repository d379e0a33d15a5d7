import { createHash } from 'node:crypto';
import { runDrill, type DrillResult } from '@cordon/drill';
import type { FaultableCall, InjectedFault } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { inProcessHandlers } from './in-process.ts';
describe('x', () => {
  it.each([14,15,31,1,5,7,11,13,17,19,35,37,41,43])('runs %d', async (i) => {
    const seed = `time-${i}`;
    const draw = (what: string): number =>
      createHash('sha256').update(`${seed}/${what}`).digest().readUInt32BE(0) / 2 ** 32;
    const kinds = ['throttled', 'server-error', 'lost-reply'] as const;
    const rate = [0.04, 0.1, 0.2][i % 3] ?? 0.1;
    let n = 0;
    const faults = (call: FaultableCall): InjectedFault | undefined => {
      if (draw(`call ${call.index}`) >= rate) return undefined;
      n += 1;
      return { kind: kinds[Math.floor(draw(`kind ${call.index}`) * 3)] ?? 'throttled' };
    };
    let died = 0;
    let turn = 0;
    const dies = () => {
      turn += 1;
      if (i % 2 === 0 || draw(`death ${turn}`) >= 0.02) return false;
      died += 1;
      return true;
    };
    const t = performance.now();
    const { result, close, record } = await runDrill(
      {
        config,
        scenario: ['richest', 'second-incident', 'no-profile', 'three-times'][i % 4] ?? 'richest',
        seed,
        through: 'seal',
        forged: false,
        listCalls: false,
        conditions: { runtime: { inProcess: inProcessHandlers({ dies }) }, faults },
      },
      () => {},
    );
    await close();
    if (
      result.incidents.some((one) => one.status !== 'sealed') ||
      result.invariants.some(({ held }) => !held)
    )
      console.log(
        i,
        Math.round(performance.now() - t),
        'ms',
        record.organization.journal.calls.length,
        n,
        died,
        result.incidents.map((one) => [one.status, one.reasons]),
        result.invariants.filter(({ held }) => !held),
      );
  });
});
