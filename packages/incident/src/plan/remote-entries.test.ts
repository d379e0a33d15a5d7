import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deniableAddresses, denyEntries } from './remote-entries.ts';

const FIRST = { incidentId: 'inc-0123456789', again: false };
const LATER = { ...FIRST, again: true };

type Entry = Parameters<typeof denyEntries>[0]['entries'][number];

const OPEN: readonly Entry[] = [
  { ruleNumber: 100, egress: false, allow: true, cidr: '0.0.0.0/0' },
  { ruleNumber: 32_767, egress: false, allow: false, cidr: '0.0.0.0/0' },
  { ruleNumber: 100, egress: true, allow: true, cidr: '0.0.0.0/0' },
  { ruleNumber: 32_767, egress: true, allow: false, cidr: '0.0.0.0/0' },
];
const acl = (...entries: readonly Entry[]) => ({
  networkAclId: 'acl-1',
  subnetIds: ['subnet-1'],
  entries: [...OPEN, ...entries],
});

describe('addresses that may be denied to a subnet', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.9',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.3.2',
    '127.0.0.1',
    '224.0.0.1',
    'fd00:ec2::253',
    'fe80::1',
    '::1',
    'not-an-address',
    '198.51.100.7/8',
  ])('never include %s', (address) => {
    expect(deniableAddresses([address])).toEqual([]);
  });

  it('include public ones of both families once, and only a few of them', () => {
    expect(deniableAddresses(['198.51.100.7', '198.51.100.7', '2001:db8::9'])).toEqual([
      '198.51.100.7',
      '2001:db8::9',
    ]);
    expect(deniableAddresses(Array.from({ length: 50 }, (_, index) => `198.51.100.${index}`))).toHaveLength(
      6,
    );
  });
});

describe('entries that deny an address', () => {
  it('come before the first entry that allows, in both directions', () => {
    const { entries, noRoomFor } = denyEntries(acl(), ['198.51.100.7'], FIRST);
    expect(entries.map(({ egress, cidr }) => [egress, cidr])).toEqual([
      [true, '198.51.100.7/32'],
      [false, '198.51.100.7/32'],
    ]);
    expect(entries.every(({ ruleNumber }) => ruleNumber < 100)).toBe(true);
    expect(noRoomFor).toEqual([]);
  });

  it('of two incidents in one subnet at one time want other numbers', () => {
    const [one] = denyEntries(acl(), ['198.51.100.7'], FIRST).entries;
    const [other] = denyEntries(acl(), ['198.51.100.7'], { ...FIRST, incidentId: 'inc-9876543210' }).entries;
    expect(one?.ruleNumber).not.toBe(other?.ruleNumber);
  });

  it('take no number that is taken, and say for which address there is none before an entry that allows', () => {
    const { entries, noRoomFor } = denyEntries(
      acl(
        { ruleNumber: 3, egress: false, allow: true, cidr: '0.0.0.0/0' },
        { ruleNumber: 1, egress: false, allow: false, cidr: '203.0.113.1/32' },
      ),
      ['198.51.100.7', '198.51.100.8'],
      FIRST,
    );
    expect(entries.filter(({ egress }) => !egress).map(({ ruleNumber }) => ruleNumber)).toEqual([2]);
    expect(noRoomFor).toEqual(['198.51.100.8']);
  });

  it('of a first plan stand beside those of another incident; a later plan leaves out what is denied', () => {
    const denied = acl(
      { ruleNumber: 99, egress: true, allow: false, cidr: '198.51.100.7/32' },
      { ruleNumber: 99, egress: false, allow: false, cidr: '198.51.100.7/32' },
    );
    expect(denyEntries(denied, ['198.51.100.7'], FIRST).entries).toHaveLength(2);
    expect(denyEntries(denied, ['198.51.100.7'], LATER).entries).toEqual([]);
  });

  it('of a later plan are made anew where the entry that is there comes after one that allows', () => {
    const tooLate = acl(
      { ruleNumber: 200, egress: true, allow: false, cidr: '198.51.100.7/32' },
      { ruleNumber: 200, egress: false, allow: false, cidr: '198.51.100.7/32' },
    );
    expect(denyEntries(tooLate, ['198.51.100.7'], LATER).entries).toHaveLength(2);
  });

  it('never go past what an ACL holds, nor after an entry that allows, whatever is in it', () => {
    const anyEntry = fc.record({
      ruleNumber: fc.integer({ min: 1, max: 200 }),
      egress: fc.boolean(),
      allow: fc.boolean(),
      cidr: fc.constantFrom('0.0.0.0/0', '198.51.100.1/32'),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(anyEntry, {
          maxLength: 30,
          selector: ({ ruleNumber, egress }) => `${ruleNumber}${egress}`,
        }),
        fc.array(fc.ipV4(), { maxLength: 8 }),
        (entries, addresses) => {
          const held = { networkAclId: 'acl-1', subnetIds: [], entries };
          const wanted = deniableAddresses(addresses);
          const { entries: made, noRoomFor } = denyEntries(held, wanted, FIRST);
          for (const egress of [true, false]) {
            const mine = entries.filter((entry) => entry.egress === egress);
            const firstAllow = Math.min(
              40_000,
              ...mine.filter(({ allow }) => allow).map(({ ruleNumber }) => ruleNumber),
            );
            const ours = made.filter((entry) => entry.egress === egress);
            expect(ours.length === 0 || mine.length + ours.length <= 20).toBe(true);
            expect(ours.every(({ ruleNumber }) => ruleNumber < firstAllow && ruleNumber >= 1)).toBe(true);
            expect(new Set([...mine, ...ours].map(({ ruleNumber }) => ruleNumber)).size).toBe(
              mine.length + ours.length,
            );
          }
          expect(made.length / 2 + noRoomFor.length).toBe(wanted.length);
        },
      ),
    );
  });
});
