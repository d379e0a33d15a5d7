import type { Resource } from '@aws-sdk/client-cloudtrail';
import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { JournalCall } from '../../core/journal.ts';
import { isReadOnly } from './management-events.ts';

/** Types by the prefix of an EC2 id. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-supported-resource-types.html */
const BY_PREFIX: Readonly<Record<string, string>> = {
  i: 'AWS::EC2::Instance',
  vol: 'AWS::EC2::Volume',
  snap: 'AWS::EC2::Snapshot',
  eni: 'AWS::EC2::NetworkInterface',
  sg: 'AWS::EC2::SecurityGroup',
  subnet: 'AWS::EC2::Subnet',
  vpc: 'AWS::EC2::VPC',
  acl: 'AWS::EC2::NetworkAcl',
  rtb: 'AWS::EC2::RouteTable',
  ami: 'AWS::EC2::Ami',
  eipalloc: 'AWS::EC2::EIP',
};

/** Types by the name of the member that names the resource. */
const BY_MEMBER: Readonly<Record<string, string>> = {
  AutoScalingGroupName: 'AWS::AutoScaling::AutoScalingGroup',
  Bucket: 'AWS::S3::Bucket',
  InstanceProfileName: 'AWS::IAM::InstanceProfile',
  KeyId: 'AWS::KMS::Key',
  PolicyArn: 'AWS::IAM::Policy',
  RoleArn: 'AWS::IAM::Role',
  RoleName: 'AWS::IAM::Role',
};

const typeOf = (member: string, text: string): string | undefined =>
  BY_MEMBER[member] ?? BY_PREFIX[/^([a-z]+)-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.exec(text)?.[1] ?? ''];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !(value instanceof Date || value instanceof Uint8Array);

/** Every text in a value with the name of the member that holds it. */
const textsIn = (value: unknown, name = ''): readonly (readonly [name: string, text: string])[] => {
  if (typeof value === 'string') return [[name, value]];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, name));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([member, held]) => textsIn(held, member));
};

/** What AssumeRole made: the session and its key, by which the next link of a chain is found. */
const ofSession = (output: object | undefined): readonly Resource[] => {
  const { AssumedRoleUser: user, Credentials: keys } = (output ?? {}) as Partial<AssumeRoleCommandOutput>;
  return [
    { ResourceType: 'AWS::IAM::AccessKey', ResourceName: keys?.AccessKeyId },
    { ResourceType: 'AWS::STS::AssumedRole', ResourceName: user?.AssumedRoleId },
    { ResourceType: 'AWS::STS::AssumedRole', ResourceName: user?.Arn },
  ].filter(({ ResourceName }) => ResourceName !== undefined);
};

/**
 * The resources of a call, by which lookups find it: what its request names and, of one that changes something, what its answer does.
 * AWS documents the list of types and not which members it reads (UNCONFIRMED): these are the ids and names of the tables above.
 */
export const eventResources = (call: JournalCall): readonly Resource[] => {
  const { operation, input, output } = call;
  const named = [...textsIn(input), ...(isReadOnly(call) ? [] : textsIn(output))].flatMap(
    ([member, text]): readonly Resource[] => {
      const ResourceType = typeOf(member, text);
      return ResourceType === undefined ? [] : [{ ResourceType, ResourceName: text }];
    },
  );
  const all = [...(operation === 'AssumeRole' ? ofSession(output) : []), ...named];
  const seen = new Map(
    all.map((resource) => [`${resource.ResourceType} ${resource.ResourceName}`, resource]),
  );
  return [...seen.values()];
};
