import {
  DOCUMENT,
  FURNITURE,
  keyPolicyOf,
  PATTERNS,
  POOL,
  queueOfPattern,
  TRUST,
  tableOf,
} from './furniture.ts';

const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const mayEventBridgeSend = (queueId: string) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queueId }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['events.amazonaws.com', 'sns.amazonaws.com'] },
          Action: 'sqs:SendMessage',
          Resource: arnOf(queueId),
        },
      ],
    },
  },
});

const ruleResources = (name: string, pattern: Readonly<Record<string, unknown>>) => {
  const id = `Queue${name}`;
  return {
    [id]: queue(queueOfPattern(name)),
    [`Policy${name}`]: mayEventBridgeSend(id),
    [`Rule${name}`]: {
      Type: 'AWS::Events::Rule',
      DependsOn: [`Policy${name}`, 'Bus'],
      Properties: {
        Name: `conformance-${name}`,
        EventBusName: FURNITURE.bus,
        EventPattern: pattern,
        Targets: [{ Id: 'queue', Arn: arnOf(id) }],
      },
    },
  };
};

const profile = (InstanceProfileName: string, roleId: string) => ({
  Type: 'AWS::IAM::InstanceProfile',
  Properties: { InstanceProfileName, Roles: [{ Ref: roleId }] },
});

const role = (RoleName: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName, AssumeRolePolicyDocument: TRUST },
});

/** The furniture that has no operation in the local organization, as a template, which is how the product makes its own. */
export const localTemplate = (account: string) => ({
  Resources: {
    Role: role(FURNITURE.role),
    Profile: profile(FURNITURE.profile, 'Role'),
    OtherRole: role(FURNITURE.otherRole),
    OtherProfile: profile(FURNITURE.otherProfile, 'OtherRole'),
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { BucketName: FURNITURE.bucket, ObjectLockEnabled: true },
    },
    PlainBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: FURNITURE.plainBucket } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        ...tableOf(),
      },
    },
    Queue: queue(FURNITURE.queue),
    QueuePolicy: mayEventBridgeSend('Queue'),
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: FURNITURE.topic,
        Subscription: [{ Protocol: 'sqs', Endpoint: arnOf('Queue') }],
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: FURNITURE.bus } },
    ...Object.assign({}, ...Object.entries(PATTERNS).map(([name, pattern]) => ruleResources(name, pattern))),
    LogGroup: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: POOL.logGroup, RetentionInDays: POOL.retentionDays },
    },
    SigningKey: {
      Type: 'AWS::KMS::Key',
      Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', KeyPolicy: keyPolicyOf(account) },
    },
    Document: {
      Type: 'AWS::SSM::Document',
      Properties: { Name: FURNITURE.document, DocumentType: 'Command', Content: DOCUMENT },
    },
  },
  Outputs: { SigningKey: { Value: { Ref: 'SigningKey' } } },
});
