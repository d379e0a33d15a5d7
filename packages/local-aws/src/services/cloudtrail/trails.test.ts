import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { MEMBER, organizationWith, REGION } from '../../organization-testing.ts';

const TRAIL = `arn:aws:cloudtrail:${REGION}:${MEMBER}:trail/reads`;
const equals = (Field: string, ...Equals: readonly string[]) => ({ Field, Equals });
const OBJECTS = [
  equals('eventCategory', 'Data'),
  equals('resources.type', 'AWS::S3::Object'),
  { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::watched/'] },
];

const lets = (Action: string, Resource: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action,
  Resource,
  Condition: { StringEquals: { 'aws:SourceArn': TRAIL, ...more } },
});
const WRITES = lets('s3:PutObject', `arn:aws:s3:::files/AWSLogs/${MEMBER}/*`, {
  's3:x-amz-acl': 'bucket-owner-full-control',
});
const LOOKS = lets('s3:GetBucketAcl', 'arn:aws:s3:::files');

const template = (of: { trail?: object; statements?: readonly object[] } = {}) => ({
  Resources: {
    Watched: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'watched' } },
    Other: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'other' } },
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      DependsOn: 'Files',
      Properties: {
        Bucket: 'files',
        PolicyDocument: { Version: '2012-10-17', Statement: of.statements ?? [LOOKS, WRITES] },
      },
    },
    Trail: {
      Type: 'AWS::CloudTrail::Trail',
      DependsOn: 'Policy',
      Properties: {
        TrailName: 'reads',
        S3BucketName: 'files',
        IsLogging: true,
        AdvancedEventSelectors: [{ Name: 'objects', FieldSelectors: OBJECTS }],
        ...of.trail,
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'reads', EventPattern: { source: ['aws.s3'] }, Targets: [] },
    },
  },
});

const deploy = async (of: Parameters<typeof template>[0] = {}, region = REGION) => {
  const organization = await organizationWith({}, 'trails');
  organization.deploy(template(of), { account: MEMBER, region, stackName: 'trail' });
  const s3 = new S3Client({
    region: REGION,
    credentials: organization.credentialsFor(MEMBER, 'administrator'),
    requestHandler: organization.requestHandler,
    maxAttempts: 1,
  });
  const heard = async (work: () => Promise<unknown>) => {
    await organization.during(work).catch(() => undefined);
    await organization.run();
    return organization.journal.events.map(({ event }) => event['detail'] as Record<string, unknown>);
  };
  return { organization, s3, heard };
};

describe('a trail', () => {
  it('makes EventBridge hear of reads of the objects that it was told to record, refused ones too', async () => {
    const { s3, heard } = await deploy();
    const [put] = await heard(() =>
      s3.send(new PutObjectCommand({ Bucket: 'watched', Key: 'a/b', Body: 'x' })),
    );
    expect(put).toMatchObject({ eventName: 'PutObject', readOnly: false });
    expect(JSON.stringify(put)).not.toContain('"body"');
    const [, read] = await heard(() => s3.send(new GetObjectCommand({ Bucket: 'watched', Key: 'a/b' })));
    expect(read).toMatchObject({
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      readOnly: true,
      managementEvent: false,
      eventCategory: 'Data',
      requestParameters: { bucketName: 'watched', key: 'a/b' },
      resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::watched/a/b', accountId: MEMBER }],
    });
    const after = await heard(() => s3.send(new GetObjectCommand({ Bucket: 'watched', Key: 'none' })));
    expect(after.at(-1)).toMatchObject({ eventName: 'GetObject', errorCode: 'NoSuchKey' });
  });

  it('says nothing of other buckets, nor where it does not log', async () => {
    const { s3, heard } = await deploy();
    expect(
      await heard(() => s3.send(new PutObjectCommand({ Bucket: 'other', Key: 'a', Body: 'x' }))),
    ).toEqual([]);
    const silent = await deploy({ trail: { IsLogging: false } });
    const put = new PutObjectCommand({ Bucket: 'watched', Key: 'a', Body: 'x' });
    expect(await silent.heard(() => silent.s3.send(put))).toEqual([]);
  });

  it('compares fields as its selector says, the negated ones too', async () => {
    const FieldSelectors = [
      ...OBJECTS,
      { Field: 'eventName', NotStartsWith: ['Head'] },
      equals('readOnly', 'true'),
    ];
    const { s3, heard } = await deploy({ trail: { AdvancedEventSelectors: [{ FieldSelectors }] } });
    const named = async (work: () => Promise<unknown>) =>
      (await heard(work)).map(({ eventName }) => eventName);
    expect(
      await named(() => s3.send(new PutObjectCommand({ Bucket: 'watched', Key: 'a', Body: 'x' }))),
    ).toEqual([]);
    expect(await named(() => s3.send(new HeadObjectCommand({ Bucket: 'watched', Key: 'a' })))).toEqual([]);
    expect(await named(() => s3.send(new GetObjectCommand({ Bucket: 'watched', Key: 'a' })))).toEqual([
      'GetObject',
    ]);
  });

  it.each([
    ['a bucket that does not let it look', { statements: [WRITES] }, 's3:GetBucketAcl'],
    ['a bucket that does not let it write', { statements: [LOOKS] }, 's3:PutObject'],
    ['a bucket that is not there', { trail: { S3BucketName: 'none' } }, 'a bucket that exists'],
    ['no selector', { trail: { AdvancedEventSelectors: [] } }, 'one at least'],
    [
      'data events of no type',
      { trail: { AdvancedEventSelectors: [{ FieldSelectors: [equals('eventCategory', 'Data')] }] } },
      'resources.type',
    ],
    [
      'a field that is not there',
      {
        trail: {
          AdvancedEventSelectors: [{ FieldSelectors: [...OBJECTS, equals('userIdentity.arn', 'x')] }],
        },
      },
      'one of eventCategory',
    ],
    ['a property that is not there', { trail: { KMSKeyId: 'x' } }, 'KMSKeyId'],
  ])('is refused with %s', async (_what, of, message) => {
    await expect(deploy(of)).rejects.toThrow(message);
  });
});
