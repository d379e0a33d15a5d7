/** What both sides are furnished with before the first step, by the same names. */
export const FURNITURE = {
  bucket: 'conformance-vault',
  plainBucket: 'conformance-plain',
  table: 'conformance-incidents',
  queue: 'conformance-findings',
  topic: 'conformance-people',
  bus: 'conformance',
  role: 'workload',
  profile: 'workload',
  otherProfile: 'quarantine',
  otherRole: 'quarantine',
  document: 'conformance-document',
  unit: 'workloads',
  accountName: 'shop',
  accountEmail: 'shop@example.com',
} as const;

/** Who may take the roles. */
export const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A key's own account decides by its policies. */
export const keyPolicyOf = (account: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

/** The document that Systems Manager is asked for. */
export const DOCUMENT = {
  schemaVersion: '2.2',
  description: 'says who it is',
  mainSteps: [
    { action: 'aws:runShellScript', name: 'say', inputs: { timeoutSeconds: '60', runCommand: ['hostname'] } },
  ],
};

/** Rules of the bus: each sends what its pattern matches to a queue of its own, so that a message tells what matched. */
export const PATTERNS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  source: { source: ['cordon'] },
  prefix: { source: [{ prefix: 'cor' }], 'detail-type': ['incident opened'] },
  detail: { detail: { severity: ['high', 'critical'], resource: { kind: ['instance'] } } },
  numeric: { detail: { score: [{ numeric: ['>=', 4, '<', 9] }] } },
  exists: { detail: { verdict: [{ exists: true }] } },
  missing: { source: ['cordon'], detail: { verdict: [{ exists: false }] } },
  anything: { detail: { severity: [{ 'anything-but': ['low', 'medium'] }] } },
};

/** The queue of a rule of `PATTERNS`. */
export const queueOfPattern = (name: string): string => `conformance-matched-${name}`;

/** The network, which the local organization has no operation to make. */
export const NETWORK = { vpc: '10.20.0.0/16', subnet: '10.20.1.0/24', zone: 'eu-west-1a' } as const;

/** A VPC of its own with two instances behind load balancers, so that what is told of the other stays as small as it is. */
export const POOL = {
  vpc: '10.30.0.0/16',
  subnet: '10.30.1.0/24',
  otherSubnet: '10.30.2.0/24',
  zone: 'eu-west-1a',
  otherZone: 'eu-west-1b',
  instanceType: 'm5.large',
  port: 80,
  size: { min: 1, max: 2, desired: 2 },
  group: 'conformance-group',
  launchTemplate: 'conformance-template',
  targetGroup: 'conformance-targets',
  balancer: 'conformance-balancer',
  classicBalancer: 'conformance-classic',
  logGroup: 'conformance-flows',
  retentionDays: 30,
} as const;

/** The image's only disk, named as moto names that of every image. */
export const IMAGE = { name: 'conformance-linux', rootDevice: '/dev/sda1', sizeGiB: 8 } as const;

/** The table, as both sides make it: alike in a template's properties and in a request. */
export const tableOf = () => ({
  TableName: FURNITURE.table,
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' as const },
    { AttributeName: 'sk', AttributeType: 'S' as const },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ],
});
