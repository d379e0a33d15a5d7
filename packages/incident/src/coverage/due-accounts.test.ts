import { describe, expect, it } from 'vitest';
import type { CoverageRow } from './coverage-row.ts';
import { dueAccounts, type KnownPlace } from './due-accounts.ts';
import { whoNeedsCoverage } from './who-needs-coverage.ts';
import { plainConfig } from '../config.fixture.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const REGIONS = ['eu-west-1', 'us-east-1'];
const PATH = 'o-abc/r-abc/';
const account = (id: string) => ({ id, name: id, path: PATH });
const ago = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();

const place = (id: string, region: string, more: Partial<CoverageRow> = {}, path = PATH): KnownPlace => ({
  row: { account: id, region, verdict: 'protected', checks: [], firstSeen: ago(100), tried: ago(1), ...more },
  path,
});
const known = (...places: readonly KnownPlace[]) =>
  new Map(
    [...Map.groupBy(places, ({ row }) => row.account)].map(
      ([id, of]) => [id, new Map(of.map((one) => [one.row.region, one]))] as const,
    ),
  );
const due = (ids: readonly string[], ...places: readonly KnownPlace[]): readonly string[] =>
  dueAccounts(ids.map(account), { regions: REGIONS, known: known(...places), now: NOW }).map(({ id }) => id);
const everywhere = (id: string, more: Partial<CoverageRow> = {}, path = PATH) =>
  REGIONS.map((region) => place(id, region, more, path));

describe('accounts to be tried', () => {
  it('are not those that were found protected within a day', () => {
    expect(due(['1'], ...everywhere('1'))).toEqual([]);
    expect(due(['1'], ...everywhere('1', { tried: ago(24) }))).toEqual(['1']);
    // Where nothing can be simulated every run would try everybody.
    const checks: CoverageRow['checks'] = [{ id: 'simulated-acquire', result: 'unknown', says: 'no' }];
    expect(due(['1'], ...everywhere('1', { checks }))).toEqual([]);
  });

  it.each<[string, readonly KnownPlace[]]>([
    ['one that nobody knows', []],
    ['one without a row in one Region', [place('1', 'eu-west-1')]],
    ['one that has moved', everywhere('1', {}, 'o-abc/r-abc/ou-abc-12345678/')],
    [
      'one that is open in one Region',
      [place('1', 'eu-west-1'), place('1', 'us-east-1', { verdict: 'partly' })],
    ],
    [
      'one of which something could not be looked at',
      everywhere('1', { checks: [{ id: 'transit-key', result: 'unknown', says: 'throttled' }] }),
    ],
  ])('are %s', (_what, places) => {
    expect(due(['1'], ...places)).toEqual(['1']);
  });

  it('come in the order of urgency, and among equals by how long they waited', () => {
    const places = [
      ...everywhere('1', { tried: ago(30) }),
      ...everywhere('2', { verdict: 'not', tried: ago(1) }),
      ...everywhere('3', { verdict: 'not', tried: ago(2) }),
    ];
    expect(due(['1', '2', '3', '4'], ...places)).toEqual(['4', '3', '2', '1']);
  });
});

describe('accounts that need protection', () => {
  const config = plainConfig({
    excludeAccounts: ['602011160031'],
    neverContainAccounts: ['602011160032'],
  });
  const { management, security, evidence, forensics } = config.accounts;

  it.each([
    [management, 'the management account: StackSets do not reach it'],
    [security, 'the security account: nothing there is contained'],
    [evidence, 'the evidence account: nothing there is contained'],
    [forensics, 'the forensics account: nothing there is contained'],
    ['602011160031', 'the policy excludes it'],
    ['602011160032', 'the policy never contains it'],
  ])('are not %s: %s', (id, because) => {
    expect(whoNeedsCoverage([account(id)], config)).toEqual({
      needed: [],
      leftOut: [{ account: id, because }],
    });
  });

  it.each(['SUSPENDED', 'CLOSED', 'PENDING_ACTIVATION'])('are not those in the state %s', (state) => {
    const { leftOut } = whoNeedsCoverage([{ ...account('602011160021'), state }], config);
    expect(leftOut).toEqual([
      { account: '602011160021', because: `its state is ${state}: nothing runs there` },
    ]);
  });

  it('are all others, one that is about to be closed too', () => {
    const all = [
      { ...account('602011160021'), state: 'ACTIVE' },
      { ...account('602011160022'), state: 'PENDING_CLOSURE' },
    ];
    expect(whoNeedsCoverage(all, config)).toEqual({ needed: all, leftOut: [] });
  });
});
