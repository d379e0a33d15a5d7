import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { parseFinding } from './parse-finding.ts';

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}

function parsed(json: unknown): Finding {
  const result = parseFinding(json);
  if (result.status !== 'parsed') throw new Error(`${result.status}: ${result.because.message}`);
  return result.finding;
}

function refusal(json: unknown): string {
  const result = parseFinding(json);
  return result.status === 'parsed' ? 'parsed' : `${result.status} ${result.because.code}`;
}

const minimal = fixture('minimal') as Readonly<Record<string, unknown>>;

const CASES: readonly (readonly [string, object])[] = [
  [
    'c2-dns-event',
    {
      id: 'a1'.repeat(16),
      account: '222233334444',
      region: 'eu-west-1',
      type: 'Backdoor:EC2/C&CActivity.B!DNS',
      severity: 8,
      resourceRole: 'TARGET',
      domain: 'beacon.example.net',
      count: 3,
      sample: false,
      archived: false,
      firstSeen: '2026-03-04T08:55:00.000Z',
      lastSeen: '2026-03-04T09:12:00.000Z',
      subjects: [{ instanceId: 'i-0a1b2c3d4e5f60718', from: 'instance-details', regionKnown: true }],
    },
  ],
  [
    'tor-client-pascal-case',
    {
      id: 'a2'.repeat(16),
      severity: 8,
      sample: false,
      remoteAddresses: ['198.51.100.77'],
      updatedAt: '2026-03-04T09:14:30.500Z',
      subjects: [{ instanceId: 'i-0b1b2c3d4e5f60718', from: 'instance-details' }],
    },
  ],
  ['sample-key-event', { sample: true, subjects: [{ instanceId: 'i-99999999' }] }],
  ['sample-string-pascal-case', { sample: true, resourceType: 'AccessKey', subjects: [] }],
  [
    'credential-exfiltration-event',
    {
      remoteAddresses: ['203.0.113.9'],
      credential: { accessKeyId: 'ASIAEXAMPLEEXAMPLE00', roleName: 'web-role' },
      subjects: [
        {
          account: '222233334444',
          region: 'us-east-1',
          instanceId: 'i-0c1b2c3d4e5f60718',
          from: 'access-key',
          regionKnown: false,
        },
      ],
    },
  ],
  [
    'attack-sequence-event',
    {
      severity: 9.5,
      firstSeen: '2026-03-04T08:40:06.000Z',
      remoteAddresses: ['192.0.2.50'],
      skippedSubjects: [],
      subjects: [
        {
          account: '222233334444',
          region: 'eu-west-1',
          instanceId: 'i-0d1b2c3d4e5f60711',
          regionKnown: true,
        },
        {
          account: '222233334444',
          region: 'eu-west-1',
          instanceId: 'i-0d1b2c3d4e5f60712',
          regionKnown: true,
        },
        {
          account: '555566667777',
          region: 'eu-central-1',
          instanceId: 'i-0d1b2c3d4e5f60713',
          regionKnown: true,
        },
      ],
    },
  ],
  ['eks-runtime-event', { resourceType: 'EKSCluster', subjects: [] }],
  [
    'rds-login-pascal-case',
    { resourceType: 'RDSDBInstance', subjects: [], remoteAddresses: ['203.0.113.44', '2001:db8::44'] },
  ],
  ['ssh-brute-force-target-event', { severity: 2, resourceRole: 'TARGET' }],
  [
    'malware-without-action',
    {
      createdAt: '2026-03-04T08:13:23.000Z',
      updatedAt: '2026-03-04T08:14:23.000Z',
      remoteAddresses: [],
      subjects: [{ instanceId: 'i-0a2b2c3d4e5f60718' }],
    },
  ],
  ['minimal', { title: '', description: '', severity: 7.2, subjects: [{ instanceId: 'i-0badc0de' }] }],
];

describe('parseFinding', () => {
  it.each(CASES)('reads %s', (name, expected) => {
    expect(parsed(fixture(name))).toMatchObject(expected);
  });

  it('leaves absent what a minimal finding does not have', () => {
    const absent = [
      'arn',
      'createdAt',
      'updatedAt',
      'count',
      'domain',
      'firstSeen',
      'resourceRole',
      'credential',
    ];
    const finding = parsed(minimal);
    expect(absent.filter((key) => key in finding)).toEqual([]);
  });

  it('reads the same finding from both casings', () => {
    const camel = {
      ...minimal,
      resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0badc0de' } },
    };
    const pascal = {
      ...Object.fromEntries(
        Object.entries(minimal).map(([k, v]) => [k.charAt(0).toUpperCase() + k.slice(1), v]),
      ),
      Resource: { ResourceType: 'Instance', InstanceDetails: { InstanceId: 'i-0badc0de' } },
    };
    expect(parsed(pascal)).toEqual(parsed(camel));
  });

  it('prefers the camelCase key when a hostile event has both spellings, in either order', () => {
    expect(parsed({ AccountId: '999999999999', ...minimal }).account).toBe('222233334444');
    expect(parsed({ ...minimal, AccountId: '999999999999' }).account).toBe('222233334444');
  });

  it.each([
    ['13 digits', { accountId: '1234567891234' }, 'set-aside bad-account-id'],
    ['8 digits', { accountId: '12345678' }, 'set-aside bad-account-id'],
    ['a lost leading zero', { accountId: 12_345_678_901 }, 'set-aside bad-account-id'],
    ['masked', { accountId: 'XXXXXXXXXXXX' }, 'set-aside bad-account-id'],
    ['null', { accountId: null }, 'set-aside bad-account-id'],
    ['version 3.0', { schemaVersion: '3.0' }, 'set-aside unknown-schema-version'],
    ['version 20', { schemaVersion: '20' }, 'set-aside unknown-schema-version'],
    ['no version', { schemaVersion: null }, 'set-aside unknown-schema-version'],
    ['China', { region: 'cn-north-1' }, 'set-aside unsupported-partition'],
    ['a partition that is not its Region’s', { partition: 'aws-us-gov' }, 'set-aside unsupported-partition'],
    ['such a one by its ARN', { arn: 'arn:aws-us-gov:guardduty:x:y:z' }, 'set-aside unsupported-partition'],
    [
      'GovCloud with another partition',
      { region: 'us-gov-west-1', partition: 'aws' },
      'set-aside unsupported-partition',
    ],
    ['isolated Region', { region: 'us-isob-east-1' }, 'set-aside unsupported-partition'],
    ['a Region with a path', { region: '../eu-west-1' }, 'set-aside unsupported-partition'],
    ['no Region', { region: undefined }, 'set-aside unsupported-partition'],
    ['no id', { id: '' }, 'set-aside bad-finding-id'],
    ['an id with a blank', { id: 'a b' }, 'set-aside bad-finding-id'],
    ['a type with markup', { type: 'X:EC2/<script>' }, 'set-aside bad-type'],
    ['no resource', { resource: null }, 'set-aside bad-resource-type'],
  ])('sets aside a finding that it cannot trust: %s', (_name, over, expected) => {
    expect(refusal({ ...minimal, ...over })).toBe(expected);
  });

  it('says in its refusal what it got, what it wants and what to do', () => {
    const result = parseFinding({ ...minimal, accountId: '1234567891234' });
    expect(result).toMatchObject({
      because: {
        message: "account id '1234567891234' has 13 characters, want exactly 12 digits",
        hint: expect.stringContaining('GuardDuty'),
      },
    });
  });

  it.each([
    ['severity in text', { severity: '2.0' }, { severity: 2 }],
    ['severity of zero', { severity: 0 }, { severity: 0 }],
    ['schema version as a number', { schemaVersion: 2 }, { schemaVersion: '2' }],
    ['archived in text', { service: { archived: 'true' } }, { archived: true }],
    ['role of no kind', { service: { resourceRole: 'BOSS' } }, { archived: false }],
    ['title marks the sample', { title: '[SAMPLE] x' }, { sample: true }],
    ['additionalInfo as text', { service: { additionalInfo: '{"sample": true}' } }, { sample: true }],
    ['sample is false', { service: { additionalInfo: { value: '{"sample":false}' } } }, { sample: false }],
    [
      'IP of no kind',
      { service: { action: { awsApiCallAction: { remoteIpDetails: { ipAddressV4: '<x>' } } } } },
      { remoteAddresses: [] },
    ],
    ['service is a list', { service: [] }, { archived: false }],
  ])('is lenient where it may be: %s', (_name, over, expected) => {
    expect(parsed({ ...minimal, ...over })).toMatchObject(expected);
  });

  it.each([[null], ['high'], [''], [-1], [11], ['Infinity'], [{}]])('has no severity for %s', (severity) => {
    expect(parsed({ ...minimal, severity }).severity).toBeUndefined();
  });

  it('does not take the words of an attacker for the mark of a sample', () => {
    const value = JSON.stringify({ domain: '"sample":true' });
    expect(parsed({ ...minimal, service: { additionalInfo: { value } } }).sample).toBe(false);
    expect(parsed({ ...minimal, service: { additionalInfo: { value: `${value},` } } }).sample).toBe(false);
    expect(
      parsed({ ...minimal, service: { additionalInfo: { value: '{"a\\"sample":true},' } } }).sample,
    ).toBe(false);
  });

  it('caps text that an attacker may have written', () => {
    const long = `<b>${'x'.repeat(5000)}`;
    const finding = parsed({
      ...minimal,
      title: long,
      description: long,
      service: { action: { dnsRequestAction: { domain: long } } },
    });
    expect([finding.title.length, finding.description.length, finding.domain?.length]).toEqual([
      1000, 1000, 1000,
    ]);
  });

  it('does not take other events of GuardDuty or of others for findings, and does not alarm about them', () => {
    const event = { source: 'aws.guardduty', detail: minimal };
    expect(refusal({ ...event, 'detail-type': 'AWS API Call via CloudTrail' })).toBe(
      'not-a-finding other-event',
    );
    expect(refusal({ 'detail-type': 'GuardDuty Finding', source: 'own.app', detail: minimal })).toBe(
      'not-a-finding other-event',
    );
  });

  it.each([
    ['a list', []],
    ['null', null],
    ['text', 'finding'],
    ['an event without detail', { 'detail-type': 'GuardDuty Finding', source: 'aws.guardduty' }],
    ['a detail in text', { 'detail-type': 'GuardDuty Finding', source: 'aws.guardduty', detail: '{}' }],
    ['an event without type', { source: 'aws.guardduty', detail: minimal }],
  ])('sets aside a shape that it does not know: %s', (_name, json) => {
    expect(refusal(json)).toBe('set-aside unknown-shape');
  });

  it('sets aside JSON that goes round in circles', () => {
    const circle: Record<string, unknown> = { ...minimal };
    circle['self'] = circle;
    expect(parseFinding(circle)).toMatchObject({
      status: 'set-aside',
      because: { code: 'too-deep' },
      raw: '',
    });
  });

  it('sets aside JSON that holds more values than any finding', () => {
    expect(refusal({ ...minimal, extra: Array.from({ length: 200_001 }, () => 0) })).toBe(
      'set-aside too-large',
    );
  });
});
