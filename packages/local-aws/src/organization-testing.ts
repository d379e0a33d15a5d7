import { createOrganization, type Organization } from './organization.ts';
import type { OrganizationOptions } from './organization-options.ts';
import type { InProcessHandler } from './services/lambda/in-process-runtime.ts';

/** Accounts, Region and start of time of these tests. */
export const SECURITY = '222222222222';
export const MEMBER = '333333333333';
export const REGION = 'eu-west-1';
export const START = '2026-01-01T00:00:00Z';

/** Three accounts, two Regions, functions in process. */
export const organizationWith = (
  inProcess: Readonly<Record<string, InProcessHandler>>,
  seed = 'test',
  more: Partial<OrganizationOptions> = {},
): Promise<Organization> =>
  createOrganization({
    seed,
    startAt: START,
    organizationId: 'o-test000000',
    managementAccount: '111111111111',
    accounts: [
      { id: '111111111111', name: 'management' },
      { id: SECURITY, name: 'security' },
      { id: MEMBER, name: 'member' },
    ],
    regions: [REGION, 'us-east-1'],
    delegatedAdministrators: [SECURITY],
    runtime: { inProcess },
    ...more,
  });

/** A role that a service may assume. */
export const role = (service: string, name: string, ...statements: readonly object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
    },
    ...(statements.length === 0
      ? {}
      : {
          Policies: [
            { PolicyName: 'needs', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
          ],
        }),
  },
});

const allow = (Action: string | readonly string[], Resource: unknown) => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** A function with the role of this logical id. */
export const lambdaFunction = (name: string, roleId: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': [roleId, 'Arn'] },
    Timeout: 30,
    Code: { S3Bucket: 'assets', S3Key: `${name}.zip` },
  },
});

const queuePolicy = (queueId: string, ruleId: string) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queueId }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
          Condition: {
            ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } },
            StringEquals: { 'aws:SourceAccount': SECURITY },
          },
        },
      ],
    },
  },
});

/** A rule for events of `my.detector`. */
export const rule = (targets: readonly object[]) => ({
  Type: 'AWS::Events::Rule',
  Properties: { Name: 'findings', EventPattern: { source: ['my.detector'] }, Targets: targets },
});

/** Rule -> queue -> intake function -> state machine -> step function. */
export const chain = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'findings', VisibilityTimeout: 180 } },
    Rule: rule([{ Id: 'queue', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }]),
    QueuePolicy: queuePolicy('Queue', 'Rule'),
    IntakeRole: role(
      'lambda.amazonaws.com',
      'intake',
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], {
        'Fn::GetAtt': ['Queue', 'Arn'],
      }),
      allow('states:StartExecution', `arn:aws:states:${REGION}:${SECURITY}:stateMachine:respond`),
    ),
    Intake: lambdaFunction('intake', 'IntakeRole'),
    Source: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        FunctionName: { Ref: 'Intake' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    StepRole: role('lambda.amazonaws.com', 'step'),
    Step: lambdaFunction('step', 'StepRole'),
    MachineRole: role(
      'states.amazonaws.com',
      'machine',
      allow('lambda:InvokeFunction', { 'Fn::GetAtt': ['Step', 'Arn'] }),
    ),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'respond',
        RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
        DefinitionString: JSON.stringify({
          QueryLanguage: 'JSONata',
          StartAt: 'Act',
          States: {
            Act: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Arguments: { FunctionName: 'step', Payload: '{% $states.input %}' },
              Output: '{% $states.result.Payload %}',
              End: true,
            },
          },
        }),
      },
    },
  },
};
