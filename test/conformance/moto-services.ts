import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { CreateDocumentCommand } from '@aws-sdk/client-ssm';
import { REGION, type Clients } from './clients.ts';
import { DOCUMENT, FURNITURE, keyPolicyOf, PATTERNS, queueOfPattern, TRUST, tableOf } from './furniture.ts';

const makeProfile = async (
  { iam }: Clients,
  InstanceProfileName: string,
  RoleName: string,
): Promise<void> => {
  const AssumeRolePolicyDocument = JSON.stringify(TRUST);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
};

const makeBuckets = async ({ s3 }: Clients): Promise<void> => {
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(
    new CreateBucketCommand({
      Bucket: FURNITURE.bucket,
      CreateBucketConfiguration,
      ObjectLockEnabledForBucket: true,
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: FURNITURE.plainBucket, CreateBucketConfiguration }));
};

const makeTable = ({ dynamodb }: Clients): Promise<unknown> =>
  dynamodb.send(
    new CreateTableCommand({
      ...tableOf(),
    }),
  );

const queueArn = (account: string, name: string): string => `arn:aws:sqs:${REGION}:${account}:${name}`;

const makeRules = async ({ events, sqs }: Clients, account: string): Promise<void> => {
  await events.send(new CreateEventBusCommand({ Name: FURNITURE.bus }));
  for (const [name, pattern] of Object.entries(PATTERNS)) {
    const Rule = `conformance-${name}`;
    const EventBusName = FURNITURE.bus;
    await sqs.send(new CreateQueueCommand({ QueueName: queueOfPattern(name) }));
    await events.send(
      new PutRuleCommand({ Name: Rule, EventBusName, EventPattern: JSON.stringify(pattern) }),
    );
    const Targets = [{ Id: 'queue', Arn: queueArn(account, queueOfPattern(name)) }];
    await events.send(new PutTargetsCommand({ Rule, EventBusName, Targets }));
  }
};

/** What the local organization has from its template, made by moto's own operations; gives the id of the key that signs. */
export const furnishServices = async (clients: Clients, account: string): Promise<string | undefined> => {
  await makeProfile(clients, FURNITURE.profile, FURNITURE.role);
  await makeProfile(clients, FURNITURE.otherProfile, FURNITURE.otherRole);
  await makeBuckets(clients);
  await makeTable(clients);
  await clients.sqs.send(new CreateQueueCommand({ QueueName: FURNITURE.queue }));
  const { TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: FURNITURE.topic }));
  const Endpoint = queueArn(account, FURNITURE.queue);
  await clients.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  await makeRules(clients, account);
  await clients.ssm.send(
    new CreateDocumentCommand({
      Name: FURNITURE.document,
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
      Content: JSON.stringify(DOCUMENT),
    }),
  );
  const { KeyMetadata } = await clients.kms.send(
    new CreateKeyCommand({
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      Policy: JSON.stringify(keyPolicyOf(account)),
    }),
  );
  return KeyMetadata?.KeyId;
};
