import type { LookupEventsCommandOutput } from '@aws-sdk/client-cloudtrail';
import { describe, expect, it } from 'vitest';
import type { JournalCall } from '../../core/journal.ts';
import type { RecordedCall } from '../../core/operation.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, sessionOf, START } from '../testing.ts';
import { CLOUDTRAIL_DURATIONS } from './durations.ts';
import { cloudtrailService } from './service.ts';

const worker = sessionOf(ACCOUNT, 'worker', 'i-0123456789abcdef0', {
  accessKeyId: 'ASIAWORKER',
  context: { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z', 'ec2:SourceInstanceARN': 'arn:aws:ec2:...' },
});

const recorded = (
  more: Partial<JournalCall> = {},
  caller: RecordedCall['caller'] = worker,
): RecordedCall => ({
  caller,
  call: {
    index: 0,
    service: 'ec2',
    operation: 'StopInstances',
    region: REGION,
    account: ACCOUNT,
    accessKeyId: caller?.accessKeyId ?? '',
    caller: 'arn',
    sentAt: START,
    input: { InstanceIds: ['i-00000000000000001'] },
    checks: [],
    outcome: 'ok',
    output: { StoppingInstances: [{ InstanceId: 'i-00000000000000001' }] },
    requestId: `request ${more.index ?? 0} ${more.operation ?? ''}`,
    ...more,
  },
});

/** A lookup of these calls when enough time has passed for all of them to have arrived. */
const furnished = async (calls: readonly RecordedCall[], waitMs: number = CLOUDTRAIL_DURATIONS.delivery) => {
  const on = bench(cloudtrailService, { host: { recordedCalls: () => calls } });
  await on.pass(waitMs);
  const lookup = (input: object = {}, as = {}) =>
    on.perform<LookupEventsCommandOutput>('LookupEvents', input, as);
  const names = async (input?: object, as?: object) =>
    (await lookup(input, as)).Events?.map(({ EventName }) => EventName);
  const by = (AttributeKey: string, AttributeValue: string) =>
    names({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
  return { on, lookup, names, by };
};

const record = (output: LookupEventsCommandOutput): Record<string, unknown> =>
  JSON.parse(output.Events?.[0]?.CloudTrailEvent ?? '{}') as Record<string, unknown>;

describe('an event', () => {
  it('tells who called with whose credentials, and what was asked and answered', async () => {
    const { lookup } = await furnished([recorded()]);
    const output = await lookup();
    expect(output.Events?.[0]).toMatchObject({
      EventName: 'StopInstances',
      EventSource: 'ec2.amazonaws.com',
      ReadOnly: 'false',
      AccessKeyId: 'ASIAWORKER',
      Username: 'i-0123456789abcdef0',
      EventTime: new Date(START),
      Resources: [{ ResourceType: 'AWS::EC2::Instance', ResourceName: 'i-00000000000000001' }],
    });
    expect(record(output)).toMatchObject({
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROATESTTESTWORKER:i-0123456789abcdef0',
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/i-0123456789abcdef0`,
        accountId: ACCOUNT,
        accessKeyId: 'ASIAWORKER',
        sessionContext: {
          sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${ACCOUNT}:role/worker`, userName: 'worker' },
          attributes: { creationDate: '2026-01-01T00:00:00Z' },
          ec2RoleDelivery: '2.0',
        },
      },
      eventTime: '2026-01-01T00:00:00Z',
      requestParameters: { instancesSet: { items: [{ instanceId: 'i-00000000000000001' }] } },
      responseElements: { instancesSet: { items: [{ instanceId: 'i-00000000000000001' }] } },
      managementEvent: true,
      recipientAccountId: ACCOUNT,
    });
  });

  it('of a refusal has its code, as EC2 writes it', async () => {
    const outcome = { code: 'UnauthorizedOperation', message: 'no' };
    const { lookup } = await furnished([recorded({ outcome })]);
    expect(record(await lookup())).toMatchObject({
      errorCode: 'Client.UnauthorizedOperation',
      errorMessage: 'no',
      responseElements: null,
    });
  });

  it('has no answer of what only reads, and no secrets', async () => {
    const read = recorded({ operation: 'DescribeInstances', output: { Reservations: [] } });
    const assumed = recorded({
      service: 'sts',
      operation: 'AssumeRole',
      input: { RoleArn: `arn:aws:iam::${ACCOUNT}:role/next`, RoleSessionName: 'x' },
      output: { Credentials: { AccessKeyId: 'ASIANEXT', SecretAccessKey: 's3cret', SessionToken: 't0ken' } },
    });
    const { lookup } = await furnished([assumed, read]);
    const { Events = [] } = await lookup();
    expect(JSON.parse(Events[0]?.CloudTrailEvent ?? '')).toMatchObject({ responseElements: null });
    expect(JSON.parse(Events[1]?.CloudTrailEvent ?? '')).toMatchObject({
      readOnly: true,
      responseElements: { credentials: { accessKeyId: 'ASIANEXT' } },
    });
    expect(JSON.stringify(Events)).not.toMatch(/s3cret|t0ken/);
  });

  it.each([
    ['s3', 'GetObject'],
    ['s3', 'PutObject'],
    ['dynamodb', 'TransactWriteItems'],
    ['lambda', 'InvokeCommand'],
    ['sqs', 'SendMessage'],
    ['sns', 'Publish'],
    ['events', 'PutEvents'],
  ])('is not made of the data event %s %s', async (service, operation) => {
    const { names } = await furnished([recorded({ service, operation })]);
    expect(await names()).toEqual([]);
  });

  it.each([
    ['s3', 'PutBucketPolicy'],
    ['dynamodb', 'CreateTable'],
    ['kms', 'Decrypt'],
  ])('is made of %s %s', async (service, operation) => {
    const { names } = await furnished([recorded({ service, operation })]);
    expect(await names()).toEqual([operation]);
  });

  it('is not made of a call that is still outstanding or was signed with a key that nobody has', async () => {
    const { call } = recorded();
    const forged = recorded({ outcome: { code: 'SignatureDoesNotMatch', message: 'no' } });
    const nobody = { call, caller: undefined };
    const { names } = await furnished([recorded({ outcome: 'pending' }), nobody, forged]);
    expect(await names()).toEqual([]);
  });

  it('of IAM is in us-east-1 alone', async () => {
    const { names } = await furnished([recorded({ service: 'iam', operation: 'PutRolePolicy' })]);
    expect(await names()).toEqual([]);
    expect(await names({}, { region: 'us-east-1' })).toEqual(['PutRolePolicy']);
  });
});

describe('a call across accounts', () => {
  const check = { account: OTHER_ACCOUNT } as JournalCall['checks'][number];
  const call = (outcome: JournalCall['outcome']) =>
    recorded({ service: 'sts', operation: 'AssumeRole', checks: [check], outcome });

  it('is in both histories; the owner of the role sees the account and id of the caller alone', async () => {
    const { on, lookup } = await furnished([call('ok')]);
    const own = record(await lookup());
    const theirs = await lookup({}, { caller: rootOf(OTHER_ACCOUNT) });
    expect(record(theirs)).toMatchObject({
      userIdentity: { type: 'AWSAccount', accountId: ACCOUNT },
      recipientAccountId: OTHER_ACCOUNT,
      sharedEventID: own['sharedEventID'],
    });
    expect(JSON.stringify(theirs)).not.toContain('ASIAWORKER');
    expect(record(theirs)['eventID']).not.toBe(own['eventID']);
    expect(on.checks[0]).toEqual({ action: 'cloudtrail:LookupEvents', resource: '*' });
  });

  it("that was denied is in the caller's alone", async () => {
    const { names } = await furnished([call({ code: 'AccessDenied', message: 'no' })]);
    expect(await names({}, { caller: rootOf(OTHER_ACCOUNT) })).toEqual([]);
    expect(await names()).toEqual(['AssumeRole']);
  });
});

describe('LookupEvents', () => {
  const three = ['RunInstances', 'StopInstances', 'CreateTags'].map((operation, index) =>
    recorded({ operation, sentAt: START + index * 1000, index }),
  );

  it('has an event about five minutes after the call, newest first', async () => {
    const { on, names } = await furnished(three, CLOUDTRAIL_DURATIONS.delivery - 1);
    expect(await names()).toEqual([]);
    await on.pass(1);
    expect(await names()).toEqual(['RunInstances']);
    await on.pass(2000);
    expect(await names()).toEqual(['CreateTags', 'StopInstances', 'RunInstances']);
  });

  it('forgets after 90 days', async () => {
    const { names } = await furnished(three, CLOUDTRAIL_DURATIONS.history + 1000);
    expect(await names()).toEqual(['CreateTags']);
  });

  it.each([
    ['EventName', 'StopInstances'],
    ['Username', 'i-0123456789abcdef0'],
    ['AccessKeyId', 'ASIAWORKER'],
    ['ResourceName', 'i-00000000000000001'],
    ['ResourceType', 'AWS::EC2::Instance'],
    ['EventSource', 'ec2.amazonaws.com'],
    ['ReadOnly', 'false'],
  ])('finds by %s', async (key, value) => {
    const { by, on } = await furnished([
      recorded({}),
      recorded({ service: 'iam', operation: 'GetRole', input: {}, output: {} }, rootOf(ACCOUNT)),
    ]);
    expect(await by(key, value)).toEqual(['StopInstances']);
    await on.pass(1000);
    expect(await by(key, 'something else')).toEqual([]);
  });

  it('takes start and end inclusively', async () => {
    const { names } = await furnished(three, CLOUDTRAIL_DURATIONS.delivery + 2000);
    expect(await names({ StartTime: new Date(START + 1000), EndTime: new Date(START + 1000) })).toEqual([
      'StopInstances',
    ]);
  });

  it('gives pages that events which arrive meanwhile do not move', async () => {
    const { on, lookup } = await furnished(three, CLOUDTRAIL_DURATIONS.delivery + 1000);
    const first = await lookup({ MaxResults: 1 });
    await on.pass(1000);
    const second = await lookup({ MaxResults: 1, NextToken: first.NextToken });
    expect([first, second].map(({ Events }) => Events?.[0]?.EventName)).toEqual([
      'StopInstances',
      'RunInstances',
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  it('is limited to two a second in each account and Region', async () => {
    const { on, lookup } = await furnished(three);
    await lookup();
    await lookup();
    await expect(lookup()).rejects.toMatchObject({ code: 'ThrottlingException' });
    await lookup({}, { region: 'us-east-1' });
    await on.pass(1000);
    await expect(lookup()).resolves.toHaveProperty('Events');
  });

  it.each([
    [{ MaxResults: 51 }, 'InvalidMaxResultsException'],
    [{ MaxResults: 0 }, 'InvalidMaxResultsException'],
    [{ NextToken: 'made-up' }, 'InvalidNextTokenException'],
    [{ StartTime: new Date(START + 1), EndTime: new Date(START) }, 'InvalidTimeRangeException'],
    [
      { LookupAttributes: [{ AttributeKey: 'Colour', AttributeValue: 'red' }] },
      'InvalidLookupAttributesException',
    ],
    [
      {
        LookupAttributes: ['a', 'b'].map((AttributeValue) => ({ AttributeKey: 'EventName', AttributeValue })),
      },
      'InvalidLookupAttributesException',
    ],
    [{ EventCategory: 'insight' }, 'UnsupportedOperation'],
  ])('refuses %j', async (input, code) => {
    const { lookup } = await furnished(three);
    await expect(lookup(input)).rejects.toMatchObject({ code });
  });
});
