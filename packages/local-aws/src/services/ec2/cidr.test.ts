import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inCidr, isWithin, parseCidr } from './cidr.ts';

describe('parseCidr', () => {
  it.each([
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html : the canonical form.
    ['100.68.0.18/18', '100.68.0.0/18'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::1/56', '2001:db8::/56'],
    ['::ffff:10.0.0.1/128', '::ffff:a00:1/128'],
    ['::/0', '::/0'],
  ])('writes %s as %s', (given, canonical) => {
    expect(parseCidr(given)?.text).toBe(canonical);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '::/129', 'fe80::1%eth0/64', '', '10.0.0.0/8/8'])(
    'takes %j for no block',
    (given) => {
      expect(parseCidr(given)).toBeUndefined();
    },
  );
});

describe('inCidr', () => {
  it.each([
    ['10.0.1.255', '10.0.1.0/24', true],
    ['10.0.2.0', '10.0.1.0/24', false],
    ['2001:db8::ff', '2001:db8::/56', true],
    ['2001:db9::', '2001:db8::/56', false],
    ['10.0.0.1', '::/0', false],
    ['::1', '0.0.0.0/0', false],
    ['nowhere', '0.0.0.0/0', false],
  ])('says of %s in %s: %s', (address, cidr, answer) => {
    expect(inCidr(address, cidr)).toBe(answer);
  });
});

it('a block is within a wider one of its own family', () => {
  const [narrow, wide, other] = ['10.0.1.0/24', '10.0.0.0/16', '::/0'].map((text) => parseCidr(text));
  if (narrow === undefined || wide === undefined || other === undefined) throw new Error('no blocks');
  expect([isWithin(narrow, wide), isWithin(wide, narrow), isWithin(narrow, other)]).toEqual([
    true,
    false,
    false,
  ]);
});

it('canonical form means the same block, and every address is in its own block', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(address, fc.nat(128), (text, length) => {
      const bits = text.includes(':') ? length : length % 33;
      const block = parseCidr(`${text}/${bits}`);
      expect(block).toBeDefined();
      expect(parseCidr(block?.text ?? '')).toEqual(block);
      expect(inCidr(text, block?.text ?? '')).toBe(true);
    }),
  );
});
