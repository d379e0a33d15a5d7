import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defanged, dnsBlockName, specificationsOf } from './dns-block-names.ts';
import { chooseZones } from './dns-zones.ts';

const zonesOf = (name: string, own: readonly string[] = []) => chooseZones([name], own).zones;

describe('what is blocked of a name', () => {
  it.each([
    ['q_1.a.tunnel.example.net', 'example.net'],
    ['www.evil.co.uk', 'evil.co.uk'],
    // Below a suffix that anybody can have a name under, the name is somebody's and the suffix is not.
    ['c2.attacker.github.io', 'attacker.github.io'],
    ['d111111abcdef8.cloudfront.net', 'd111111abcdef8.cloudfront.net'],
    ['evil.com', 'evil.com'],
  ])('%s: %s', (name, zone) => {
    expect(zonesOf(name)).toEqual([zone]);
  });

  it.each([
    // Public suffixes.
    'co.uk',
    'github.io',
    // Nobody registered them in public: names of a VPC, of a company.
    'ip-10-0-0-1.eu-central-1.compute.internal',
    'db.corp',
    'mail.local',
    '4.3.2.10.in-addr.arpa',
    // AWS's own.
    's3.eu-central-1.amazonaws.com',
    'evil.s3.amazonaws.com',
    'ec2-203-0-113-1.compute-1.amazonaws.com',
    'amazonaws.com',
    'x.amazonaws.com.cn',
    'signin.aws',
    'api.eu-central-1.aws',
    'www.amazon.com',
    'x.amazon',
  ])('nothing of %s', (name) => {
    expect(chooseZones([name])).toEqual({ zones: [], spared: [name], tooMany: [] });
  });

  it('nothing of what is no name at all', () => {
    const hostile = ['$(reboot).example.com', '*.example.com', '198.51.100.7', 'localhost', ''];
    expect(chooseZones(hostile)).toEqual({ zones: [], spared: [], tooMany: [] });
  });

  it.each([
    ['example.net', 'x.example.net'],
    ['shop.example.net', 'evil.example.net'],
    ['example.net', 'example.net'],
  ])("nothing above or below a name of the organization's own: %s spares %s", (own, name) => {
    expect(zonesOf(name, [own])).toEqual([]);
    expect(zonesOf('x.notexample.net', [own])).toEqual(['notexample.net']);
  });

  it('each zone once, and fifty at most; the rest is told', () => {
    const names = Array.from({ length: 60 }, (_, index) => [`a.d${index}.net`, `b.d${index}.net`]).flat();
    const { zones, tooMany } = chooseZones(names);
    expect(zones).toHaveLength(50);
    expect(tooMany).toHaveLength(10);
  });

  it('is a proper name of two labels or more, whatever the finding holds', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.domain(), fc.string())), (names) => {
        for (const specification of specificationsOf(chooseZones(names).zones))
          expect(specification).toMatch(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/);
      }),
    );
  });
});

describe('what a domain list holds', () => {
  it('is the zone and all below it', () => {
    expect(specificationsOf(['evil.com'])).toEqual(['evil.com', '*.evil.com']);
  });
});

describe('a name in a sentence', () => {
  it('becomes no link', () => {
    expect(defanged('a.evil.com')).toBe('a[.]evil[.]com');
  });
});

describe('the name of what blocks', () => {
  it('follows from incident and VPC alone, and fits Route 53', () => {
    const name = dnsBlockName('inc-0123456789', 'vpc-1');
    expect(name).toMatch(/^(?!^[0-9]+$)[a-zA-Z0-9\-_' ]{1,58}$/);
    expect(dnsBlockName('inc-0123456789', 'vpc-1')).toBe(name);
    expect(dnsBlockName('inc-0123456789', 'vpc-2')).not.toBe(name);
    expect(dnsBlockName('inc-9876543210', 'vpc-1')).not.toBe(name);
  });
});
