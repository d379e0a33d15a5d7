import { ROUTE_53_RESOLVER } from './route53resolver-schemas.ts';

/** What the catalog reads from one SDK client package: its exported schemas and its own protocol settings. */
export interface ClientPackage {
  readonly exported: object;
  readonly config: {
    readonly protocol?: { getShapeId(): string };
    readonly protocolSettings?: Readonly<Record<string, unknown>>;
  };
}

/** Never used to call: a client is made only so that it tells its protocol. Given here so that it reads no environment. */
const IDLE = { region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };

type Load = () => Promise<ClientPackage>;

/**
 * SigV4 signing name -> the client package, loaded on demand (each costs tens of milliseconds); several where services share the
 * name and are told apart by the API version that requests of the query protocol carry.
 */
export const CLIENT_PACKAGES: Readonly<Record<string, Load | readonly Load[]>> = {
  account: async () => {
    const exported = await import('@aws-sdk/client-account');
    return { exported, config: new exported.AccountClient(IDLE).config };
  },
  autoscaling: async () => {
    const exported = await import('@aws-sdk/client-auto-scaling');
    return { exported, config: new exported.AutoScalingClient(IDLE).config };
  },
  cloudformation: async () => {
    const exported = await import('@aws-sdk/client-cloudformation');
    return { exported, config: new exported.CloudFormationClient(IDLE).config };
  },
  cloudtrail: async () => {
    const exported = await import('@aws-sdk/client-cloudtrail');
    return { exported, config: new exported.CloudTrailClient(IDLE).config };
  },
  dynamodb: async () => {
    const exported = await import('@aws-sdk/client-dynamodb');
    return { exported, config: new exported.DynamoDBClient(IDLE).config };
  },
  ebs: async () => {
    const exported = await import('@aws-sdk/client-ebs');
    return { exported, config: new exported.EBSClient(IDLE).config };
  },
  ec2: async () => {
    const exported = await import('@aws-sdk/client-ec2');
    return { exported, config: new exported.EC2Client(IDLE).config };
  },
  elasticloadbalancing: [
    async () => {
      const exported = await import('@aws-sdk/client-elastic-load-balancing-v2');
      return { exported, config: new exported.ElasticLoadBalancingV2Client(IDLE).config };
    },
    async () => {
      const exported = await import('@aws-sdk/client-elastic-load-balancing');
      return { exported, config: new exported.ElasticLoadBalancingClient(IDLE).config };
    },
  ],
  events: async () => {
    const exported = await import('@aws-sdk/client-eventbridge');
    return { exported, config: new exported.EventBridgeClient(IDLE).config };
  },
  guardduty: async () => {
    const exported = await import('@aws-sdk/client-guardduty');
    return { exported, config: new exported.GuardDutyClient(IDLE).config };
  },
  iam: async () => {
    const exported = await import('@aws-sdk/client-iam');
    return { exported, config: new exported.IAMClient(IDLE).config };
  },
  inspector2: async () => {
    const exported = await import('@aws-sdk/client-inspector2');
    return { exported, config: new exported.Inspector2Client(IDLE).config };
  },
  kms: async () => {
    const exported = await import('@aws-sdk/client-kms');
    return { exported, config: new exported.KMSClient(IDLE).config };
  },
  lambda: async () => {
    const exported = await import('@aws-sdk/client-lambda');
    return { exported, config: new exported.LambdaClient(IDLE).config };
  },
  logs: async () => {
    const exported = await import('@aws-sdk/client-cloudwatch-logs');
    return { exported, config: new exported.CloudWatchLogsClient(IDLE).config };
  },
  organizations: async () => {
    const exported = await import('@aws-sdk/client-organizations');
    return { exported, config: new exported.OrganizationsClient(IDLE).config };
  },
  route53resolver: async () => ROUTE_53_RESOLVER,
  s3: async () => {
    const exported = await import('@aws-sdk/client-s3');
    return { exported, config: new exported.S3Client(IDLE).config };
  },
  securityhub: async () => {
    const exported = await import('@aws-sdk/client-securityhub');
    return { exported, config: new exported.SecurityHubClient(IDLE).config };
  },
  servicequotas: async () => {
    const exported = await import('@aws-sdk/client-service-quotas');
    return { exported, config: new exported.ServiceQuotasClient(IDLE).config };
  },
  sns: async () => {
    const exported = await import('@aws-sdk/client-sns');
    return { exported, config: new exported.SNSClient(IDLE).config };
  },
  sqs: async () => {
    const exported = await import('@aws-sdk/client-sqs');
    return { exported, config: new exported.SQSClient(IDLE).config };
  },
  ssm: async () => {
    const exported = await import('@aws-sdk/client-ssm');
    return { exported, config: new exported.SSMClient(IDLE).config };
  },
  states: async () => {
    const exported = await import('@aws-sdk/client-sfn');
    return { exported, config: new exported.SFNClient(IDLE).config };
  },
  sts: async () => {
    const exported = await import('@aws-sdk/client-sts');
    return { exported, config: new exported.STSClient(IDLE).config };
  },
};
