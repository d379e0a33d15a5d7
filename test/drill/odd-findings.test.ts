import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadInput, type DrillOptions, type DrillResult } from '@cordon/drill';
import { describe, expect, it } from 'vitest';
import { broken, inProcess, resultOf } from './run.ts';

type Disposition = DrillResult['findings'][number]['disposition'];

const FIXTURES = resolve(import.meta.dirname, '../../packages/incident/src/finding/fixtures');

/** What somebody who reads the fixture would want of it, and how many instances it is about. */
const EXPECTED: Readonly<Record<string, readonly [Disposition, number]>> = {
  'attack-sequence-event.json': ['responded', 3],
  'c2-dns-event.json': ['responded', 1],
  'credential-exfiltration-event.json': ['responded', 1],
  'eks-runtime-event.json': ['ignored', 0],
  'malware-without-action.json': ['responded', 1],
  'minimal.json': ['responded', 1],
  'rds-login-pascal-case.json': ['ignored', 0],
  'sample-key-event.json': ['observed', 0],
  'sample-string-pascal-case.json': ['observed', 0],
  'ssh-brute-force-target-event.json': ['observed', 0],
  'tor-client-pascal-case.json': ['responded', 1],
};

/** Runs a finding in process to its containment, or as far as it is asked to. */
const ended = async (text: string, more: Partial<DrillOptions> = {}) => {
  const told: string[] = [];
  const result = await resultOf(
    { ...inProcess(), through: 'contain', ...more, finding: { text, name: 'finding.json' } },
    ({ what }) => told.push(what),
  );
  return { result, told: told.filter((line) => line.includes('was not planted')) };
};

describe('the fixtures of the finding parser', () => {
  it('are all expected to end somehow', () => {
    expect(Object.keys(EXPECTED)).toEqual(readdirSync(FIXTURES).toSorted());
  });

  it.each(Object.entries(EXPECTED))('%s ends as a reader expects', async (name, [disposition, incidents]) => {
    const { result, told } = await ended(readFileSync(join(FIXTURES, name), 'utf8'));
    expect(broken(result)).toEqual([]);
    expect(told).toEqual([]);
    expect(result.findings.map((row) => [row.disposition, ...row.reasons])).toEqual([
      [disposition, ...result.verdict.reasons],
    ]);
    expect(result.incidents.map(({ status }) => status)).toEqual(
      Array.from({ length: incidents }, () => 'contained'),
    );
  });
});

type Detail = Record<string, unknown>;

const ACCOUNT = '482913570246';
const REGION = 'us-west-2';
const INSTANCE = 'i-0a1b2c3d4e5f60718';

/** A finding as AWS sends it, with members changed or, where undefined, left out. */
const detailOf = (change: Detail): Detail => ({
  schemaVersion: '2.0',
  accountId: ACCOUNT,
  region: REGION,
  partition: 'aws',
  id: 'aa11bb22cc33dd44ee55ff6600112233',
  arn: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/0123/finding/aa11bb22cc33dd44ee55ff6600112233`,
  type: 'Trojan:EC2/DropPoint',
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: INSTANCE } },
  service: { serviceName: 'guardduty', archived: false, count: 1, resourceRole: 'ACTOR' },
  severity: 8,
  createdAt: '2026-11-21T01:00:00.000Z',
  updatedAt: '2026-11-21T01:00:00.000Z',
  title: 'a finding',
  description: 'a finding',
  ...change,
});

const findingWith = (change: Detail): string => JSON.stringify(detailOf(change));

const withInstance = (members: Detail): Detail => ({
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: INSTANCE, ...members } },
});

const withAction = (networkConnectionAction: Detail): Detail => ({
  service: { archived: false, action: { actionType: 'NETWORK_CONNECTION', networkConnectionAction } },
});

describe('findings as tools and people write them', () => {
  it.each<[string, Detail]>([
    ['a launch time in epoch milliseconds', withInstance({ launchTime: 1_767_225_600_000 })],
    ['a numeric ASN', withAction({ remoteIpDetails: { organization: { asn: 64_500 } } })],
    ['blocked as text', withAction({ blocked: 'false' })],
    ['a protocol number', withAction({ protocol: 6 })],
    ['a severity as text', { severity: '8.0' }],
    ['an account id as a number', { accountId: Number(ACCOUNT) }],
    ['no ARN', { arn: undefined }],
    ['a null ARN in the API’s casing', { arn: undefined, Arn: null }],
    ['no times', { createdAt: undefined, updatedAt: undefined }],
    [
      'product codes as in events',
      withInstance({ productCodes: [{ productCodeId: 'a', productCodeType: 'b' }] }),
    ],
    ['product codes as in the model', withInstance({ productCodes: [{ code: 'a', productType: 'b' }] })],
    ['nulls', { ...withInstance({ tags: null, platform: null, networkInterfaces: [null] }), service: null }],
    ['members that nobody knows', { invented: { deep: [1] } }],
  ])('responds to one with %s', async (_name, change) => {
    const { result, told } = await ended(findingWith(change));
    expect(told).toEqual([]);
    expect(result.findings.map(({ disposition }) => disposition)).toEqual(['responded']);
    expect(broken(result)).toEqual([]);
  });

  it.each<[string, Detail, RegExp]>([
    ['no severity', { severity: undefined }, /Severity is missing/],
    ['no type', { type: undefined }, /Type is missing/],
    ['no schema version', { schemaVersion: undefined }, /SchemaVersion is missing/],
    ['an object for a title', { title: {} }, /Finding\.Title is \{\}; want a string/],
  ])(
    'makes nothing up for one with %s, and tells that GuardDuty cannot hold it',
    async (_name, change, why) => {
      const { result, told } = await ended(findingWith(change));
      expect(told).toEqual([expect.stringMatching(why)]);
      expect(told[0]).toContain('finding aa11bb22cc33dd44ee55ff6600112233 was not planted in GuardDuty: ');
      expect(result.findings.map(({ disposition }) => disposition)).toEqual(['set-aside']);
    },
  );

  it('tells nothing of a finding that is meant to be forged', async () => {
    expect((await ended(findingWith({ severity: undefined }), { forged: true })).told).toEqual([]);
  });

  it.each(['[]', '{"findings": []}', '{"Findings": []}', '[]\n[]'])(
    'refuses %j: it holds no finding',
    async (text) => {
      await expect(ended(text)).rejects.toSatisfy(
        (error) => error instanceof BadInput && error.code === 'empty' && error.hint.length > 10,
      );
    },
  );
});

const key = (instanceDetails?: Detail): Detail => ({
  type: 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
  resource: {
    resourceType: 'AccessKey',
    accessKeyDetails: {
      accessKeyId: 'ASIADRILLDRILLDRILL0',
      principalId: `AROADRILLDRILLDRILL00:${INSTANCE}`,
      userName: 'web-role',
      userType: 'Role',
    },
    ...(instanceDetails === undefined ? {} : { instanceDetails }),
  },
});

const profile = {
  iamInstanceProfile: { arn: `arn:aws:iam::${ACCOUNT}:instance-profile/web`, id: 'AIPADRILL' },
};

describe('findings about the credentials of an instance', () => {
  it.each<[string, readonly Detail[]]>([
    ['that is named by the session alone', [key()]],
    ['whose profile has another name than its role', [key({ instanceId: INSTANCE, ...profile })]],
    [
      'that another finding describes',
      [
        { ...withInstance(profile), severity: 2 },
        { ...key(), id: 'bb' },
      ],
    ],
    [
      'whose profile another instance has with another role',
      [
        {
          resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0badc0de', ...profile } },
          severity: 2,
        },
        { ...key({ instanceId: INSTANCE, ...profile }), id: 'bb' },
      ],
    ],
  ])('find the instance %s', async (_name, changes) => {
    const { result, told } = await ended(JSON.stringify(changes.map(detailOf)), { through: 'seal' });
    expect(told).toEqual([]);
    expect(result.findings.at(-1)?.disposition).toBe('responded');
    expect(result.incidents).toEqual([
      expect.objectContaining({ instanceId: INSTANCE, region: REGION, status: 'sealed' }),
    ]);
    expect(broken(result)).toEqual([]);
  });
});

describe('findings about several instances', () => {
  const sequence = (resources: readonly Detail[]): Detail => ({
    type: 'AttackSequence:EC2/CompromisedInstanceGroup',
    severity: 9,
    resource: { resourceType: 'AttackSequence' },
    service: {
      detection: {
        sequence: { resources: resources.map((one) => ({ resourceType: 'EC2_INSTANCE', ...one })) },
      },
    },
  });
  const OTHER = 'i-0a1b2c3d4e5f60719';

  it('hold every invariant when two of one account are in Auto Scaling groups', async () => {
    const { result } = await ended(findingWith(sequence([{ uid: INSTANCE }, { uid: OTHER }])), {
      through: 'seal',
    });
    expect(result.incidents.map(({ status }) => status)).toEqual(['sealed', 'sealed']);
    expect(result.invariants.find(({ id }) => id === 'neighbours-unbroken')?.held).toBe(true);
    expect(broken(result)).toEqual([]);
  });

  it('hold every invariant when two are members of one Auto Scaling group', async () => {
    const tags = [{ key: 'aws:autoscaling:groupName', value: 'web' }];
    const second = { resource: { resourceType: 'Instance', instanceDetails: { instanceId: OTHER, tags } } };
    const both = [withInstance({ tags }), { ...second, id: 'bb' }].map(detailOf);
    const { result } = await ended(JSON.stringify(both), { through: 'seal' });
    expect(result.incidents.map(({ status }) => status)).toEqual(['sealed', 'sealed']);
    expect(broken(result)).toEqual([]);
  });

  it('find an instance of another account and Region by its ARN', async () => {
    const uid = `arn:aws:ec2:eu-central-1:482913570299:instance/${OTHER}`;
    const { result } = await ended(findingWith(sequence([{ uid: INSTANCE }, { uid }])));
    expect(result.incidents.map(({ account, region, status }) => `${account}/${region} ${status}`)).toEqual(
      expect.arrayContaining([`${ACCOUNT}/${REGION} contained`, '482913570299/eu-central-1 contained']),
    );
    expect(result.incidents).toHaveLength(2);
    expect(broken(result)).toEqual([]);
  });
});
