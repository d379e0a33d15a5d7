import type { Ids } from '../../core/ids.ts';
import type { Ec2State, Instance } from './state.ts';
import { newPublicAddress } from './subnet-addresses.ts';

/**
 * Gives an instance a new auto-assigned public IPv4 where AWS does: when it starts, and when its Elastic IP is disassociated.
 * It gets none while it has an Elastic IP or more than one network interface.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html#concepts-public-addresses
 */
export const restorePublicAddress = (state: Ec2State, instance: Instance, ids: Ids): void => {
  const [primaryId] = instance.networkInterfaceIds;
  const primary = primaryId === undefined ? undefined : state.networkInterfaces.get(primaryId);
  if (primary === undefined || primary.autoPublicIp !== true || instance.networkInterfaceIds.length > 1)
    return;
  const hasElastic = [...state.addresses.values()].some(
    (address) => address.association?.networkInterfaceId === primaryId,
  );
  if (!hasElastic && primary.publicIp === undefined) primary.publicIp = newPublicAddress(ids);
};

/** Takes the auto-assigned addresses of an instance that stopped. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html */
export const losePublicAddresses = (state: Ec2State, instance: Instance): void => {
  for (const id of instance.networkInterfaceIds) {
    const held = state.networkInterfaces.get(id);
    if (held !== undefined) delete held.publicIp;
  }
};
