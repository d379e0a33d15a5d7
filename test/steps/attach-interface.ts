import { ISOLATION_GROUP_NAME } from '@cordon/incident';
import { addNetworkInterface } from '@cordon/local-aws';
import type { Stage } from './play.ts';

/** Another interface of the suspect, in the subnet of its first and in a group that lets traffic through. Gives its id. */
export const attachInterface = ({
  ec2,
  organization,
  suspect,
}: Pick<Stage, 'ec2' | 'organization' | 'suspect'>): string => {
  const instance = ec2.instances.get(suspect.instanceId);
  const beside = ec2.networkInterfaces.get(suspect.networkInterfaceIds[0] ?? '');
  const open = [...ec2.securityGroups.values()].find(
    ({ vpcId, name }) => vpcId === beside?.vpcId && name !== ISOLATION_GROUP_NAME,
  );
  if (instance === undefined || beside === undefined || open === undefined)
    throw new Error(`suspect ${suspect.instanceId} has no network to attach an interface in`);
  const spec = { subnetId: beside.subnetId, groups: [open.groupId] };
  const nic = addNetworkInterface(ec2, spec, organization.ids);
  const deviceIndex = instance.networkInterfaceIds.length;
  nic.attachment = {
    attachmentId: `eni-attach-${deviceIndex}`,
    instanceId: suspect.instanceId,
    deviceIndex,
    networkCardIndex: 0,
    attachedAt: organization.timeline.now(),
  };
  instance.networkInterfaceIds.push(nic.networkInterfaceId);
  return nic.networkInterfaceId;
};
