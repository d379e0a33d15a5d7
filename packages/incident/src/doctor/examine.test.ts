import { describe, expect, it } from 'vitest';
import { configSchema, type CordonConfig } from '../config.ts';
import { config as chosen } from '../../../../cordon.config.ts';
import { countResults, examine } from './examine.ts';
import { parseAccountId } from '../ids.ts';
import type { DoctorFacts, GuardDutyFact } from './facts.ts';
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
  callers: [],
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

type Detector = NonNullable<GuardDutyFact['detector']>;

/** A detector of which all is well, but for what is given. */
const detectorOf = (given: Partial<Detector>): Detector => ({
  status: 'ENABLED',
  frequency: 'FIFTEEN_MINUTES',
  autoEnable: read({
    members: 'NEW',
    plans: new Map([
      ['RUNTIME_MONITORING', 'NEW'],
      ['EBS_MALWARE_PROTECTION', 'ALL'],
    ]),
  }),
  members: read(new Map([[MEMBER, 'Enabled']])),
  plans: read({
    enabled: new Map([[MEMBER, new Set(['RUNTIME_MONITORING', 'EBS_MALWARE_PROTECTION'])]]),
    offered: new Set(['RUNTIME_MONITORING', 'EBS_MALWARE_PROTECTION']),
    untold: new Map(),
  }),
  ...given,
});

describe('protection plans of members', () => {
  const TARGET = 'r-root';
  const here = { ...config, guardrails: { targets: [TARGET] } };
  const below = read([
    { id: config.accounts.security, state: 'ACTIVE', above: [TARGET] },
    { id: config.accounts.forensics, state: 'ACTIVE', above: [TARGET] },
    { id: MEMBER, state: 'ACTIVE', above: [TARGET] },
  ]);
  const seen = (given: Partial<Detector>, chosen = here) =>
    examine(
      facts({
        organization: { ...organization, accounts: below },
        guardDuty: [{ region: REGION, reading: read({ detector: detectorOf(given) }) }],
      }),
      chosen,
    ).filter(({ id }) => /^guardduty-(plans|runtime|malware)$/.test(id));
  const on = (...names: string[]) =>
    read({
      enabled: new Map([[MEMBER, new Set(names)]]),
      offered: new Set(['RUNTIME_MONITORING', 'EBS_MALWARE_PROTECTION']),
      untold: new Map<string, string>(),
    });

  it('are advised, not wanted: of members alone, and of none that the policy leaves out', () => {
    expect(seen({})).toMatchObject([{ result: 'ok' }, { result: 'ok' }]);
    expect(seen({ plans: on('EBS_MALWARE_PROTECTION') })).toMatchObject([
      { id: 'guardduty-runtime', result: 'warning', accounts: [MEMBER], region: REGION },
      { id: 'guardduty-malware', result: 'ok' },
    ]);
    const policy = { ...here.policy, excludeAccounts: [parseAccountId(MEMBER)] };
    expect(seen({ plans: on() }, { ...here, policy })).toMatchObject([{ result: 'ok' }, { result: 'ok' }]);
  });

  it('are warned of where accounts that join would not have them, and not where a Region has none', () => {
    const autoEnable = read({ members: 'ALL', plans: new Map([['RUNTIME_MONITORING', 'ALL']]) });
    expect(seen({ autoEnable })).toMatchObject([
      { id: 'guardduty-runtime', result: 'ok' },
      { id: 'guardduty-malware', result: 'warning', says: expect.stringContaining('that join') },
    ]);
    const none = { enabled: new Map([[MEMBER, new Set<string>()]]), offered: new Set<string>() };
    expect(seen({ plans: read({ ...none, untold: new Map() }) })).toMatchObject([
      { result: 'ok', says: 'GuardDuty names no Runtime Monitoring in this Region' },
      { result: 'ok' },
    ]);
  });

  it('are not known where GuardDuty tells nothing of an account, in one line of its words', () => {
    const untold = new Map([[MEMBER, 'not\nassociated']]);
    const plans = read({
      enabled: new Map<string, ReadonlySet<string>>(),
      offered: new Set<string>(),
      untold,
    });
    expect(seen({ plans })[0]).toMatchObject({
      id: 'guardduty-plans',
      result: 'unknown',
      accounts: [MEMBER],
      says: expect.stringContaining('not associated'),
    });
    expect(seen({ plans: denied })).toMatchObject([{ id: 'guardduty-plans', result: 'unknown' }]);
    // What hinders the reading of members is said once.
    expect(seen({ members: denied, plans: denied })).toEqual([]);
  });
});

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
    const guardDuty = [{ region: REGION, reading: read({ detector: detectorOf({ members }) }) }];
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

  it('says that nobody tries accounts, and what the StackSets tell of their roles; of a table that should be there, that it is missing', () => {
    const here = { ...config, guardrails: { targets: ['ou-x'] } };
    const line = (given: Partial<DoctorFacts>, chosen = here) =>
      examine(facts({ organization, coverage: read(undefined), ...given }), chosen).filter(
        ({ id }) => id === 'coverage',
      );
    expect(line({})).toMatchObject([{ result: 'warning', says: expect.stringContaining('nor could') }]);
    const place = { account: MEMBER, region: REGION, status: 'CURRENT', detailed: '', drift: 'IN_SYNC' };
    const set = (instance: typeof place) => ({
      name: 'CordonMemberAccount',
      regions: [REGION],
      reading: read({ autoDeployment: true, instances: [instance] }),
    });
    const told = (instance: typeof place) => line({ stackSets: [set(place), set(instance)] });
    expect(told(place)).toMatchObject([{ says: expect.stringContaining('1 of 1 account have') }]);
    for (const wrong of [{ status: 'OUTDATED' }, { drift: 'DRIFTED' }, { region: 'eu-north-1' }])
      expect(told({ ...place, ...wrong })).toMatchObject([
        { result: 'warning', says: expect.stringContaining('0 of 1 account have') },
      ]);
    const tried = { ...here, coverage: { withinMinutes: 60 } };
    expect(line({}, tried)).toMatchObject([{ result: 'error' }]);
  });

  it('wants no try of an account that the policy leaves out', () => {
    const here = { ...config, guardrails: { targets: ['ou-x'] } };
    const coverage = read({ rows: [], unreadable: 0 });
    const untried = (excludeAccounts: CordonConfig['policy']['excludeAccounts']) =>
      examine(facts({ organization, coverage }), {
        ...here,
        policy: { ...here.policy, excludeAccounts },
      }).filter(({ id }) => id === 'coverage');
    expect(untried([])).toMatchObject([{ result: 'unknown', accounts: [MEMBER] }]);
    expect(untried([parseAccountId(MEMBER)])).toMatchObject([{ result: 'ok' }]);
  });

  it('says who calls a function of the evidence account that should not, who is not let in, and whose role was deleted', () => {
    const at = { functionName: 'cordon-recorder', region: REGION, wanted: ['arn:aws:iam::1:role/a'] };
    const found = (principals: readonly string[] | undefined) =>
      linesOf('callers', { callers: [{ ...at, reading: read(principals) }] });
    expect(found([...at.wanted])).toMatchObject([{ result: 'ok' }]);
    expect(found(['AROAEXAMPLEEXAMPLE22', 'arn:aws:iam::1:role/b'])).toMatchObject([
      {
        result: 'error',
        says: 'the policy of cordon-recorder names 1 role(s) that were deleted; does not name arn:aws:iam::1:role/a; names arn:aws:iam::1:role/b too',
      },
    ]);
    expect(found(undefined)).toMatchObject([
      { result: 'error', says: expect.stringContaining('does not name') },
    ]);
    expect(linesOf('callers', { callers: [{ ...at, reading: denied }] })).toMatchObject([
      { result: 'unknown' },
    ]);
  });
});
