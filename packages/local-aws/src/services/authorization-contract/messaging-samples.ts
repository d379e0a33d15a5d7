import { addAutoScalingGroup } from '../autoscaling/build.ts';
import { lambdaService } from '../lambda/service.ts';
import { snsService } from '../sns/service.ts';
import { sqsService } from '../sqs/service.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION } from '../testing.ts';
import { TAG } from './furnished-world.ts';
import type { Samples } from './sample.ts';

const Tags = Object.entries(TAG).map(([Key, Value]) => ({ Key, Value }));

/** Requests to SQS. */
export const sqsSamples: Samples = ({ world }) => {
  bench(sqsService, {}, world).create('AWS::SQS::Queue', { QueueName: 'work', Tags });
  const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/work`;
  return [
    { operation: 'SendMessage', input: { QueueUrl, MessageBody: 'hello' } },
    { operation: 'ReceiveMessage', input: { QueueUrl } },
    { operation: 'DeleteMessage', input: { QueueUrl, ReceiptHandle: 'handle' } },
    { operation: 'ChangeMessageVisibility', input: { QueueUrl, ReceiptHandle: 'h', VisibilityTimeout: 1 } },
    { operation: 'GetQueueAttributes', input: { QueueUrl, AttributeNames: ['All'] } },
    { operation: 'GetQueueUrl', what: 'of its own', input: { QueueName: 'work' } },
    {
      operation: 'GetQueueUrl',
      what: 'of another account',
      input: { QueueName: 'work', QueueOwnerAWSAccountId: OTHER_ACCOUNT },
    },
    { operation: 'PurgeQueue', input: { QueueUrl } },
  ];
};

/** Requests to SNS. */
export const snsSamples: Samples = ({ world }) => {
  bench(snsService, {}, world).create('AWS::SNS::Topic', { TopicName: 'pages', Tags });
  const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:pages`;
  return [{ operation: 'Publish', input: { TopicArn, Message: 'hello', Subject: 's' } }];
};

/** Requests to EventBridge. */
export const eventsSamples: Samples = () => {
  const entry = { Source: 'ours', DetailType: 'contained', Detail: '{}' };
  const EventBusName = `arn:aws:events:${REGION}:${OTHER_ACCOUNT}:event-bus/findings`;
  return [
    { operation: 'PutEvents', input: { Entries: [entry, { ...entry, EventBusName }] } },
    { operation: 'ListRules', input: {} },
    { operation: 'ListRuleNamesByTarget', input: { TargetArn: EventBusName } },
  ];
};

/** Requests to Lambda. */
export const lambdaSamples: Samples = ({ world }) => {
  const FunctionName = `arn:aws:lambda:${REGION}:${OTHER_ACCOUNT}:function:record`;
  const allowed = { verdict: 'allow', layer: 'resource', decisive: [], why: 'trusted' } as const;
  const on = bench(lambdaService, { host: { decideFor: () => allowed } }, world);
  on.create('AWS::Lambda::Function', {
    FunctionName: 'approve',
    Role: `arn:aws:iam::${ACCOUNT}:role/worker`,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { S3Bucket: 'assets', S3Key: 'approve.zip' },
  });
  on.create('AWS::Lambda::Permission', {
    FunctionName: 'approve',
    Action: 'lambda:InvokeFunction',
    Principal: OTHER_ACCOUNT,
  });
  const { attributes } = on.create('AWS::Lambda::Url', { AuthType: 'AWS_IAM', TargetFunctionArn: 'approve' });
  const { host } = new URL(attributes['FunctionUrl'] ?? '');
  return [
    {
      operation: 'AddPermission',
      input: {
        FunctionName: 'approve',
        StatementId: 'one',
        Action: 'lambda:InvokeFunction',
        Principal: OTHER_ACCOUNT,
      },
    },
    { operation: 'GetPolicy', input: { FunctionName: 'approve' } },
    { operation: 'RemovePermission', input: { FunctionName: 'approve', StatementId: 'Tested' } },
    { operation: 'GetFunctionUrlConfig', input: { FunctionName: 'approve' } },
    {
      operation: 'InvokeFunctionUrl',
      input: { host, method: 'GET', url: '/', headers: {}, body: new Uint8Array() },
    },
    { operation: 'Invoke', what: 'by name', input: { FunctionName: 'record' } },
    { operation: 'Invoke', what: 'of another account', input: { FunctionName } },
  ];
};

/** Requests to Step Functions. */
export const statesSamples: Samples = () => {
  const stateMachineArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:respond`;
  const executionArn = `arn:aws:states:${REGION}:${ACCOUNT}:execution:respond:inc-1`;
  const taskToken = 'token';
  return [
    { operation: 'StartExecution', input: { stateMachineArn, name: 'inc-1', input: '{}' } },
    { operation: 'DescribeExecution', input: { executionArn } },
    { operation: 'StopExecution', input: { executionArn } },
    { operation: 'ListExecutions', input: { stateMachineArn } },
    { operation: 'DescribeStateMachine', input: { stateMachineArn } },
    { operation: 'GetExecutionHistory', input: { executionArn } },
    {
      operation: 'DescribeMapRun',
      input: { mapRunArn: `arn:aws:states:${REGION}:${ACCOUNT}:mapRun:respond/label:run-1` },
    },
    { operation: 'ListMapRuns', input: { executionArn } },
    { operation: 'SendTaskSuccess', input: { taskToken, output: '{}' } },
    { operation: 'SendTaskFailure', input: { taskToken, error: 'no' } },
    { operation: 'SendTaskHeartbeat', input: { taskToken } },
  ];
};

/** Requests to GuardDuty. */
export const guarddutySamples: Samples = () => {
  const DetectorId = '0123456789abcdef0123456789abcdef';
  return [
    { operation: 'ListDetectors', input: {} },
    { operation: 'GetFindings', input: { DetectorId, FindingIds: ['f'] } },
    { operation: 'GetDetector', input: { DetectorId } },
    { operation: 'DescribeOrganizationConfiguration', input: { DetectorId } },
    { operation: 'CreateSampleFindings', input: { DetectorId, FindingTypes: ['Trojan:EC2/DropPoint'] } },
    { operation: 'ListFindings', input: { DetectorId } },
    { operation: 'ListMembers', input: { DetectorId } },
    { operation: 'GetMembers', input: { DetectorId, AccountIds: [OTHER_ACCOUNT] } },
    { operation: 'GetMemberDetectors', input: { DetectorId, AccountIds: [OTHER_ACCOUNT] } },
    { operation: 'GetDetector', input: { DetectorId } },
    { operation: 'DescribeOrganizationConfiguration', input: { DetectorId } },
  ];
};

/** Requests to Auto Scaling, on a group whose one member is the instance. */
export const autoscalingSamples: Samples = ({ world, ids, instance }) => {
  const { host, timeline } = bench(sqsService, {}, world);
  const memberIds = [instance.instanceId];
  addAutoScalingGroup(
    { name: 'web', memberIds, tags: TAG },
    { world, timeline, ids, host, account: ACCOUNT, region: REGION },
  );
  const named = { AutoScalingGroupName: 'web', InstanceIds: memberIds };
  return [
    { operation: 'DescribeAutoScalingGroups', input: {} },
    { operation: 'DescribeAutoScalingInstances', input: {} },
    { operation: 'AttachInstances', input: named },
    { operation: 'EnterStandby', input: { ...named, ShouldDecrementDesiredCapacity: false } },
    { operation: 'ExitStandby', input: named },
    { operation: 'UpdateAutoScalingGroup', input: { AutoScalingGroupName: 'web', MinSize: 1, MaxSize: 2 } },
    { operation: 'DetachInstances', input: { ...named, ShouldDecrementDesiredCapacity: false } },
    { operation: 'SetInstanceProtection', input: { ...named, ProtectedFromScaleIn: true } },
  ];
};

/** Requests to CloudWatch Logs. */
export const logsSamples: Samples = () => [
  { operation: 'FilterLogEvents', input: { logGroupName: '/vpc/flows' } },
  { operation: 'CreateLogStream', input: { logGroupName: '/sessions', logStreamName: 'ada-0a1b' } },
  {
    operation: 'PutLogEvents',
    input: { logGroupName: '/sessions', logStreamName: 'ada-0a1b', logEvents: [] },
  },
  { operation: 'DescribeLogGroups', input: {} },
];
