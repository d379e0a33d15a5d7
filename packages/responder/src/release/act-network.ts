import {
  AssociateAddressCommand,
  DeleteSecurityGroupCommand,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { faultCode } from '../aws/classify.ts';
import { NotDone } from '../steps/attempt.ts';
import type { Act } from './act.ts';

/** Gives an interface its former groups, in their order. */
export const actGroups: Act<'restore-groups'> = {
  on: ({ networkInterfaceId, groupIds }, { ec2Arn, instanceId }) => [
    {
      actions: ['ec2:ModifyNetworkInterfaceAttribute'],
      resources: [
        ec2Arn(`network-interface/${networkInterfaceId}`),
        ec2Arn(`instance/${instanceId}`),
        ...groupIds.map((id) => ec2Arn(`security-group/${id}`)),
      ],
    },
  ],
  act: async ({ networkInterfaceId, groupIds }, { ec2 }) => {
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: networkInterfaceId,
        Groups: [...groupIds],
      }),
    );
    return `${networkInterfaceId} is in ${groupIds.join(', ')} again`;
  },
};

/** Gives an Elastic IP back. One that is elsewhere by now is taken from there only when a person named the step. */
export const actAddress: Act<'associate-address'> = {
  on: ({ allocationId, networkInterfaceId }, { ec2Arn }) => [
    {
      actions: ['ec2:AssociateAddress'],
      resources: [ec2Arn(`elastic-ip/${allocationId}`), ec2Arn(`network-interface/${networkInterfaceId}`)],
    },
  ],
  act: async ({ allocationId, networkInterfaceId, privateIpAddress }, { ec2, drifted }) => {
    await ec2.send(
      new AssociateAddressCommand({
        AllocationId: allocationId,
        NetworkInterfaceId: networkInterfaceId,
        ...(privateIpAddress === undefined ? {} : { PrivateIpAddress: privateIpAddress }),
        // In a VPC this defaults to true. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
        AllowReassociation: drifted,
      }),
    );
    return `${allocationId} is on ${networkInterfaceId} again`;
  },
};

/** Has EC2 assign a public address again. */
export const actPublicIp: Act<'assign-public-ip'> = {
  on: ({ networkInterfaceId }, { ec2Arn, instanceId }) => [
    {
      actions: ['ec2:ModifyNetworkInterfaceAttribute'],
      resources: [ec2Arn(`network-interface/${networkInterfaceId}`), ec2Arn(`instance/${instanceId}`)],
    },
  ],
  act: async ({ networkInterfaceId }, { ec2 }) => {
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: networkInterfaceId,
        AssociatePublicIpAddress: true,
      }),
    );
    return `EC2 assigns ${networkInterfaceId} a public address again, another one than before`;
  },
};

/** Deletes the VPC's isolation group; EC2 refuses while anything is in it. */
export const actIsolationGroup: Act<'remove-isolation-group'> = {
  on: ({ vpcId }, { ec2Arn, facts }) => [
    {
      actions: ['ec2:DeleteSecurityGroup'],
      resources: facts.isolation
        .filter((group) => group.vpcId === vpcId)
        .map(({ groupId }) => ec2Arn(`security-group/${groupId}`)),
    },
  ],
  act: async ({ vpcId }, { ec2, facts }) => {
    const group = facts.isolation.find((one) => one.vpcId === vpcId);
    if (group === undefined) return `${vpcId} has no isolation group`;
    try {
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId: group.groupId }));
    } catch (error) {
      const code = faultCode(error);
      if (code === 'DependencyViolation')
        throw new NotDone(
          `${group.groupId} is in use since it was looked at: the release of what uses it takes it away`,
        );
      if (code !== 'InvalidGroup.NotFound') throw error;
    }
    return `the isolation group ${group.groupId} of ${vpcId} is gone`;
  },
};
