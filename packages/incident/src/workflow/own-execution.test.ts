import { describe, expect, it } from 'vitest';
import { incidentRef, type IncidentRef } from './incident-ref.ts';
import { whyForged, type HeldIncident } from './own-execution.ts';

const incident: IncidentRef = incidentRef.parse({
  incidentId: 'inc-0123456789abcdef0123',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: '0123456789abcdef0123456789abcdef',
  findingType: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  arrivedAt: '2026-11-21T03:00:00.000Z',
  openedAt: '2026-11-21T03:00:01.000Z',
  revision: 0,
});
const { incidentId } = incident;
const held: HeldIncident = { holder: incidentId, revision: 0 };

describe('whyForged', () => {
  it.each<[string, IncidentRef, string, HeldIncident]>([
    ['the first plan', incident, incidentId, held],
    ['the first plan, while a later finding was counted', incident, incidentId, { ...held, revision: 1 }],
    ['a later plan', { ...incident, revision: 2 }, `${incidentId}-r2`, { ...held, revision: 2 }],
  ])('lets %s through', (_what, ref, execution, table) => {
    expect(whyForged(ref, execution, table)).toBeUndefined();
  });

  it.each<[string, IncidentRef, string, HeldIncident, string]>([
    ['under another name', incident, 'mine', held, 'named mine, wanted inc-0123456789abcdef0123'],
    ['under the name of another plan', incident, `${incidentId}-r1`, held, 'named'],
    [
      'for an instance that no incident holds',
      incident,
      incidentId,
      { ...held, holder: undefined },
      'no incident',
    ],
    [
      'for an instance of another incident',
      incident,
      incidentId,
      { ...held, holder: 'inc-x' },
      'held by inc-x',
    ],
    [
      'for a plan that nobody counted',
      { ...incident, revision: 3 },
      `${incidentId}-r3`,
      held,
      'the last is 0',
    ],
    [
      'for an incident without a row',
      incident,
      incidentId,
      { ...held, revision: undefined },
      'the last is none',
    ],
  ])('says why not, %s', (_how, ref, execution, table, why) => {
    expect(whyForged(ref, execution, table)).toContain(why);
  });
});
