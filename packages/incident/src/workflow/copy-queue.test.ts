import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideCopy,
  inTurn,
  SLOT_LEASE_MS,
  TICKET_DEAD_MS,
  type CopyTicket,
  type QueueLook,
} from './copy-queue.ts';

const NOW = Date.parse('2026-11-21T03:00:00.000Z');
const ticket = (id: string, more: Partial<CopyTicket> = {}): CopyTicket => ({
  id,
  account: 'a',
  class: 'data',
  since: NOW,
  seenAt: NOW,
  nextAt: NOW,
  ...more,
});
const running = (id: string | undefined, percent = 50) => ({ id, startedAt: NOW - 600_000, percent });
const look = (more: Partial<QueueLook> = {}): QueueLook => ({
  now: NOW,
  limit: 2,
  own: ticket('own'),
  waiting: [],
  slots: [],
  running: [],
  ...more,
});
const slot = (id: string, agoMs = 0) => ({ id, account: 'a', grantedAt: NOW - agoMs });

const tickets = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 6 }),
    account: fc.constantFrom('a', 'b', 'c'),
    class: fc.constantFrom('urgent' as const, 'root' as const, 'data' as const),
    since: fc.integer({ min: NOW - 100_000, max: NOW }),
    seenAt: fc.constant(NOW),
    nextAt: fc.constant(NOW),
  }),
  { selector: ({ id }) => id, maxLength: 30 },
);

describe('a slot', () => {
  it('is granted while one is free, and counts at once', () => {
    const first = decideCopy(look());
    expect(first).toMatchObject({ granted: true, slots: [{ id: 'own' }] });
    expect(decideCopy(look({ limit: 1, slots: [slot('other')] }))).toMatchObject({
      granted: false,
      position: 1,
      of: 1,
    });
  });

  it('is not granted over copies of anybody else', () => {
    expect(decideCopy(look({ running: [running(undefined), running('foreign')] })).granted).toBe(false);
  });

  it('counts once for a lease whose copy runs', () => {
    const decision = decideCopy(look({ slots: [slot('x')], running: [running('x')] }));
    expect(decision).toMatchObject({ granted: true, slots: [{ id: 'x' }, { id: 'own' }] });
  });

  it('is granted again to a holder that broke off before it copied', () => {
    expect(decideCopy(look({ limit: 1, slots: [slot('own', 60_000)] }))).toMatchObject({
      granted: true,
      slots: [{ id: 'own' }],
    });
  });

  it('of a dead holder is taken back when its lease is over, and not before', () => {
    const held = (agoMs: number) => decideCopy(look({ limit: 1, slots: [slot('dead', agoMs)] })).granted;
    expect(held(SLOT_LEASE_MS - 1)).toBe(false);
    expect(held(SLOT_LEASE_MS)).toBe(true);
  });

  it('is held for as long as its copy runs, however old the lease', () => {
    const slots = [slot('long', 10 * SLOT_LEASE_MS)];
    expect(decideCopy(look({ limit: 1, slots, running: [running('long')] })).granted).toBe(false);
  });

  it('is never granted beyond the limit, whatever is seen', () => {
    fc.assert(
      fc.property(tickets, fc.integer({ min: 1, max: 6 }), fc.nat(8), (waiting, limit, others) => {
        let slots: QueueLook['slots'] = [];
        for (const own of waiting) {
          const decision = decideCopy(
            look({
              own,
              waiting,
              slots,
              limit,
              running: Array.from({ length: others }, () => running(undefined)),
            }),
          );
          if (decision.granted) ({ slots } = decision);
        }
        expect(slots.length).toBeLessThanOrEqual(Math.max(0, limit - others));
        // And kept full: nobody is turned away while one is free.
        expect(slots).toHaveLength(Math.min(waiting.length, Math.max(0, limit - others)));
      }),
    );
  });
});

describe('the order', () => {
  it('serves class before class, and nobody twice or never', () => {
    fc.assert(
      fc.property(tickets, (waiting) => {
        const order = inTurn(waiting, []);
        expect(order.map(({ id }) => id).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());
        const classes = order.map((one) => ['urgent', 'root', 'data'].indexOf(one.class));
        expect(classes).toEqual(classes.toSorted((a, b) => a - b));
      }),
    );
  });

  it('gives no account of a class two turns more than another that still waits', () => {
    fc.assert(
      fc.property(tickets, (some) => {
        const waiting = some.map((one) => ({ ...one, class: 'data' as const }));
        const order = inTurn(waiting, []);
        for (let served = 0; served <= order.length; served += 1) {
          const turns = (account: string) =>
            order.slice(0, served).filter((one) => one.account === account).length;
          const left = new Set(order.slice(served).map(({ account }) => account));
          for (const behind of left)
            for (const other of ['a', 'b', 'c']) expect(turns(other) - turns(behind)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('counts what an account runs already as turns that it had', () => {
    const held = [slot('1'), slot('2')];
    const waiting = [ticket('a3', { since: NOW - 9 }), ticket('b1', { account: 'b' })];
    expect(inTurn(waiting, held).map(({ id }) => id)).toEqual(['b1', 'a3']);
  });

  it('leaves out who has not asked for too long', () => {
    const dead = ticket('dead', { since: NOW - TICKET_DEAD_MS, seenAt: NOW - TICKET_DEAD_MS });
    expect(decideCopy(look({ limit: 1, waiting: [dead] })).granted).toBe(true);
  });

  it('keeps no slot empty for who sleeps, and keeps the place of who does', () => {
    const asleep = ticket('asleep', { class: 'root', nextAt: NOW + 300_000 });
    expect(decideCopy(look({ limit: 1, waiting: [asleep] })).granted).toBe(true);
    const awake = ticket('awake', { class: 'root', nextAt: NOW + 2_000 });
    expect(decideCopy(look({ limit: 1, waiting: [awake] }))).toMatchObject({ granted: false, position: 2 });
  });
});

describe('the next question', () => {
  const waits = (percent: number, waiting: number) => {
    const decision = decideCopy(
      look({
        limit: 1,
        running: [running('x', percent)],
        waiting: Array.from({ length: waiting }, (_, index) => ticket(`w${index}`, { since: NOW - 1 })),
      }),
    );
    return decision.granted ? 0 : decision.recheckAfterSeconds;
  };

  it('comes sooner the nearer a slot is, never sooner than ten seconds nor later than half an hour', () => {
    expect(waits(99, 0)).toBe(10);
    expect(waits(50, 0)).toBeGreaterThan(waits(90, 0));
    expect(waits(50, 3)).toBeGreaterThan(waits(50, 0));
    expect(waits(1, 40)).toBe(1_800);
  });
});
