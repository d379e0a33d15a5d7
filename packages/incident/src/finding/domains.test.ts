import { describe, expect, it } from 'vitest';
import { dnsNameOf, domainsIn } from './domains.ts';
import { parseFinding } from './parse-finding.ts';
import { wireFinding } from './wire.ts';

const LONG = `${'a'.repeat(63)}.`.repeat(4);

describe('a DNS name', () => {
  it.each([
    ['Evil.Example.COM.', 'evil.example.com'],
    ['q_1.a-b.example.net', 'q_1.a-b.example.net'],
    ['xn--80ak6aa92e.xn--p1ai', 'xn--80ak6aa92e.xn--p1ai'],
    [`${LONG.slice(0, 250)}io`.slice(-253), `${LONG.slice(0, 250)}io`.slice(-253)],
  ])('is taken: %s', (text, name) => {
    expect(dnsNameOf(text)).toBe(name);
  });

  it.each([
    'GeneratedFindingDomainName',
    'localhost',
    '',
    '.',
    '..',
    'example..com',
    '.example.com',
    '198.51.100.7',
    '2001:db8::1',
    '*.example.com',
    '-a.example.com',
    'a-.example.com',
    'exämple.com',
    'a b.example.com',
    'a.example.com/path',
    'a.example.com\nb.example.com',
    '$(id).example.com',
    '<b>.example.com',
    `${'a'.repeat(64)}.example.com`,
    `${LONG}com`,
    'x'.repeat(100_000),
  ])('is not %s', (text) => {
    expect(dnsNameOf(text)).toBeUndefined();
  });
});

describe('the domains of a finding', () => {
  const wire = (service: object) => wireFinding.parse({ service });

  it('are what it saw asked for, and the far ends of a sequence, each once', () => {
    const endpoints = [
      { domain: 'b.example.net', ip: '198.51.100.7' },
      { domain: 'A.example.net' },
      { domain: 7 },
    ];
    const service = {
      action: { dnsRequestAction: { domain: 'a.example.net' } },
      detection: { sequence: { endpoints } },
    };
    expect(domainsIn(wire(service))).toEqual(['a.example.net', 'b.example.net']);
    expect(domainsIn(wire({}))).toEqual([]);
  });

  it('are a hundred at most', () => {
    const endpoints = Array.from({ length: 200 }, (_, index) => ({ domain: `d${index}.example.net` }));
    expect(domainsIn(wire({ detection: { sequence: { endpoints } } }))).toHaveLength(100);
  });

  it('are on the parsed finding, in either casing', () => {
    const finding = (service: object) => ({
      SchemaVersion: '2.0',
      Id: 'f-1',
      AccountId: '602011160021',
      Region: 'eu-central-1',
      Type: 'Trojan:EC2/DNSDataExfiltration',
      Resource: { ResourceType: 'Instance', InstanceDetails: { InstanceId: 'i-0123456789abcdef0' } },
      Service: service,
    });
    const parsed = parseFinding(finding({ Action: { DnsRequestAction: { Domain: 'T.Example.NET' } } }));
    expect(parsed).toMatchObject({ status: 'parsed', finding: { domains: ['t.example.net'] } });
  });
});
