import { privateDnsName } from '../ec2/instance-view.ts';
import type { Ec2State, Instance } from '../ec2/state.ts';

const interfacesOf = (state: Ec2State, instance: Instance, region: string): readonly object[] =>
  instance.networkInterfaceIds.flatMap((id) => {
    const held = state.networkInterfaces.get(id);
    if (held === undefined) return [];
    const address = {
      privateDnsName: privateDnsName(held.privateIpAddress, region),
      privateIpAddress: held.privateIpAddress,
    };
    return [
      {
        ipv6Addresses: [...held.ipv6Addresses],
        networkInterfaceId: id,
        ...address,
        privateIpAddresses: [address],
        ...(held.publicIp === undefined ? {} : { publicIp: held.publicIp }),
        securityGroups: held.groups.map((groupId) => ({
          groupId,
          groupName: state.securityGroups.get(groupId)?.name ?? '',
        })),
        subnetId: held.subnetId,
        vpcId: held.vpcId,
      },
    ];
  });

/**
 * What a finding says of an instance as it is now, in the casing of an event.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_InstanceDetails.html
 */
export const instanceDetails = (state: Ec2State, instance: Instance, region: string): object => {
  const profile = [...state.profileAssociations.values()].find(
    ({ instanceId }) => instanceId === instance.instanceId,
  );
  return {
    instanceId: instance.instanceId,
    instanceType: instance.instanceType,
    launchTime: new Date(instance.launchedAt).toISOString(),
    platform: null,
    productCodes: [],
    ...(profile === undefined
      ? {}
      : { iamInstanceProfile: { arn: profile.profileArn, id: profile.profileId } }),
    networkInterfaces: interfacesOf(state, instance, region),
    tags: [...instance.tags].map(([key, value]) => ({ key, value })),
    instanceState: instance.state,
    availabilityZone: instance.availabilityZone,
    imageId: instance.imageId,
    imageDescription: state.images.get(instance.imageId)?.description ?? '',
  };
};
