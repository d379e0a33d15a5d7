import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { Route53ResolverClient } from '@aws-sdk/client-route53resolver';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Catalog } from './catalog.ts';
import { decode } from './decode.ts';
import { encodeFault } from './encode-fault.ts';
import { encodeSuccess } from './encode-success.ts';
import { requestHandler } from './request-handler.ts';
import {
  type DecodedCall,
  type Fault,
  WireFault,
  type WireRequest,
  type WireResponse,
} from './wire-message.ts';

/** The secret with which the tests' clients sign. */
export const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

/** The request id in every answer of the tests' gateway. */
export const REQUEST_ID = '00000000-0000-4000-8000-000000000001';

/** What a gateway under test answers: an output, or an error. */
type Answer = { readonly output: object } | { readonly fault: Fault };

/** The smallest gateway: decodes, remembers what came, answers what it is told. */
export function testGateway(catalog: Catalog, answer: (call: DecodedCall) => Answer) {
  const requests: WireRequest[] = [];
  const calls: DecodedCall[] = [];
  const handle = async (request: WireRequest): Promise<WireResponse> => {
    requests.push(request);
    try {
      const call = decode(catalog, request);
      calls.push(call);
      const given = answer(call);
      return 'output' in given
        ? encodeSuccess(catalog, call, given.output, REQUEST_ID)
        : encodeFault(catalog, call, given.fault, REQUEST_ID);
    } catch (error) {
      if (error instanceof WireFault) return encodeFault(catalog, error, error, REQUEST_ID);
      throw error;
    }
  };
  return { handle, requests, calls };
}

/** Real clients of every service, one attempt each, on an in-process handler or on an endpoint. */
export function testClients(place: {
  readonly handle?: (request: WireRequest) => Promise<WireResponse>;
  readonly endpoint?: string;
}) {
  const config = {
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: 'ASIATESTTESTTESTTEST',
      secretAccessKey: SECRET,
      sessionToken: 'a+session/token==',
    },
    ...(place.handle === undefined ? {} : { requestHandler: requestHandler(place.handle) }),
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint, disableHostPrefix: true }),
  };
  return {
    autoscaling: new AutoScalingClient(config),
    dynamodb: new DynamoDBClient(config),
    ec2: new EC2Client(config),
    elb: new ElasticLoadBalancingClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
    events: new EventBridgeClient(config),
    guardduty: new GuardDutyClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    organizations: new OrganizationsClient(config),
    route53resolver: new Route53ResolverClient(config),
    s3: new S3Client(config),
    s3PathStyle: new S3Client({ ...config, forcePathStyle: true }),
    sns: new SNSClient(config),
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
    sqsAtQueueUrl: new SQSClient(config),
    ssm: new SSMClient(config),
    states: new SFNClient(config),
    sts: new STSClient(config),
  };
}

/** What `testClients` gives. */
export type TestClients = ReturnType<typeof testClients>;
