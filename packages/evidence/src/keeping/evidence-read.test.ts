import { describe, expect, it } from 'vitest';
import type { CustodyEvent } from '../custody-event.ts';
import { nextEntry } from '../next-entry.ts';
import type { SignedEntry } from '../signed-entry.ts';
import { digestOf } from '../custody-entry.ts';
import { sha256Hex } from '../sha256.ts';
import { isGivenByDesk, MOST_READ_ENTRIES, roomForReads, untoldReads, wasToldOf } from './evidence-read.ts';

const DAY = '2026-11-21T03:00:00Z';
const OTHER_DAY = '2026-11-22T00:00:00Z';
const eventId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const read = (n: number) => ({ eventId: eventId(n), name: 'GetObject', at: DAY, subject: 'a key' });

const told = (through: 'desk' | 'outside', caller: string, ...ids: readonly number[]): CustodyEvent => ({
  kind: 'evidence-read',
  through,
  caller,
  from: '192.0.2.1',
  reads: ids.map(read),
});

/** A keeping ledger of these events, at these moments. */
const ledgerOf = (
  ...events: readonly (readonly [event: CustodyEvent, at: string])[]
): readonly SignedEntry[] => {
  const opening: CustodyEvent = {
    kind: 'incident-opened',
    account: '602011160021',
    region: 'eu-west-1',
    instanceId: 'i-0123456789abcdef0',
    findingId: 'f1',
  };
  const ledger: SignedEntry[] = [];
  for (const [event, at] of [[opening, DAY] as const, ...events]) {
    const entry = nextEntry(ledger.at(-1), {
      incidentId: 'inc-1-keeping',
      at,
      basis: 'reported',
      actor: 'arn:aws:lambda:eu-west-1:602011150003:function:cordon-read-watch',
      event,
    });
    const keyArn = 'arn:aws:kms:eu-west-1:602011150003:key/k';
    const signature = {
      algorithm: 'ECDSA_SHA_256',
      keyArn,
      keyFingerprint: digestOf(entry),
      value: 'AAAA',
    } as const;
    ledger.push({ entry, digest: digestOf(entry), signature });
  }
  return ledger;
};

describe('a read', () => {
  it('is told once, whichever entry names it and however often it comes', () => {
    const ledger = ledgerOf([told('outside', 'eve', 1), DAY], [told('desk', 'ada', 2), DAY]);
    expect(untoldReads(ledger, [read(1), read(2), read(3), read(3)])).toEqual([read(3)]);
  });

  it('is of the desk where an entry names its access key, and not otherwise', () => {
    const given: CustodyEvent = {
      kind: 'access-given',
      opened: sha256Hex('an opening'),
      accessKeyId: 'ASIA0123456789ABCDEF',
    };
    const ledger = ledgerOf([given, DAY]);
    expect(isGivenByDesk(ledger, 'ASIA0123456789ABCDEF')).toBe(true);
    expect(isGivenByDesk(ledger, 'ASIA0123456789ABCDEG')).toBe(false);
    expect(isGivenByDesk(ledger, undefined)).toBe(false);
  });
});

describe('the room for reads', () => {
  const full = ledgerOf(
    ...Array.from({ length: MOST_READ_ENTRIES }, (_, n) => [told('outside', 'eve', n), DAY] as const),
  );

  it('ends with the day, and leaves the other way its own', () => {
    expect(roomForReads(full, { through: 'outside', at: DAY })).toBe(0);
    expect(roomForReads(full.slice(0, -1), { through: 'outside', at: DAY })).toBe(1);
    expect(roomForReads(full, { through: 'outside', at: OTHER_DAY })).toBe(MOST_READ_ENTRIES);
    expect(roomForReads(full, { through: 'desk', at: DAY })).toBe(MOST_READ_ENTRIES);
  });
});

describe('people', () => {
  it('were told of a caller past the desk on that day alone', () => {
    const ledger = ledgerOf([told('outside', 'eve', 1), DAY], [told('desk', 'ada', 2), DAY]);
    expect(wasToldOf(ledger, { caller: 'eve', at: DAY })).toBe(true);
    expect(wasToldOf(ledger, { caller: 'eve', at: OTHER_DAY })).toBe(false);
    expect(wasToldOf(ledger, { caller: 'ada', at: DAY })).toBe(false);
  });
});
