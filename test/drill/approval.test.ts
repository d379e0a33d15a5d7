import { describe, expect, it } from 'vitest';
import { broken, inProcess, resultOf } from './run.ts';

const played = async (scenario: string) => {
  const result = await resultOf({ scenario, ...inProcess(scenario) });
  expect(broken(result)).toEqual([]);
  expect(result.invariants.map(({ id }) => id)).toContain('nothing-before-approval');
  const [incident] = result.incidents;
  if (incident === undefined) throw new Error(`${scenario} opened no incident`);
  const entered = (state: string): number | undefined =>
    incident.states.find(({ name }) => name === state)?.enteredAfterMs;
  return { incident, entered };
};

const MINUTE = 60_000;

describe('an incident that waits for a person', () => {
  it('is contained after the yes, and stopped, for that was asked for', async () => {
    const { incident, entered } = await played('needs-approval');
    expect(incident.status).toBe('sealed');
    expect(incident.isolatedAfterMs).toBeGreaterThan(7 * MINUTE);
    expect(incident.isolatedAfterMs).toBeLessThan(8 * MINUTE);
    expect(entered('StopInstanceAsked')).toBeGreaterThan(7 * MINUTE);
    expect(incident.reasons.join('\n')).toContain('approved by alice@example.org');
  });

  it('is contained when nobody answers, and the stop lapses; disks and examination did not wait', async () => {
    const { incident, entered } = await played('approval-expires');
    expect(incident.status).toBe('sealed');
    expect(incident.isolatedAfterMs).toBeGreaterThan(30 * MINUTE);
    expect(incident.isolatedAfterMs).toBeLessThan(31 * MINUTE);
    expect(entered('Investigate')).toBeLessThan(11 * MINUTE);
    expect(incident.reasons.join('\n')).toContain('nobody answered in time');
  });

  it('is replaced only after the yes, though it was contained and stopped at once', async () => {
    const { incident, entered } = await played('replacement-approved');
    expect(incident.status).toBe('sealed');
    expect(incident.isolatedAfterMs).toBeLessThan(10_000);
    expect(entered('StopInstance')).toBeLessThan(MINUTE);
    expect(entered('ReplaceAsked')).toBeGreaterThan(7 * MINUTE);
    expect(entered('ContainAsked')).toBeUndefined();
  });

  it('says who refused and why, and is never called contained', async () => {
    const { incident, entered } = await played('approval-refused');
    expect(incident.status).toBe('refused');
    expect(incident.isolatedAfterMs).toBeUndefined();
    expect(incident.containedAfterMs).toBeUndefined();
    expect(entered('ContainAsked')).toBeUndefined();
    expect(incident.reasons.join('\n')).toMatch(/refused by bob@example\.org .*a scheduled penetration test/);
    // Three disks, and what their examination put out.
    expect(incident.evidence.filter(({ kind }) => kind === 'snapshot')).toHaveLength(4);
    expect(incident.forensics).toBeDefined();
  });
});
