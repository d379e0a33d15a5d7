import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInRange, parseIpAddress, parseIpRange } from './ip-address.ts';

function contains(range: string, address: string): boolean | undefined {
  const parsedRange = parseIpRange(range);
  const parsedAddress = parseIpAddress(address);
  return parsedRange && parsedAddress && isInRange(parsedAddress, parsedRange);
}

describe('isInRange', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['128.0.0.0/1', '127.255.255.255', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::1/128', '0:0:0:0:0:0:0:1', true],
    ['::ffff:203.0.113.0/120', '::ffff:203.0.113.9', true],
    ['::/0', '203.0.113.9', false],
  ])('finds in %s the address %s: %s', (range, address, expected) => {
    expect(contains(range, address)).toBe(expected);
  });

  it('finds every IPv4 address in its own /32 and in /0', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), (octets) => {
        const address = octets.join('.');
        expect(contains(`${address}/32`, address)).toBe(true);
        expect(contains('0.0.0.0/0', address)).toBe(true);
      }),
    );
  });
});

describe('parseIpRange', () => {
  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.256',
    '010.0.0.1',
    '1.2.3.4/8/9',
    '2001:db8::1',
    '::/129',
    'x::/64',
  ])('refuses %j', (text) => {
    expect(parseIpRange(text)).toBeUndefined();
  });
});

describe('parseIpAddress', () => {
  it.each([
    '1::2::3',
    '1:2:3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '12345::',
    '::ffff:1.2.3.999',
    ':1',
  ])('refuses %j', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });
});
