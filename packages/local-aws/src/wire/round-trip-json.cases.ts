import {
  type AttributeValue,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  PutEventsCommand,
  type PutEventsCommandInput,
  PutRuleCommand,
  type PutRuleCommandInput,
} from '@aws-sdk/client-eventbridge';
import {
  GetFindingsCommand,
  type GetFindingsCommandInput,
  CreateMembersCommand,
  type CreateMembersCommandInput,
} from '@aws-sdk/client-guardduty';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  DescribeKeyCommand,
  type DescribeKeyCommandInput,
  SignCommand,
  type SignCommandInput,
} from '@aws-sdk/client-kms';
import {
  GetFunctionConfigurationCommand,
  type GetFunctionConfigurationCommandInput,
  InvokeCommand,
  type InvokeCommandInput,
} from '@aws-sdk/client-lambda';
import { ListAccountsCommand, type ListAccountsCommandInput } from '@aws-sdk/client-organizations';
import {
  AssociateFirewallRuleGroupCommand,
  type AssociateFirewallRuleGroupCommandInput,
  CreateFirewallDomainListCommand,
  type CreateFirewallDomainListCommandInput,
  CreateFirewallRuleCommand,
  type CreateFirewallRuleCommandInput,
  ListFirewallDomainsCommand,
  type ListFirewallDomainsCommandInput,
  ListFirewallRuleGroupAssociationsCommand,
  type ListFirewallRuleGroupAssociationsCommandInput,
  ListFirewallRulesCommand,
  type ListFirewallRulesCommandInput,
  TagResourceCommand,
  type TagResourceCommandInput,
  UpdateFirewallDomainsCommand,
  type UpdateFirewallDomainsCommandInput,
} from '@aws-sdk/client-route53resolver';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandInput,
  StartExecutionCommand,
  type StartExecutionCommandInput,
  StartSyncExecutionCommand,
  type StartSyncExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import {
  GetQueueUrlCommand,
  type GetQueueUrlCommandInput,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { row } from './round-trip.ts';

const AT = new Date('2026-03-04T05:06:07.089Z');
const BYTES = Uint8Array.from([0, 1, 254, 255]);
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/111122223333/q';

/** Every kind of attribute that DynamoDB has. */
const ITEM: Record<string, AttributeValue> = {
  s: { S: 'é😀"\\' },
  n: { N: '12345678901234567890.5' },
  b: { B: BYTES },
  ss: { SS: ['a', 'b'] },
  bs: { BS: [BYTES] },
  m: { M: { __proto__inner: { L: [{ NULL: true }, { BOOL: false }, { M: {} }] } } },
};

/** awsJson 1.0 and 1.1, and restJson. */
export const JSON_ROUND_TRIPS = [
  row('dynamodb:PutItem', {
    send: (aws, input: PutItemCommandInput) => aws.dynamodb.send(new PutItemCommand(input)),
    input: { TableName: 't', Item: ITEM, ConditionExpression: 'attribute_not_exists(pk)' },
    output: { Attributes: ITEM },
  }),
  row('dynamodb:Query', {
    send: (aws, input: QueryCommandInput) => aws.dynamodb.send(new QueryCommand(input)),
    input: {
      TableName: 't',
      KeyConditionExpression: '#p = :p',
      ExpressionAttributeNames: { '#p': 'pk' },
      ExpressionAttributeValues: { ':p': { S: 'x' } },
      ScanIndexForward: false,
      Limit: 10,
    },
    output: { Items: [ITEM, {}], Count: 2, ScannedCount: 2, LastEvaluatedKey: { pk: { S: 'x' } } },
  }),
  row('dynamodb:TransactWriteItems', {
    send: (aws, input: TransactWriteItemsCommandInput) =>
      aws.dynamodb.send(new TransactWriteItemsCommand(input)),
    input: {
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { TableName: 't', Item: ITEM } },
        { Delete: { TableName: 't', Key: { pk: { S: 'x' } } } },
      ],
    },
    output: {},
  }),
  row('kms:DescribeKey', {
    send: (aws, input: DescribeKeyCommandInput) => aws.kms.send(new DescribeKeyCommand(input)),
    input: { KeyId: 'alias/a', GrantTokens: ['g'] },
    output: {
      KeyMetadata: { KeyId: 'k', CreationDate: AT, Enabled: true, KeyState: 'Enabled', MultiRegion: false },
    },
  }),
  row('kms:CreateGrant', {
    send: (aws, input: CreateGrantCommandInput) => aws.kms.send(new CreateGrantCommand(input)),
    input: {
      KeyId: 'k',
      GranteePrincipal: 'arn:aws:iam::111122223333:role/r',
      Operations: ['Decrypt', 'CreateGrant'],
      Constraints: { EncryptionContextSubset: { 'aws:ebs:id': 'vol-1' } },
    },
    output: { GrantId: 'g', GrantToken: 't' },
  }),
  row('kms:Sign', {
    send: (aws, input: SignCommandInput) => aws.kms.send(new SignCommand(input)),
    input: { KeyId: 'k', Message: BYTES, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' },
    output: { KeyId: 'k', Signature: BYTES, SigningAlgorithm: 'ECDSA_SHA_256' },
  }),
  row('sqs:SendMessage', {
    send: (aws, input: SendMessageCommandInput) => aws.sqs.send(new SendMessageCommand(input)),
    input: {
      QueueUrl: QUEUE,
      MessageBody: 'hello',
      DelaySeconds: 0,
      MessageAttributes: { a: { DataType: 'Binary', BinaryValue: BYTES } },
    },
    // The client checks the MD5 of what it sent.
    output: { MessageId: 'm', MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592' },
  }),
  row('sqs:GetQueueUrl', {
    send: (aws, input: GetQueueUrlCommandInput) => aws.sqs.send(new GetQueueUrlCommand(input)),
    input: { QueueName: 'q' },
    output: { QueueUrl: QUEUE },
  }),
  row('sqs:ReceiveMessage', {
    // This client goes to the queue's own URL, as SDKs do unless told otherwise.
    send: (aws, input: ReceiveMessageCommandInput) =>
      aws.sqsAtQueueUrl.send(new ReceiveMessageCommand(input)),
    input: { QueueUrl: QUEUE, MessageSystemAttributeNames: ['ApproximateReceiveCount'], WaitTimeSeconds: 20 },
    output: {
      Messages: [
        {
          MessageId: 'm',
          Body: 'hello',
          MD5OfBody: '5d41402abc4b2a76b9719d911017c592',
          Attributes: { ApproximateReceiveCount: '1' },
        },
      ],
    },
  }),
  row('states:StartExecution', {
    send: (aws, input: StartExecutionCommandInput) => aws.states.send(new StartExecutionCommand(input)),
    input: { stateMachineArn: 'arn:sm', name: 'n', input: '{"a":1}' },
    output: { executionArn: 'arn:e', startDate: AT },
  }),
  row('states:StartSyncExecution', {
    // The only one here whose host gets a prefix.
    send: (aws, input: StartSyncExecutionCommandInput) =>
      aws.states.send(new StartSyncExecutionCommand(input)),
    input: { stateMachineArn: 'arn:sm', input: '{}' },
    output: { executionArn: 'arn:e', startDate: AT, stopDate: AT, status: 'SUCCEEDED', output: '{}' },
  }),
  row('states:DescribeExecution', {
    send: (aws, input: DescribeExecutionCommandInput) => aws.states.send(new DescribeExecutionCommand(input)),
    input: { executionArn: 'arn:e' },
    output: {
      executionArn: 'arn:e',
      stateMachineArn: 'arn:sm',
      status: 'RUNNING',
      startDate: AT,
      inputDetails: { included: true },
      redriveCount: 0,
    },
  }),
  row('events:PutEvents', {
    send: (aws, input: PutEventsCommandInput) => aws.events.send(new PutEventsCommand(input)),
    input: {
      Entries: [{ Source: 's', DetailType: 'd', Detail: '{"x":[1]}', Time: AT, Resources: ['arn:r'] }],
    },
    output: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] },
  }),
  row('events:PutRule', {
    send: (aws, input: PutRuleCommandInput) => aws.events.send(new PutRuleCommand(input)),
    input: { Name: 'r', EventPattern: '{"source":["aws.guardduty"]}', State: 'ENABLED', Tags: [] },
    output: { RuleArn: 'arn:r' },
  }),
  row('organizations:ListAccounts', {
    send: (aws, input: ListAccountsCommandInput) => aws.organizations.send(new ListAccountsCommand(input)),
    input: { MaxResults: 20 },
    output: {
      Accounts: [{ Id: '111122223333', Name: 'n', Status: 'ACTIVE', JoinedTimestamp: AT }],
      NextToken: 'x',
    },
  }),
  row('guardduty:GetFindings', {
    send: (aws, input: GetFindingsCommandInput) => aws.guardduty.send(new GetFindingsCommand(input)),
    input: {
      DetectorId: 'd/1',
      FindingIds: ['f'],
      SortCriteria: { AttributeName: 'severity', OrderBy: 'DESC' },
    },
    output: {
      Findings: [
        {
          AccountId: '111122223333',
          Arn: 'arn:f',
          CreatedAt: '2026-03-04T05:06:07.089Z',
          Id: 'f',
          Region: 'eu-west-1',
          Resource: {
            InstanceDetails: { InstanceId: 'i-1', LaunchTime: 'x', Tags: [{ Key: 'k', Value: 'v' }] },
            ResourceType: 'Instance',
          },
          SchemaVersion: '2.0',
          Severity: 8.5,
          Type: 'Backdoor:EC2/C&CActivity.B!DNS',
          UpdatedAt: 'u',
          Service: {
            Count: 1,
            Archived: false,
            AdditionalInfo: { Value: '{"sample":true}', Type: 'default' },
          },
        },
      ],
    },
  }),
  row('guardduty:CreateMembers', {
    send: (aws, input: CreateMembersCommandInput) => aws.guardduty.send(new CreateMembersCommand(input)),
    input: { DetectorId: 'd', AccountDetails: [{ AccountId: '111122223333', Email: 'a@b.example' }] },
    output: { UnprocessedAccounts: [] },
  }),
  row('lambda:Invoke', {
    send: (aws, input: InvokeCommandInput) =>
      aws.lambda
        .send(new InvokeCommand(input))
        .then((output) => ({ ...output, Payload: Uint8Array.from(output.Payload ?? []) })),
    input: {
      FunctionName: 'arn:aws:lambda:eu-west-1:111122223333:function:f',
      Qualifier: 'live',
      InvocationType: 'RequestResponse',
      LogType: 'None',
      Payload: new TextEncoder().encode('{"a": "é"}'),
    },
    output: {
      StatusCode: 200,
      FunctionError: 'Unhandled',
      ExecutedVersion: '$LATEST',
      Payload: new TextEncoder().encode('{"errorMessage":"x"}'),
    },
  }),
  row('lambda:Invoke', {
    send: (aws, input: InvokeCommandInput) => aws.lambda.send(new InvokeCommand(input)),
    input: { FunctionName: 'f', InvocationType: 'Event' },
    output: { StatusCode: 202 },
    // The client gives null for a payload that did not come.
    returns: { StatusCode: 202, Payload: null },
  }),
  row('lambda:GetFunctionConfiguration', {
    send: (aws, input: GetFunctionConfigurationCommandInput) =>
      aws.lambda.send(new GetFunctionConfigurationCommand(input)),
    input: { FunctionName: 'f', Qualifier: '$LATEST' },
    output: { FunctionName: 'f', MemorySize: 128, Environment: { Variables: { A: 'b' } }, Layers: [] },
  }),
  row('route53resolver:CreateFirewallDomainList', {
    send: (aws, input: CreateFirewallDomainListCommandInput) =>
      aws.route53resolver.send(new CreateFirewallDomainListCommand(input)),
    input: { CreatorRequestId: 'r', Name: 'blocked', Tags: [{ Key: 'team', Value: 'é' }] },
    output: { FirewallDomainList: { Id: 'rslvr-fdl-1', DomainCount: 0, Status: 'COMPLETE' } },
  }),
  row('route53resolver:UpdateFirewallDomains', {
    send: (aws, input: UpdateFirewallDomainsCommandInput) =>
      aws.route53resolver.send(new UpdateFirewallDomainsCommand(input)),
    input: {
      FirewallDomainListId: 'rslvr-fdl-1',
      Operation: 'ADD',
      Domains: ['evil.example', '*.evil.example'],
    },
    output: { Id: 'rslvr-fdl-1', Name: 'blocked', Status: 'UPDATING' },
  }),
  row('route53resolver:CreateFirewallRule', {
    send: (aws, input: CreateFirewallRuleCommandInput) =>
      aws.route53resolver.send(new CreateFirewallRuleCommand(input)),
    input: {
      CreatorRequestId: 'r',
      FirewallRuleGroupId: 'rslvr-frg-1',
      FirewallDomainListId: 'rslvr-fdl-1',
      Priority: 1,
      Action: 'BLOCK',
      BlockResponse: 'NODATA',
      Name: 'blocked',
    },
    output: { FirewallRule: { FirewallRuleGroupId: 'rslvr-frg-1', Priority: 1, Action: 'BLOCK' } },
  }),
  row('route53resolver:AssociateFirewallRuleGroup', {
    send: (aws, input: AssociateFirewallRuleGroupCommandInput) =>
      aws.route53resolver.send(new AssociateFirewallRuleGroupCommand(input)),
    input: {
      CreatorRequestId: 'r',
      FirewallRuleGroupId: 'rslvr-frg-1',
      VpcId: 'vpc-1',
      Priority: 101,
      Name: 'blocked',
      MutationProtection: 'DISABLED',
      Tags: [],
    },
    output: {
      FirewallRuleGroupAssociation: {
        Id: 'rslvr-frgassoc-1',
        Priority: 101,
        Status: 'UPDATING',
        CreationTime: '2026-03-04T05:06:07.089Z',
      },
    },
  }),
  row('route53resolver:ListFirewallRuleGroupAssociations', {
    send: (aws, input: ListFirewallRuleGroupAssociationsCommandInput) =>
      aws.route53resolver.send(new ListFirewallRuleGroupAssociationsCommand(input)),
    input: { VpcId: 'vpc-1', MaxResults: 100 },
    output: { NextToken: 'n', FirewallRuleGroupAssociations: [{ Id: 'rslvr-frgassoc-1', Priority: 101 }] },
  }),
  row('route53resolver:ListFirewallRules', {
    send: (aws, input: ListFirewallRulesCommandInput) =>
      aws.route53resolver.send(new ListFirewallRulesCommand(input)),
    input: { FirewallRuleGroupId: 'rslvr-frg-1' },
    output: { FirewallRules: [{ Name: 'blocked', BlockResponse: 'NODATA' }] },
  }),
  row('route53resolver:ListFirewallDomains', {
    send: (aws, input: ListFirewallDomainsCommandInput) =>
      aws.route53resolver.send(new ListFirewallDomainsCommand(input)),
    input: { FirewallDomainListId: 'rslvr-fdl-1' },
    output: { Domains: ['evil.example'] },
  }),
  row('route53resolver:TagResource', {
    send: (aws, input: TagResourceCommandInput) => aws.route53resolver.send(new TagResourceCommand(input)),
    input: { ResourceArn: 'arn', Tags: [{ Key: 'team', Value: 'shop' }] },
    output: {},
  }),
];
