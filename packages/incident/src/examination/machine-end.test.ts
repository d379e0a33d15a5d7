import { describe, expect, it } from 'vitest';
import { incidentRef } from '../workflow/incident-ref.ts';
import {
  costOfMachine,
  endOfMachine,
  KEEP_MACHINE_HOURS,
  keepMachineLonger,
  MACHINE_WARNING_HOURS,
  machineCostWords,
  machineDue,
  type MachineRow,
} from './machine-end.ts';

const START = '2026-11-21T03:00:00.000Z';
const hour = (hours: number): number => Date.parse(START) + hours * 3_600_000;
const row: MachineRow = {
  incident: incidentRef.parse({
    incidentId: 'inc-0123456789abcdef0123',
    account: '602011160021',
    region: 'eu-central-1',
    instanceId: 'i-0abc1234',
    findingId: 'f',
    findingType: 't',
    severity: 8,
    arrivedAt: START,
    openedAt: START,
    revision: 0,
  }),
  ledgerId: 'inc-0123456789abcdef0123',
  startedAt: START,
  endsAt: endOfMachine(START, 72),
  kept: [],
};

describe('the end of a forensic machine', () => {
  it('is told once before, and comes when its time is over', () => {
    const warnAt = 72 - MACHINE_WARNING_HOURS;
    expect(machineDue(row, hour(warnAt) - 1)).toBe('rest');
    expect(machineDue(row, hour(warnAt))).toBe('warn');
    expect(machineDue({ ...row, warnedAt: START }, hour(72) - 1)).toBe('rest');
    expect(machineDue({ ...row, warnedAt: START }, hour(72))).toBe('end');
    expect(machineDue(row, hour(1_000))).toBe('end');
  });

  it('is not taken back once it was begun, whatever its time', () => {
    expect(machineDue({ ...row, endingAt: START }, hour(1))).toBe('end');
  });

  it('comes later where a person keeps it, with who and why, and is told anew', () => {
    const kept = keepMachineLonger(
      { ...row, warnedAt: START },
      { by: 'Ann', reason: 'registry', hours: 48, now: hour(70) },
    );
    expect(kept.endsAt).toBe(new Date(hour(118)).toISOString());
    expect(kept.kept).toEqual([
      { by: 'Ann', reason: 'registry', at: new Date(hour(70)).toISOString(), until: kept.endsAt },
    ]);
    expect(machineDue(kept, hour(118 - MACHINE_WARNING_HOURS))).toBe('warn');
  });

  it('comes no sooner by being kept', () => {
    const kept = keepMachineLonger(row, { by: 'Ann', reason: 'x', hours: 1, now: hour(1) });
    expect(kept.endsAt).toBe(row.endsAt);
    expect(KEEP_MACHINE_HOURS).toBe(7 * 24);
  });

  it('has its cost in hours that were begun, or says that it is not known', () => {
    const late = new Date(hour(71.2)).toISOString();
    expect(machineCostWords(costOfMachine(START, late, 0.25))).toBe('72 hour(s) of the machine, USD 18.00');
    expect(machineCostWords(costOfMachine(START, late, undefined))).toContain('is not known');
    expect(costOfMachine(START, START, 1)).toEqual({ hours: 0, usd: 0 });
  });
});
