import { cloudformationSamples } from './cloudformation-samples.ts';
import { dnsFirewallSamples } from './dns-firewall-samples.ts';
import { ebsSamples } from './ebs-samples.ts';
import { ebsDirectSamples } from './ebs-direct-samples.ts';
import { ec2InstanceSamples } from './ec2-instance-samples.ts';
import { ec2NetworkSamples } from './ec2-network-samples.ts';
import { ec2PathSamples } from './ec2-path-samples.ts';
import { cloudtrailSamples, iamSamples, organizationsSamples, stsSamples } from './identity-samples.ts';
import { inspectorSamples } from './inspector-samples.ts';
import { keySamples } from './key-samples.ts';
import {
  autoscalingSamples,
  eventsSamples,
  guarddutySamples,
  lambdaSamples,
  logsSamples,
  snsSamples,
  sqsSamples,
  statesSamples,
} from './messaging-samples.ts';
import { classicLoadBalancingSamples, loadBalancingSamples } from './load-balancing-samples.ts';
import type { Samples } from './sample.ts';
import { securityHubSamples } from './security-hub-samples.ts';
import { accountSamples, serviceQuotasSamples } from './settings-samples.ts';
import { ssmSamples } from './ssm-samples.ts';
import { dynamodbSamples, s3Samples } from './storage-samples.ts';

/** Representative requests by service, with `@` and the API version where services share a name; the contract test fails for an operation that has none. */
export const samples: Readonly<Record<string, Samples>> = {
  account: accountSamples,
  autoscaling: autoscalingSamples,
  cloudformation: cloudformationSamples,
  cloudtrail: cloudtrailSamples,
  dynamodb: dynamodbSamples,
  ebs: ebsDirectSamples,
  ec2: (on) => [
    ...ec2InstanceSamples(on),
    ...ec2NetworkSamples(on),
    ...ec2PathSamples(on),
    ...ebsSamples(on),
  ],
  'elasticloadbalancing@2012-06-01': classicLoadBalancingSamples,
  'elasticloadbalancing@2015-12-01': loadBalancingSamples,
  events: eventsSamples,
  guardduty: guarddutySamples,
  iam: iamSamples,
  inspector2: inspectorSamples,
  kms: keySamples,
  lambda: lambdaSamples,
  logs: logsSamples,
  monitoring: () => [],
  organizations: organizationsSamples,
  route53resolver: dnsFirewallSamples,
  s3: s3Samples,
  securityhub: securityHubSamples,
  servicequotas: serviceQuotasSamples,
  sns: snsSamples,
  sqs: sqsSamples,
  ssm: ssmSamples,
  states: statesSamples,
  sts: stsSamples,
};
