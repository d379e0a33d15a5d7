import { CompleteLifecycleActionCommand } from '@aws-sdk/client-auto-scaling';
import { PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { CopySnapshotCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetFindingsCommand } from '@aws-sdk/client-guardduty';
import { GetRoleCommand, NoSuchEntityException } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSInvalidStateException } from '@aws-sdk/client-kms';
import { InvokeCommand, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { GetObjectCommand, HeadObjectCommand, InvalidObjectState, NoSuchKey } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from './catalog.ts';
import { encodeFault } from './encode-fault.ts';
import { encodeSuccess } from './encode-success.ts';
import { REQUEST_ID, type TestClients, testClients, testGateway } from './test-gateway.ts';
import type { Fault } from './wire-message.ts';

const catalog = await loadCatalog();
const MESSAGE = 'because <this> & "that"';

interface FaultCase {
  readonly because: string;
  readonly send: (aws: TestClients) => Promise<object>;
  readonly fault: Omit<Fault, 'message'>;
  readonly type?: abstract new (...options: never[]) => Error;
  readonly raises: { readonly name: string; readonly status: number; readonly [field: string]: unknown };
}

const describeInstances = (aws: TestClients) => aws.ec2.send(new DescribeInstancesCommand());
const describeKey = (aws: TestClients) => aws.kms.send(new DescribeKeyCommand({ KeyId: 'k' }));
const getObject = (aws: TestClients) => aws.s3.send(new GetObjectCommand({ Bucket: 'b-1', Key: 'k' }));

const CASES: readonly FaultCase[] = [
  {
    because: 'an EC2 error is not modelled',
    send: describeInstances,
    fault: { code: 'InvalidInstanceID.NotFound' },
    raises: { name: 'InvalidInstanceID.NotFound', status: 400 },
  },
  {
    because: 'EC2 refuses without permission',
    send: describeInstances,
    fault: { code: 'UnauthorizedOperation' },
    raises: { name: 'UnauthorizedOperation', status: 403 },
  },
  {
    because: 'the caller sets the status',
    send: describeInstances,
    fault: { code: 'DryRunOperation', status: 412 },
    raises: { name: 'DryRunOperation', status: 412 },
  },
  {
    because: 'an IAM error has another code in the query protocol',
    send: (aws) => aws.iam.send(new GetRoleCommand({ RoleName: 'r' })),
    fault: { code: 'NoSuchEntity' },
    type: NoSuchEntityException,
    raises: { name: 'NoSuchEntityException', status: 404 },
  },
  {
    because: 'the same IAM error is named by its shape',
    send: (aws) => aws.iam.send(new GetRoleCommand({ RoleName: 'r' })),
    fault: { code: 'NoSuchEntityException' },
    type: NoSuchEntityException,
    raises: { name: 'NoSuchEntityException', status: 404 },
  },
  {
    because: 'STS denies',
    send: (aws) =>
      aws.sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::1:role/r', RoleSessionName: 's' })),
    fault: { code: 'AccessDenied' },
    raises: { name: 'AccessDenied', status: 403 },
  },
  {
    because: 'Auto Scaling throttles',
    send: (aws) =>
      aws.autoscaling.send(
        new CompleteLifecycleActionCommand({
          AutoScalingGroupName: 'g',
          LifecycleHookName: 'h',
          LifecycleActionResult: 'CONTINUE',
        }),
      ),
    fault: { code: 'Throttling' },
    raises: { name: 'Throttling', status: 400 },
  },
  {
    because: 'SNS limits',
    send: (aws) => aws.sns.send(new CreateTopicCommand({ Name: 't' })),
    fault: { code: 'TopicLimitExceeded' },
    raises: { name: 'TopicLimitExceededException', status: 403 },
  },
  {
    because: 'a KMS key is disabled',
    send: describeKey,
    fault: { code: 'KMSInvalidStateException' },
    type: KMSInvalidStateException,
    raises: { name: 'KMSInvalidStateException', status: 400 },
  },
  {
    because: 'awsJson fails inside',
    send: describeKey,
    fault: { code: 'KMSInternalException' },
    raises: { name: 'KMSInternalException', status: 500 },
  },
  {
    because: 'an awsJson error is not modelled',
    send: describeKey,
    fault: { code: 'AccessDeniedException' },
    raises: { name: 'AccessDeniedException', status: 400 },
  },
  {
    because: 'a DynamoDB condition fails and the item is asked for',
    send: (aws) => aws.dynamodb.send(new PutItemCommand({ TableName: 't', Item: {} })),
    fault: { code: 'ConditionalCheckFailedException', fields: { Item: { a: { S: 'x' } } } },
    raises: { name: 'ConditionalCheckFailedException', status: 400, Item: { a: { S: 'x' } } },
  },
  {
    because: 'a DynamoDB transaction is cancelled, with reasons',
    send: (aws) => aws.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [] })),
    fault: {
      code: 'TransactionCanceledException',
      fields: { CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'm' }] },
    },
    raises: {
      name: 'TransactionCanceledException',
      status: 400,
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Message: 'm' }],
    },
  },
  {
    because: 'SQS names its error by the shape',
    send: (aws) => aws.sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })),
    fault: { code: 'QueueDoesNotExist' },
    type: QueueDoesNotExist,
    raises: { name: 'QueueDoesNotExist', status: 400, Code: 'AWS.SimpleQueueService.NonExistentQueue' },
  },
  {
    because: 'SQS names its error by the query code',
    send: (aws) => aws.sqs.send(new GetQueueUrlCommand({ QueueName: 'q' })),
    fault: { code: 'AWS.SimpleQueueService.NonExistentQueue' },
    type: QueueDoesNotExist,
    raises: { name: 'QueueDoesNotExist', status: 400 },
  },
  {
    because: 'Step Functions misses an execution',
    send: (aws) => aws.states.send(new DescribeExecutionCommand({ executionArn: 'arn:e' })),
    fault: { code: 'ExecutionDoesNotExist' },
    type: ExecutionDoesNotExist,
    raises: { name: 'ExecutionDoesNotExist', status: 400 },
  },
  {
    because: 'EventBridge fails inside',
    send: (aws) => aws.events.send(new PutRuleCommand({ Name: 'r' })),
    fault: { code: 'InternalException' },
    raises: { name: 'InternalException', status: 500 },
  },
  {
    because: 'Organizations gives a reason',
    send: (aws) => aws.organizations.send(new ListAccountsCommand()),
    fault: { code: 'ConstraintViolationException', fields: { Reason: 'ACCOUNT_NUMBER_LIMIT_EXCEEDED' } },
    raises: { name: 'ConstraintViolationException', status: 400, Reason: 'ACCOUNT_NUMBER_LIMIT_EXCEEDED' },
  },
  {
    because: 'GuardDuty refuses (restJson, with a jsonName)',
    send: (aws) => aws.guardduty.send(new GetFindingsCommand({ DetectorId: 'd', FindingIds: [] })),
    fault: { code: 'BadRequestException', fields: { Type: 'InvalidInputException' } },
    raises: { name: 'BadRequestException', status: 400, Type: 'InvalidInputException' },
  },
  {
    because: 'Lambda throttles, with a header of its own',
    send: (aws) => aws.lambda.send(new InvokeCommand({ FunctionName: 'f' })),
    fault: {
      code: 'TooManyRequestsException',
      fields: { retryAfterSeconds: '7', Reason: 'CallerRateLimitExceeded' },
    },
    type: TooManyRequestsException,
    raises: {
      name: 'TooManyRequestsException',
      status: 429,
      retryAfterSeconds: '7',
      Reason: 'CallerRateLimitExceeded',
    },
  },
  {
    because: 'S3 misses a key',
    send: getObject,
    fault: { code: 'NoSuchKey' },
    type: NoSuchKey,
    raises: { name: 'NoSuchKey', status: 404 },
  },
  {
    because: 'an S3 error has members',
    send: getObject,
    fault: { code: 'InvalidObjectState', fields: { StorageClass: 'GLACIER' } },
    type: InvalidObjectState,
    raises: { name: 'InvalidObjectState', status: 403, StorageClass: 'GLACIER' },
  },
  {
    because: 'an S3 error is not modelled',
    send: getObject,
    fault: { code: 'PreconditionFailed' },
    raises: { name: 'PreconditionFailed', status: 412 },
  },
];

describe('an error answered by the gateway', () => {
  it.each(CASES)(
    'is raised by the client as $raises.name when $because',
    async ({ send, fault, type, raises }) => {
      const { name, status, ...fields } = raises;
      const gateway = testGateway(catalog, () => ({ fault: { ...fault, message: MESSAGE } }));
      const error: unknown = await send(testClients({ handle: gateway.handle })).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({
        name,
        message: MESSAGE,
        $metadata: { httpStatusCode: status, requestId: REQUEST_ID },
        ...fields,
      });
      expect(error).toBeInstanceOf(type ?? Error);
    },
  );

  it('tells a HEAD request nothing but the status', async () => {
    const gateway = testGateway(catalog, () => ({ fault: { code: 'NoSuchKey', message: MESSAGE } }));
    const head = new HeadObjectCommand({ Bucket: 'b-1', Key: 'k' });
    await expect(testClients({ handle: gateway.handle }).s3.send(head)).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('may not have a field that the error shape lacks', () => {
    const fault = { code: 'NoSuchEntity', message: 'x', fields: { Surprise: 1 } };
    expect(() => encodeFault(catalog, { service: 'iam', operation: 'GetRole' }, fault, REQUEST_ID)).toThrow(
      /Surprise/,
    );
    for (const service of ['ec2', 'kms', 's3']) {
      const unmodelled = { ...fault, code: 'NotInTheModel' };
      expect(() => encodeFault(catalog, { service, operation: 'X' }, unmodelled, REQUEST_ID)).toThrow(
        /Surprise/,
      );
    }
  });
});

describe('an answer that its operation cannot give', () => {
  it.each([
    { call: 'ec2:CopySnapshot', output: { SnapshotID: 'snap-1' }, names: /SnapshotID/ },
    { call: 'ec2:CopySnapshot', output: { SnapshotId: 5 }, names: /SnapshotId/ },
    { call: 'ec2:CreateTags', output: { Return: true }, names: /Return/ },
    {
      call: 'kms:DescribeKey',
      output: { KeyMetadata: { CreationDate: '2026' } },
      names: /KeyMetadata.CreationDate/,
    },
    { call: 'dynamodb:Query', output: { Items: [{ a: { X: 'x' } }] }, names: /Items.0.a.X/ },
    { call: 's3:GetObject', output: { Body: 5 }, names: /Body/ },
    { call: 's3:ListObjectsV2', output: { Contents: 'x' }, names: /Contents/ },
    { call: 'ec2:DescribeNothing', output: {}, names: /DescribeNothing/ },
  ])('is refused by name: $call $output', ({ call, output, names }) => {
    const [service = '', operation = ''] = call.split(':');
    expect(() => encodeSuccess(catalog, { service, operation }, output, REQUEST_ID)).toThrow(names);
  });
});

describe('a request that a client sends without what the operation needs', () => {
  it.each([
    {
      because: 'EC2',
      send: (aws: TestClients) =>
        aws.ec2.send(new CopySnapshotCommand({ SourceRegion: 'eu-west-1', SourceSnapshotId: undefined })),
      name: 'MissingParameter',
    },
    {
      because: 'a query service',
      send: (aws: TestClients) => aws.iam.send(new GetRoleCommand({ RoleName: undefined })),
      name: 'ValidationError',
    },
    {
      because: 'awsJson',
      send: (aws: TestClients) => aws.kms.send(new DescribeKeyCommand({ KeyId: undefined })),
      name: 'ValidationException',
    },
  ])('is refused with $name by $because', async ({ send, name }) => {
    const gateway = testGateway(catalog, () => ({ output: {} }));
    await expect(send(testClients({ handle: gateway.handle }))).rejects.toMatchObject({
      name,
      message: expect.stringMatching(/SourceSnapshotId|RoleName|KeyId/),
      $metadata: { httpStatusCode: 400 },
    });
    expect(gateway.calls).toEqual([]);
  });
});
