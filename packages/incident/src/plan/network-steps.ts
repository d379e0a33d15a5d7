import type { InstanceFacts } from './facts.ts';
import { cuttingGate } from './gate.ts';
import type { Posture } from './posture.ts';
import type { PlanStep } from './steps.ts';

/** The owner of a VPC, where it is another account than the instance's. */
const sharedBy = ({ account, subnets }: InstanceFacts, vpcId: string) => {
  const owner = subnets.find((subnet) => subnet.vpcId === vpcId)?.ownerId;
  return owner === undefined || owner === account ? {} : { vpcOwnerId: owner };
};

/** What cuts the instance off: every interface into an empty group, every public address given up. */
export const networkSteps = (facts: InstanceFacts, posture: Posture): PlanStep[] => {
  const gate = cuttingGate(posture);
  return [
    ...facts.networkInterfaces.flatMap((nic) => {
      const group = facts.isolationGroups.find(
        (candidate) => candidate.vpcId === nic.vpcId && candidate.ours && candidate.empty,
      );
      if (group !== undefined && nic.groupIds.length === 1 && nic.groupIds[0] === group.groupId) return [];
      return {
        kind: 'isolate-interface' as const,
        gate,
        id: `isolate-interface:${nic.networkInterfaceId}`,
        networkInterfaceId: nic.networkInterfaceId,
        vpcId: nic.vpcId,
        ...sharedBy(facts, nic.vpcId),
        ...(group === undefined ? {} : { isolationGroupId: group.groupId }),
        because:
          'no new connection in or out, IPv4 or IPv6; connections already tracked may live on (aws-facts 2.2)',
        effectOnOthers: 'none: only this interface changes its groups',
        undo: {
          kind: 'restore-groups' as const,
          networkInterfaceId: nic.networkInterfaceId,
          groupIds: nic.groupIds,
        },
      };
    }),
    ...facts.networkInterfaces
      .filter((nic) => nic.publicIp !== undefined)
      .map((nic) => ({
        kind: 'give-up-public-ip' as const,
        gate,
        id: `give-up-public-ip:${nic.networkInterfaceId}`,
        networkInterfaceId: nic.networkInterfaceId,
        because:
          'an auto-assigned public address is a way in and out that the empty group does not cut for tracked flows',
        effectOnOthers: 'whoever uses the address reaches nothing; another one comes with the release',
        undo: { kind: 'assign-public-ip' as const, networkInterfaceId: nic.networkInterfaceId },
      })),
    ...facts.addresses.map((address) => ({
      kind: 'release-address' as const,
      gate,
      id: `release-address:${address.associationId}`,
      associationId: address.associationId,
      networkInterfaceId: address.networkInterfaceId,
      because: 'the public address is a way in and out that the empty group does not cut for tracked flows',
      effectOnOthers: 'whoever uses the address reaches nothing until it is associated again',
      undo: {
        kind: 'associate-address' as const,
        allocationId: address.allocationId,
        networkInterfaceId: address.networkInterfaceId,
        ...(address.privateIpAddress === undefined ? {} : { privateIpAddress: address.privateIpAddress }),
      },
    })),
  ];
};
