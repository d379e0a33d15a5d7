import { createHash } from 'node:crypto';
import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSnapshotsCommand,
  DescribeSpotInstanceRequestsCommand,
  type EC2Client,
  type Image,
  type Instance,
  type LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { LaunchSpec, StepOf } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';

/** What AWS says of an instance and of what it was launched from. */
export interface Looked {
  readonly instance: Instance | undefined;
  /** In base64, as EC2 gives it. */
  readonly userData: string | undefined;
  readonly image: Image | undefined;
  /** Undefined where the instance came from none, or its version is gone. */
  readonly version: LaunchTemplateVersion | undefined;
  readonly spotRequest: string | undefined;
  readonly roleArn: string | undefined;
  /** Volumes that snapshots of image and template were taken from, of those that the account may see. */
  readonly madeFromVolumes: readonly string[];
}

const GONE = /NotFound|NoSuchEntity|InvalidAMIID|Malformed/;

/** The answer, or undefined where AWS says that there is no such thing. */
const unlessGone = async <Answer>(ask: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await ask;
  } catch (error) {
    if (GONE.test(faultCode(error))) return undefined;
    throw error;
  }
};

/** An instance's user data, in base64. It may hold secrets: it is neither kept nor logged. */
export const readUserData = async (ec2: EC2Client, instanceId: string): Promise<string | undefined> => {
  const { UserData: data } = await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'userData' }),
  );
  return data?.Value === undefined || data.Value === '' ? undefined : data.Value;
};

/** SHA-256 of user data, in hex. */
export const digestOf = (userData: string): string => createHash('sha256').update(userData).digest('hex');

const snapshotsOf = (
  image: Image | undefined,
  version: LaunchTemplateVersion | undefined,
): readonly string[] => {
  const mappings = [
    ...(image?.BlockDeviceMappings ?? []),
    ...(version?.LaunchTemplateData?.BlockDeviceMappings ?? []),
  ];
  return [...new Set(mappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []))];
};

const volumesBehind = async (ec2: EC2Client, snapshotIds: readonly string[]): Promise<readonly string[]> => {
  if (snapshotIds.length === 0) return [];
  // By a filter: of another's image the snapshots are not to be seen, and naming them would be refused.
  const { Snapshots: snapshots = [] } = await ec2.send(
    new DescribeSnapshotsCommand({ Filters: [{ Name: 'snapshot-id', Values: [...snapshotIds] }] }),
  );
  return snapshots.flatMap(({ VolumeId }) => VolumeId ?? []);
};

const versionOf = async (
  ec2: EC2Client,
  template: LaunchSpec['template'],
): Promise<LaunchTemplateVersion | undefined> => {
  if (template === undefined) return undefined;
  const answer = await unlessGone(
    ec2.send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: template.id,
        Versions: [template.version],
      }),
    ),
  );
  return answer?.LaunchTemplateVersions?.[0];
};

const roleOf = async (iam: IAMClient, profileArn: string | undefined): Promise<string | undefined> => {
  const name = profileArn?.split('/').at(-1);
  if (name === undefined) return undefined;
  const answer = await unlessGone(iam.send(new GetInstanceProfileCommand({ InstanceProfileName: name })));
  return answer?.InstanceProfile?.Roles?.[0]?.Arn;
};

/** Reads all that the decision about a replacement hangs on; two rounds. Throws what AWS throws. */
export const lookAt = async (
  { ec2, iam }: { readonly ec2: EC2Client; readonly iam: IAMClient },
  step: StepOf<'launch-replacement'>,
  { instanceId, profileArn }: { readonly instanceId: string; readonly profileArn: string | undefined },
): Promise<Looked> => {
  const [described, userData, images, version, spot, roleArn] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [instanceId] }] })),
    unlessGone(readUserData(ec2, instanceId)),
    unlessGone(ec2.send(new DescribeImagesCommand({ ImageIds: [step.imageId] }))),
    versionOf(ec2, step.template),
    ec2.send(
      new DescribeSpotInstanceRequestsCommand({ Filters: [{ Name: 'instance-id', Values: [instanceId] }] }),
    ),
    roleOf(iam, profileArn),
  ]);
  const image = images?.Images?.[0];
  return {
    instance: described.Reservations?.[0]?.Instances?.[0],
    userData,
    image,
    version,
    spotRequest: spot.SpotInstanceRequests?.[0]?.Type,
    roleArn,
    madeFromVolumes: await volumesBehind(ec2, snapshotsOf(image, version)),
  };
};
