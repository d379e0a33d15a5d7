import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTAIN_ONLY } from '../plan/posture.ts';
import { parsePolicy } from '../policy/policy.ts';
import { applyLimits, type LimitRows, type Opening } from './apply-limits.ts';
import { haltRow } from './halt.ts';
import { shareExceeded } from './judge-member.ts';

const MINUTE = 60_000;
const WINDOW = 60 * MINUTE;
const BUDGETS = { account: 2, unit: 3, organization: 5 };
const { limits } = parsePolicy({
  schemaVersion: 2,
  rules: [],
  limits: { windowMinutes: 60, ordinary: BUDGETS, severe: BUDGETS },
});

const NOTHING: LimitRows = { breakers: {}, resets: {}, groups: {} };
let count = 0;
const opening = (over: Partial<Opening> = {}): Opening => {
  count += 1;
  return {
    caseId: `case-${count}`,
    instanceId: `i-${count}`,
    severity: 8,
    account: 'a',
    unit: 'ou-1',
    region: 'eu-west-1',
    ...over,
  };
};

/** The table, as far as limits go: what an opening writes, the next one reads. */
const bookOf = (first: LimitRows = NOTHING) => {
  let rows = first;
  return {
    open: (over: Partial<Opening>, now: number) => {
      const limited = applyLimits(limits, opening(over), { posture: CONTAIN_ONLY, rows, now });
      rows = {
        ...rows,
        breakers: { ...rows.breakers, ...limited.breakers },
        groups: { ...rows.groups, ...limited.groups },
      };
      return limited;
    },
    reset: (scope: string, now: number) => {
      rows = { ...rows, resets: { ...rows.resets, [scope]: now } };
    },
  };
};

describe('a circuit breaker', () => {
  it('trips at the case beyond the budget, tells so once, and says why', () => {
    const book = bookOf();
    expect([1, 2].map((n) => book.open({}, n).posture.containment)).toEqual(['contain', 'contain']);
    const third = book.open({}, 3);
    expect(third.posture.containment).toBe('tripped');
    expect(third.posture.because[0]).toContain('circuit breaker of account a trips: 2 case(s)');
    expect(third.tripped.map(({ scope, id }) => [scope, id])).toEqual([['account', 'a']]);
    const fourth = book.open({}, 4);
    expect([fourth.posture.containment, fourth.tripped]).toEqual(['tripped', []]);
  });

  it('stays tripped for a window from the trip, though older cases fall out of it before', () => {
    const book = bookOf();
    for (const at of [0, 30 * MINUTE, 50 * MINUTE]) book.open({}, at);
    expect(book.open({}, 70 * MINUTE).posture.containment).toBe('tripped');
    expect(book.open({}, 50 * MINUTE + WINDOW - 1).posture.containment).toBe('tripped');
    expect(book.open({}, 50 * MINUTE + WINDOW).posture.containment).toBe('contain');
  });

  it('is reset by people before that', () => {
    const book = bookOf();
    for (const at of [0, 1, 2]) book.open({}, at);
    book.reset('account:a', 3);
    expect(book.open({}, 4).posture.containment).toBe('contain');
  });

  it('of an account leaves other accounts of the unit alone', () => {
    const book = bookOf();
    for (let at = 0; at < 50; at += 1) book.open({ account: 'loud' }, at);
    expect(book.open({ account: 'quiet' }, 51).posture.containment).toBe('contain');
  });

  it('of severity 9 and above is another one', () => {
    const book = bookOf();
    for (let at = 0; at < 50; at += 1) book.open({ account: `flood-${at}` }, at);
    expect(book.open({ account: 'flood-0' }, 51).posture.containment).toBe('tripped');
    expect(book.open({ account: 'flood-0', severity: 9 }, 52).posture.containment).toBe('contain');
  });

  it('counts an attack sequence once, however many instances it has', () => {
    const book = bookOf();
    const seen = Array.from(
      { length: 40 },
      (_, at) => book.open({ caseId: 'case-seq' }, at).posture.containment,
    );
    expect(new Set(seen)).toEqual(new Set(['contain']));
    expect(book.open({}, 41).posture.containment).toBe('contain');
    expect(book.open({}, 42).posture.containment).toBe('tripped');
  });

  it('counts nothing that asks anyway', () => {
    const asking = applyLimits(limits, opening(), {
      posture: { ...CONTAIN_ONLY, containment: 'ask' },
      rows: NOTHING,
      now: 0,
    });
    expect([asking.posture.containment, asking.breakers]).toEqual(['ask', {}]);
  });

  it('does not exist where the policy has no limits, but the halt switch does', () => {
    const halt = haltRow.parse({
      halt: 'on',
      by: [{ arn: 'arn:aws:sts::602011150002:assumed-role/staff/ada', name: 'ada' }],
      at: '2026-03-04T09:00:00Z',
      reason: 'release night',
    });
    const under = (rows: LimitRows) =>
      applyLimits('off', opening({ scalingGroup: 'web' }), { posture: CONTAIN_ONLY, rows, now: 0 });
    expect(under(NOTHING)).toMatchObject({ posture: { containment: 'contain' }, breakers: {}, groups: {} });
    expect(under({ ...NOTHING, halt }).posture).toMatchObject({ containment: 'tripped' });
    expect(under({ ...NOTHING, halt }).posture.because[0]).toContain('release night');
    expect(under({ ...NOTHING, halt: { ...halt, halt: 'off' } }).posture.containment).toBe('contain');
  });
});

describe('members of one scaling group', () => {
  it('become one case: the first is contained, later ones join it, ask, and use up no budget', () => {
    const book = bookOf();
    const first = book.open({ scalingGroup: 'web', caseId: 'case-first' }, 0);
    const later = [1, 2, 3].map((at) => book.open({ scalingGroup: 'web' }, at));
    expect(first.posture.containment).toBe('contain');
    expect(later.map(({ posture }) => posture.containment)).toEqual(['ask', 'ask', 'ask']);
    expect(new Set(later.map(({ caseId }) => caseId))).toEqual(new Set(['case-first']));
    expect(book.open({}, 4).posture.containment).toBe('contain');
    expect(book.open({ scalingGroup: 'other' }, 5).posture.containment).toBe('tripped');
  });

  it('are a new case when the window has passed', () => {
    const book = bookOf();
    book.open({ scalingGroup: 'web' }, 0);
    expect(book.open({ scalingGroup: 'web' }, WINDOW).posture.containment).toBe('contain');
  });

  it('do not repeat each other in one attack sequence, nor does a member itself', () => {
    const book = bookOf();
    const seen = ['i-1', 'i-2', 'i-1'].map(
      (instanceId, at) =>
        book.open({ scalingGroup: 'web', caseId: 'case-seq', instanceId }, at).posture.containment,
    );
    expect(seen).toEqual(['contain', 'contain', 'contain']);
    expect(book.open({ scalingGroup: 'web', instanceId: 'i-1' }, 4).posture.containment).toBe('contain');
  });

  it.each([
    [1, 'i-0', false],
    [1, 'i-1', true],
    [9, 'i-2', false],
    [9, 'i-3', true],
    [9, 'i-unknown', false],
  ])('of a group of %i, %s goes beyond its share of a third: %s', (size, instanceId, beyond) => {
    const members = ['i-0', 'i-1', 'i-2', 'i-3'].map((id) => ({
      instanceId: id,
      caseId: 'case-seq',
      at: 0,
      automatic: true,
    }));
    expect(shareExceeded(limits, instanceId, { row: { members }, now: 1, size }) !== undefined).toBe(beyond);
  });
});

const arrivals = fc.array(
  fc.record({
    account: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    severity: fc.constantFrom(8, 9),
    caseId: fc.nat(30).map((n) => `case-${n}`),
    after: fc.integer({ min: 0, max: 20 * MINUTE }),
  }),
  { maxLength: 80 },
);
const unitOf = (account: string): string => (account < 'd' ? 'ou-1' : 'ou-2');

it('never lets more cases through than a budget has, in any window, whatever the order', () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      const book = bookOf();
      let now = 0;
      const through = all.flatMap(({ account, severity, caseId, after }) => {
        now += after;
        const made = book.open({ account, severity, caseId, unit: unitOf(account) }, now);
        return made.posture.containment === 'contain' ? [{ account, tier: severity, caseId, now }] : [];
      });
      for (const last of through) {
        const within = (of: (one: (typeof through)[number]) => unknown): number => {
          const recent = through.filter(
            (one) =>
              one.tier === last.tier &&
              of(one) === of(last) &&
              one.now <= last.now &&
              one.now > last.now - WINDOW,
          );
          return new Set(recent.map(({ caseId }) => caseId)).size;
        };
        expect(within(({ account }) => account)).toBeLessThanOrEqual(BUDGETS.account);
        expect(within(({ account }) => unitOf(account))).toBeLessThanOrEqual(BUDGETS.unit);
        expect(within(() => 'all')).toBeLessThanOrEqual(BUDGETS.organization);
      }
    }),
  );
});

it('starves no account: whatever one account does, the first case of another is contained', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90 * MINUTE }), { maxLength: 60 }), (gaps) => {
      const book = bookOf();
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        book.open({ account: 'loud' }, now);
      }
      expect(book.open({ account: 'quiet' }, now).posture.containment).toBe('contain');
    }),
  );
});
