import { describe, expect, it } from 'vitest';
import { statesState } from '@cordon/local-aws';
import { putExecution, putMessage, putOpenRow } from '../testing/furnish-security.ts';
import { goodRun } from '../testing/good-run.ts';
import { ACCOUNTS, FINDING, INCIDENT, REGION, REPLACEMENT } from '../testing/places.ts';
import { brokenIn, event, type Tampering } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'an execution never ended',
    tamper: (run) => putExecution(run.world, INCIDENT, 'RUNNING'),
    says: /never ended/,
  },
  {
    when: 'an execution failed and no person was called',
    tamper: (run) => putExecution(run.world, INCIDENT, 'FAILED'),
    says: /ended FAILED and no person was called/,
  },
  {
    when: 'an incident has no execution',
    tamper: (run) => {
      putExecution(run.world, INCIDENT, 'SUCCEEDED');
      event(run, 800, { kind: 'incident-opened', incidentId: 'inc-unstarted', instanceId: REPLACEMENT });
      putOpenRow(run.world, REPLACEMENT, 'inc-unstarted');
    },
    says: /inc-unstarted was opened and its workflow never started/,
  },
  {
    when: 'a finding lies in the queue',
    tamper: (run) => putMessage(run.world, 'cordon-findings', '{}'),
    says: /1 finding\(s\) lie in the queue/,
  },
];

describe('bounded-and-told', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['bounded-and-told', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'bounded-and-told')?.detail).toMatch(says);
  });

  it('lets an execution fail whose incident called a person', () => {
    const run = goodRun();
    putExecution(run.world, INCIDENT, 'FAILED');
    event(run, 21_000, { kind: 'needs-a-person', reasons: ['a volume has no copy'] });
    expect(brokenIn(run.remains)).toEqual([]);
  });

  it('lets an incident have no workflow whose event was set aside for a person', () => {
    const run = goodRun();
    run.world.of(statesState, ACCOUNTS.security, REGION).machines.clear();
    putMessage(
      run.world,
      'cordon-findings-set-aside',
      JSON.stringify({ detail: { id: FINDING, again: true } }),
    );
    expect(brokenIn(run.remains)).toEqual([]);
  });
});
