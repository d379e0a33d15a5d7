import type { Instance, NetworkInterface } from '@aws-sdk/client-ec2';
import { TAGS, type InstanceFacts, type MachineFacts } from '@cordon/incident';
import type { DescribedMachine } from './describe-machine.ts';

/** The value of a tag that AWS alone can set: nobody else may use its prefix. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const madeByAws = (instance: Instance, key: `aws:${string}`): string | undefined =>
  (instance.Tags ?? []).find((tag) => tag.Key === key)?.Value;

/**
 * The service whose node the instance is. Tags of other prefixes (`eks:`, `elasticbeanstalk:`) say it too, but anybody may set those.
 * https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
 * https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-tags.html
 * Elastic Beanstalk makes its instances by a stack that it names `awseb-`:
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.cloudformation.html
 */
export const nodeOf = (instance: Instance): InstanceFacts['nodeOf'] => {
  if (madeByAws(instance, 'aws:eks:cluster-name') !== undefined) return 'eks';
  if (madeByAws(instance, 'aws:elasticmapreduce:job-flow-id') !== undefined) return 'emr';
  return madeByAws(instance, 'aws:cloudformation:stack-name')?.startsWith('awseb-') === true
    ? 'elastic-beanstalk'
    : undefined;
};

/** Every private address of an interface, by which a load balancer may have it as a target. */
export const privateAddresses = (nic: NetworkInterface): readonly string[] => [
  ...new Set(
    [
      nic.PrivateIpAddress,
      ...(nic.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress),
      ...(nic.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address),
    ].flatMap((address) => address ?? []),
  ),
];

/**
 * The fleet that launched an instance. That EC2 sets these tags is seen on instances and named by AWS's support pages, not by the user
 * guide (UNCONFIRMED): without them a fleet's instance is taken for a lone one, and its replacement is one too many.
 */
const fleetOf = (instance: Instance): MachineFacts['fleet'] => {
  if (madeByAws(instance, 'aws:ec2spot:fleet-request-id') !== undefined) return 'spot-fleet';
  return madeByAws(instance, 'aws:ec2:fleet-id') === undefined ? undefined : 'ec2-fleet';
};

const launchedFrom = (instance: Instance): MachineFacts['launchedFrom'] => {
  if (instance.ImageId === undefined) return undefined;
  const id = madeByAws(instance, 'aws:ec2launchtemplate:id');
  const version = madeByAws(instance, 'aws:ec2launchtemplate:version');
  return {
    imageId: instance.ImageId,
    ...(instance.SubnetId === undefined ? {} : { subnetId: instance.SubnetId }),
    ...(id === undefined || version === undefined ? {} : { template: { id, version } }),
  };
};

/**
 * What kind of machine it is. The hypervisor is read of the type: of an instance EC2 says `xen` for Nitro too.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html
 */
export const machineFacts = (instance: Instance, machine: DescribedMachine): MachineFacts => {
  const { type, spotRequest, stopProtected } = machine;
  const from = launchedFrom(instance);
  const fleet = fleetOf(instance);
  return {
    rootDevice: instance.RootDeviceType === 'instance-store' ? 'instance-store' : 'ebs',
    hibernation: instance.HibernationOptions?.Configured === true,
    ...(stopProtected === undefined ? {} : { stopProtected }),
    ...(spotRequest === undefined ? {} : { spotRequest }),
    ...(type === undefined
      ? {}
      : {
          type: {
            // Bare metal has no hypervisor, and is of the Nitro System.
            nitro: type.Hypervisor === 'nitro' || type.BareMetal === true,
            x86: type.ProcessorInfo?.SupportedArchitectures?.includes('x86_64') === true,
            instanceStorage: type.InstanceStorageSupported === true,
            ...(type.MemoryInfo?.SizeInMiB === undefined ? {} : { memoryMiB: type.MemoryInfo.SizeInMiB }),
          },
        }),
    ...(from === undefined ? {} : { launchedFrom: from }),
    ...(fleet === undefined ? {} : { fleet }),
    ...((instance.Tags ?? []).some(({ Key }) => Key === TAGS.replaces) ? { replaces: true } : {}),
  };
};
