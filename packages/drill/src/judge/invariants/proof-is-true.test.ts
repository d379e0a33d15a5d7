import { flowState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import { INCIDENT, MEMBER, REGION } from '../testing/places.ts';
import { putFlow } from '../testing/put-flow.ts';
import { brokenIn, event } from '../testing/tampering.ts';

const LATER = 600_000;

const broken = (run: GoodRun): readonly string[] =>
  brokenIn(run.remains)
    .filter(({ id }) => id === 'proof-is-true')
    .map(({ detail }) => detail);

const said = (kind: 'containment-proved' | 'packets-accepted'): GoodRun => {
  const run = goodRun();
  run.world.of(flowState, MEMBER, REGION).clear();
  event(run, LATER, { kind, incidentId: INCIDENT, reasons: [] });
  return run;
};

describe('proof-is-true', () => {
  it('holds of a proof where all connections were cut, and of accepted packets where one lives on', () => {
    expect(broken(said('containment-proved'))).toEqual([]);
    const run = said('packets-accepted');
    putFlow(run.world, { remoteAddress: '192.0.2.66' });
    expect(broken(run)).toEqual([]);
  });

  it('is broken by a proof while a connection lives on', () => {
    const run = said('containment-proved');
    putFlow(run.world, { remoteAddress: '192.0.2.66' });
    expect(broken(run).join()).toMatch(/proved, and its connection to 192\.0\.2\.66 lived on/);
  });

  it('is broken by packets that nothing sent', () => {
    expect(broken(said('packets-accepted')).join()).toMatch(/none of its connections lived/);
  });
});
