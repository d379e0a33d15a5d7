import { describe, expect, it } from 'vitest';
import { configSchema } from '../config.ts';
import { config as chosen } from '../../../../cordon.config.ts';
import { countResults, examine } from './examine.ts';
import type { DoctorFacts } from './facts.ts';
import type { Reading } from './reading.ts';

const config = { ...configSchema.parse(chosen), regions: configSchema.parse(chosen).regions.slice(0, 1) };
const [REGION = ''] = config.regions;
const MEMBER = '602011170000';

const read = <Value>(value: Value): Reading<Value> => ({ status: 'read', value });
const denied = {
  status: 'failed',
  action: 'x:Read',
  code: 'AccessDenied',
  message: 'not\nauthorized',
} as const;

/** Facts of a deployment of which nothing is known but what is given. */
const facts = (given: Partial<DoctorFacts>): DoctorFacts => ({
  at: Date.UTC(2026, 10, 21),
  phase: 'after',
  organization: { accounts: read([]), trusted: denied, delegated: [], policyTypes: denied },
  controls: denied,
  guardrails: [],
  guardDuty: [],
  regions: [],
  breakGlass: [],
  quotas: [],
  stackSets: [],
  keys: [],
  vaults: [{ region: 'eu-west-1', wanted: {}, reading: denied }],
  forensics: [],
  forwarders: [],
  queues: [],
  coverage: denied,
  ...given,
});

const linesOf = (id: string, given: Partial<DoctorFacts>) =>
  examine(facts(given), config).filter((line) => line.id === id);

const accounts = read([
  { id: config.accounts.security, state: 'ACTIVE', above: ['r-root'] },
  { id: MEMBER, state: 'ACTIVE', above: ['r-root', 'ou-x'] },
  { id: '602011170001', state: 'SUSPENDED', above: ['r-root'] },
]);
const organization = { accounts, trusted: denied, delegated: [], policyTypes: denied };

describe('examine', () => {
  it('says of what AWS refused that it is not known, with the action, in one line without a break', () => {
    expect(linesOf('trusted-access', {})).toEqual([
      {
        id: 'trusted-access',
        result: 'unknown',
        says: 'x:Read answered AccessDenied: not authorized',
        whatToDo: expect.stringContaining('let whoever runs this x:Read'),
      },
    ]);
  });

  it('looks before a deployment at nothing that a deployment brings', () => {
    const found = examine(facts({ phase: 'before' }), config).map(({ id }) => id);
    expect(found).toContain('control-policies');
    for (const id of ['vault-policy', 'coverage', 'stackset', 'key-state']) expect(found).not.toContain(id);
  });

  it('counts its lines', () => {
    const found = examine(facts({}), config);
    const { ok, warning, error, unknown } = countResults(found);
    expect(ok + warning + error + unknown).toBe(found.length);
  });

  it('warns of accounts that are not active, and wants nothing of them', () => {
    expect(linesOf('accounts', { organization })).toMatchObject([
      { result: 'warning', accounts: ['602011170001'] },
    ]);
    const members = read(new Map([[MEMBER, 'Enabled']]));
    const detector = { status: 'ENABLED', frequency: 'FIFTEEN_MINUTES', autoEnable: read('NEW'), members };
    const guardDuty = [{ region: REGION, reading: read({ detector }) }];
    expect(linesOf('guardduty-members', { organization, guardDuty })).toMatchObject([{ result: 'ok' }]);
    const away = { account: '602011170001', region: REGION, status: 'OUTDATED', detailed: '', drift: '' };
    const well = { account: MEMBER, region: REGION, status: 'CURRENT', detailed: '', drift: 'IN_SYNC' };
    const reading = read({ autoDeployment: true, instances: [away, well] });
    const stackSets = [{ name: 'CordonMemberAccount', regions: [REGION], reading }];
    expect(linesOf('stackset-instances', { organization, stackSets })).toMatchObject([{ result: 'ok' }]);
    expect(linesOf('stackset-reach', { organization, stackSets })).toMatchObject([{ result: 'ok' }]);
  });

  it('says that a StackSet is missing, with what that means', () => {
    const stackSets = [{ name: 'CordonMemberAccount', regions: [REGION], reading: read(undefined) }];
    expect(linesOf('stackset', { stackSets })).toMatchObject([{ result: 'error' }]);
  });

  it('takes a quota that is not told for not known', () => {
    const quotas = [
      { id: 'quota-copies', account: 'evidence', region: REGION, wanted: read(20), reading: read(undefined) },
    ] as const;
    expect(linesOf('quota-copies', { quotas })).toMatchObject([{ result: 'unknown' }]);
  });

  it('does not hold a member that failed long ago for one that fails', () => {
    const row = {
      account: MEMBER,
      region: REGION,
      verdict: 'not' as const,
      checks: [{ id: 'probe', result: 'failed' as const, says: 'AccessDenied' }],
      firstSeen: '2026-11-01T00:00:00.000Z',
    };
    const coverage = (tried: string) => ({
      organization,
      coverage: read({ rows: [{ ...row, tried }], unreadable: 0 }),
    });
    expect(linesOf('member-probe', coverage('2026-11-20T12:00:00.000Z'))).toMatchObject([
      { result: 'error', accounts: [MEMBER] },
    ]);
    expect(linesOf('member-probe', coverage('2026-11-10T12:00:00.000Z'))).toEqual([]);
    expect(linesOf('coverage-age', coverage('2026-11-10T12:00:00.000Z'))).toMatchObject([
      { result: 'unknown', accounts: [MEMBER] },
    ]);
  });
});
