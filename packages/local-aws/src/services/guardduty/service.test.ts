import type {
  GetFindingsCommandOutput,
  ListDetectorsCommandOutput,
  ListFindingsCommandOutput,
} from '@aws-sdk/client-guardduty';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, START } from '../testing.ts';
import { enableDetector, plantFinding } from './build.ts';
import { findingShape } from './finding-shape.ts';
import { guarddutyService } from './service.ts';

const finding = (id: string, more: object = {}) => ({
  schemaVersion: '2.0',
  accountId: OTHER_ACCOUNT,
  region: REGION,
  partition: 'aws',
  id,
  arn: `arn:aws:guardduty:${REGION}:${OTHER_ACCOUNT}:detector/d/finding/${id}`,
  type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  severity: 8,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T01:00:00.000Z',
  resource: {
    resourceType: 'Instance',
    instanceDetails: {
      instanceId: 'i-0abc',
      launchTime: '2025-12-01T00:00:00.000Z',
      productCodes: [{ productCodeId: 'abcdef', productCodeType: 'marketplace' }],
      networkInterfaces: [
        {
          networkInterfaceId: 'eni-1',
          securityGroups: [{ groupId: 'sg-1', groupName: 'web' }],
          ipv6Addresses: [],
        },
      ],
      tags: [{ key: 'Name', value: 'web-1' }],
    },
  },
  service: {
    serviceName: 'guardduty',
    archived: false,
    count: 3,
    eventFirstSeen: '2026-01-01T00:00:00.000Z',
    additionalInfo: { sample: true, threatListName: 'x' },
    action: {
      actionType: 'NETWORK_CONNECTION',
      networkConnectionAction: {
        remoteIpDetails: { ipAddressV4: '198.51.100.1', geoLocation: { lat: 1.5, lon: 2 } },
      },
    },
  },
  ...more,
});

describe('the shape of a finding', () => {
  it('turns an event’s camel case into the API’s names, with the exceptions', async () => {
    const shaped = await findingShape(finding('f1'));
    expect(shaped).toMatchObject({
      AccountId: OTHER_ACCOUNT,
      Severity: 8,
      SchemaVersion: '2.0',
      CreatedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(shaped.Resource?.InstanceDetails).toEqual({
      InstanceId: 'i-0abc',
      LaunchTime: '2025-12-01T00:00:00.000Z',
      ProductCodes: [{ Code: 'abcdef', ProductType: 'marketplace' }],
      NetworkInterfaces: [
        {
          NetworkInterfaceId: 'eni-1',
          SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'web' }],
          Ipv6Addresses: [],
        },
      ],
      Tags: [{ Key: 'Name', Value: 'web-1' }],
    });
    expect(shaped.Service?.Action?.NetworkConnectionAction?.RemoteIpDetails?.GeoLocation).toEqual({
      Lat: 1.5,
      Lon: 2,
    });
  });

  it('leaves a finding in the API’s own casing as it is', async () => {
    const shaped = await findingShape(finding('f1'));
    expect(await findingShape(JSON.parse(JSON.stringify(shaped)) as Record<string, unknown>)).toEqual(shaped);
  });

  it.each([
    [{ sample: true }, { Value: '{"sample":true}', Type: 'default' }],
    [
      { value: '{"sample":true}', type: 'default' },
      { Value: '{"sample":true}', Type: 'default' },
    ],
    [
      { value: '{"a":1}', type: 'default', sample: true },
      { Value: '{"a":1,"sample":true}', Type: 'default' },
    ],
    [{}, { Value: '{}', Type: 'default' }],
  ])('gives additional info %j as the API’s text', async (additionalInfo, expected) => {
    const shaped = await findingShape(finding('f1', { service: { additionalInfo } }));
    expect(shaped.Service?.AdditionalInfo).toEqual(expected);
  });

  it('reads times that the API types as times, and drops what the API does not model', async () => {
    const service = {
      runtimeDetails: { process: { startTime: '2026-01-01T00:00:00Z', pid: '12', unknownMember: 1 } },
    };
    const shaped = await findingShape(finding('f1', { service, invented: { deep: true } }));
    expect(shaped.Service?.RuntimeDetails?.Process).toEqual({ StartTime: new Date(START), Pid: 12 });
    expect(shaped).not.toHaveProperty('Invented');
  });

  it.each<[string, object, object]>([
    ['a severity as text', { severity: '8.0' }, { Severity: 8 }],
    ['times as numbers', { updatedAt: 1_772_612_063_000 }, { UpdatedAt: '1772612063000' }],
    [
      'nulls',
      { description: null, resource: { resourceType: 'S3', tags: null } },
      { Resource: { ResourceType: 'S3' } },
    ],
    [
      'a boolean as text',
      { service: { action: { dnsRequestAction: { blocked: 'false' } } } },
      { Service: { Action: { DnsRequestAction: { Blocked: false } } } },
    ],
    [
      'numbers where the model has text',
      {
        service: {
          action: {
            networkConnectionAction: { protocol: 6, remoteIpDetails: { organization: { asn: 64_500 } } },
          },
        },
      },
      {
        Service: {
          Action: {
            NetworkConnectionAction: { Protocol: '6', RemoteIpDetails: { Organization: { Asn: '64500' } } },
          },
        },
      },
    ],
    [
      'product codes by the model’s names in camel case, and a null among them',
      { resource: { instanceDetails: { productCodes: [{ code: 'a', productType: 'marketplace' }, null] } } },
      { Resource: { InstanceDetails: { ProductCodes: [{ Code: 'a', ProductType: 'marketplace' }] } } },
    ],
    [
      'additional info as bare text that is no JSON',
      { service: { additionalInfo: 'oops' } },
      { Service: { AdditionalInfo: { Value: 'oops', Type: 'default' } } },
    ],
  ])('reads %s as the API types it', async (_name, more, expected) => {
    expect(await findingShape(finding('f1', more))).toMatchObject(expected);
  });

  it.each([
    ['epoch milliseconds', START],
    ['epoch seconds as text', `${START / 1000}.0`],
    ['a time without a zone', '2026-01-01 00:00:00.000000000'],
  ])('reads %s where the API has a time', async (_name, startTime) => {
    const shaped = await findingShape(
      finding('f1', { service: { runtimeDetails: { process: { startTime } } } }),
    );
    expect(shaped.Service?.RuntimeDetails?.Process?.StartTime).toEqual(new Date(START));
  });

  it.each([
    [{ service: { count: '' } }, /Count is ""; want a number/],
    [{ service: { archived: 'perhaps' } }, /Archived is "perhaps"; want a boolean/],
    [{ title: {} }, /Title is \{\}; want a string/],
    [{ service: { additionalInfo: { value: 'oops', sample: true } } }, /Value is "oops"; want a JSON object/],
    [{ severity: null }, /Severity is missing/],
    [{ severity: 'high' }, /Finding\.Severity is "high"/],
    [{ id: undefined }, /Id is missing/],
    [{ resource: [] }, /Finding\.Resource is/],
    [{ service: { runtimeDetails: { process: { startTime: 'yesterday' } } } }, /StartTime is "yesterday"/],
  ])('refuses %j', async (more, message) => {
    await expect(findingShape(finding('f1', more))).rejects.toThrow(message);
  });
});

const setUp = async (ids: readonly string[] = ['f1', 'f2']) => {
  const on = bench(guarddutyService);
  const detector = enableDetector(
    on.world,
    { account: ACCOUNT, region: REGION, members: [OTHER_ACCOUNT] },
    { ids: on.ids, now: START },
  );
  for (const [index, id] of ids.entries()) {
    await plantFinding(on.world, {
      administrator: ACCOUNT,
      region: REGION,
      finding: finding(id, { severity: index + 1 }),
    });
  }
  return { ...on, DetectorId: detector.detectorId };
};

describe('GuardDuty', () => {
  it('lists the one detector of the account and Region', async () => {
    const on = await setUp();
    expect(await on.perform<ListDetectorsCommandOutput>('ListDetectors', {})).toEqual({
      DetectorIds: [on.DetectorId],
    });
    expect(
      await on.perform<ListDetectorsCommandOutput>('ListDetectors', {}, { region: 'us-east-1' }),
    ).toEqual({ DetectorIds: [] });
    expect(on.DetectorId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('gives the findings that are there, in the order asked for, and leaves out the rest', async () => {
    const on = await setUp();
    const SortCriteria = { AttributeName: 'severity', OrderBy: 'DESC' };
    const { Findings } = await on.perform<GetFindingsCommandOutput>('GetFindings', {
      DetectorId: on.DetectorId,
      FindingIds: ['f1', 'none', 'f2', 'f1'],
      SortCriteria,
    });
    expect(Findings?.map(({ Id }) => Id)).toEqual(['f2', 'f1']);
    // The reference lists no resource for it.
    expect(on.checks).toEqual([{ action: 'guardduty:GetFindings', resource: '*' }]);
  });

  it.each([
    ['GetFindings', { FindingIds: ['f1'] }],
    ['ListFindings', {}],
    ['ListMembers', {}],
  ])('%s refuses a detector of another account', async (name, input) => {
    const on = await setUp();
    await expect(
      on.perform(name, { DetectorId: on.DetectorId, ...input }, { caller: rootOf(OTHER_ACCOUNT) }),
    ).rejects.toMatchObject({
      code: 'BadRequestException',
      message: 'The request is rejected because the input detectorId is not owned by the current account.',
    });
  });

  it.each([
    [{ FindingIds: [] }, 'BadRequestException'],
    [{ FindingIds: Array.from({ length: 51 }, (_, index) => `f${index}`) }, 'BadRequestException'],
    [{ FindingIds: ['f1'], SortCriteria: { AttributeName: 'service.count' } }, 'UnsupportedOperation'],
    [{ FindingIds: ['f1'], Strange: 1 }, 'UnsupportedOperation'],
  ])('GetFindings refuses %j with %s', async (input, code) => {
    const on = await setUp();
    await expect(on.perform('GetFindings', { DetectorId: on.DetectorId, ...input })).rejects.toMatchObject({
      code,
    });
  });

  it('lists ids of findings by criteria, in pages', async () => {
    const on = await setUp(['f1', 'f2', 'f3']);
    const list = (input: object) =>
      on.perform<ListFindingsCommandOutput>('ListFindings', { DetectorId: on.DetectorId, ...input });
    expect(
      (
        await list({
          FindingCriteria: {
            Criterion: { severity: { GreaterThanOrEqual: 2 }, accountId: { Equals: [OTHER_ACCOUNT] } },
          },
        })
      ).FindingIds,
    ).toEqual(['f2', 'f3']);
    const first = await list({ MaxResults: 2 });
    expect([first.FindingIds, (await list({ NextToken: first.NextToken })).FindingIds]).toEqual([
      ['f1', 'f2'],
      ['f3'],
    ]);
    await expect(
      list({ FindingCriteria: { Criterion: { 'service.count': { Equals: ['1'] } } } }),
    ).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    await expect(
      list({ FindingCriteria: { Criterion: { severity: { Matches: ['1'] } } } }),
    ).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });

  it('lists the members', async () => {
    const on = await setUp();
    expect(await on.perform('ListMembers', { DetectorId: on.DetectorId })).toMatchObject({
      Members: [
        { AccountId: OTHER_ACCOUNT, RelationshipStatus: 'Enabled', UpdatedAt: '2026-01-01T00:00:00.000Z' },
      ],
    });
  });

  it('gives members by account and names those that are none', async () => {
    const on = await setUp();
    expect(
      await on.perform('GetMembers', {
        DetectorId: on.DetectorId,
        AccountIds: [OTHER_ACCOUNT, '333333333333'],
      }),
    ).toMatchObject({
      Members: [{ AccountId: OTHER_ACCOUNT }],
      UnprocessedAccounts: [{ AccountId: '333333333333' }],
    });
    await expect(
      on.perform('GetMembers', { DetectorId: on.DetectorId, AccountIds: [] }),
    ).rejects.toMatchObject({ code: 'BadRequestException' });
  });

  it('replaces a finding of the same id and refuses one of a stranger or without a detector', async () => {
    const on = await setUp();
    await plantFinding(on.world, {
      administrator: ACCOUNT,
      region: REGION,
      finding: finding('f1', { severity: 9 }),
    });
    const { Findings } = await on.perform<GetFindingsCommandOutput>('GetFindings', {
      DetectorId: on.DetectorId,
      FindingIds: ['f1'],
    });
    expect(Findings?.map(({ Severity }) => Severity)).toEqual([9]);
    await expect(
      plantFinding(on.world, {
        administrator: ACCOUNT,
        region: REGION,
        finding: finding('f9', { accountId: '333333333333' }),
      }),
    ).rejects.toThrow(/no member/);
    await expect(
      plantFinding(on.world, { administrator: ACCOUNT, region: 'us-east-1', finding: finding('f9') }),
    ).rejects.toThrow(/no detector/);
  });
});
