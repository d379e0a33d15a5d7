import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Keys } from './step.ts';

/** The Region that every step works in. */
export const REGION = 'eu-west-1';

/** An answer that does not come is one that differs. */
const REQUEST_MS = 120_000;

/** AWS's own clients, all with the same keys, against one endpoint. */
export interface Clients {
  readonly autoscaling: AutoScalingClient;
  readonly classic: ElasticLoadBalancingClient;
  readonly cloudformation: CloudFormationClient;
  readonly dynamodb: DynamoDBClient;
  readonly ec2: EC2Client;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly logs: CloudWatchLogsClient;
  readonly organizations: OrganizationsClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
}

/** Clients for an endpoint on loopback. Nothing is tried twice: a refusal is an answer to compare. */
export const clientsFor = (endpoint: string, keys: Keys): Clients => {
  const { AccessKeyId, SecretAccessKey, SessionToken } = keys;
  if (AccessKeyId === undefined || SecretAccessKey === undefined)
    throw new Error(
      'keys without an access key id or without a secret: the answer that they came with lacks them',
    );
  const own = {
    endpoint,
    region: REGION,
    maxAttempts: 1,
    requestHandler: { requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    },
  };
  return {
    autoscaling: new AutoScalingClient(own),
    classic: new ElasticLoadBalancingClient(own),
    cloudformation: new CloudFormationClient(own),
    dynamodb: new DynamoDBClient(own),
    ec2: new EC2Client(own),
    elb: new ElasticLoadBalancingV2Client(own),
    events: new EventBridgeClient(own),
    iam: new IAMClient(own),
    kms: new KMSClient(own),
    logs: new CloudWatchLogsClient(own),
    organizations: new OrganizationsClient(own),
    s3: new S3Client({ ...own, forcePathStyle: true }),
    sns: new SNSClient(own),
    sqs: new SQSClient(own),
    ssm: new SSMClient(own),
    sts: new STSClient(own),
  };
};
