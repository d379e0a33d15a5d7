import type {
  DescribeInstanceInformationCommandInput,
  DescribeInstanceInformationCommandOutput,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { ec2State } from '../ec2/state.ts';
import { takePage } from '../page.ts';
import { guestOf, pingStatus } from './agents.ts';
import { badToken, onAll } from './invocations.ts';
import { ssmState } from './state.ts';

/** "The default value is 10 items." API_DescribeInstanceInformation.html */
const PAGE = 10;

/** Every node that has registered and whose instance is still there, by its last heartbeat. */
const nodesOf = (call: Call): readonly InstanceInformation[] => {
  const { world, region, now } = call;
  const { account } = call.caller;
  const { instances, networkInterfaces } = world.of(ec2State, account, region);
  return [...world.of(ssmState, account, region).agents].flatMap(([instanceId, agent]) => {
    const instance = instances.get(instanceId);
    const guest = guestOf(world, { account, region, instanceId });
    if (instance === undefined || instance.state === 'terminated' || guest === undefined) return [];
    const address = networkInterfaces.get(instance.networkInterfaceIds[0] ?? '')?.privateIpAddress;
    return [
      {
        InstanceId: instanceId,
        PingStatus: pingStatus(agent, now),
        LastPingDateTime: new Date(agent.lastPingAt),
        AgentVersion: guest.agentVersion,
        PlatformType: guest.platform,
        PlatformName: guest.platformName,
        PlatformVersion: guest.platformVersion,
        ResourceType: 'EC2Instance' as const,
        ...(address === undefined ? {} : { IPAddress: address }),
        SourceId: instanceId,
        SourceType: 'AWS::EC2::Instance' as const,
      },
    ];
  });
};

/** Filters that are implemented, each by the member that it looks at. */
const FILTERS = {
  InstanceIds: 'InstanceId',
  PingStatus: 'PingStatus',
  PlatformTypes: 'PlatformType',
} as const;

const isFilter = (key: string): key is keyof typeof FILTERS => Object.hasOwn(FILTERS, key);

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html */
export const describeInstanceInformation = operation<
  DescribeInstanceInformationCommandInput,
  Omit<DescribeInstanceInformationCommandOutput, '$metadata'>
>({
  checks: () => onAll('DescribeInstanceInformation'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeInstanceInformation', ['Filters', 'MaxResults', 'NextToken']);
    const { Filters: filters = [], MaxResults: size = PAGE, NextToken: token } = input;
    // "Minimum value of 5. Maximum value of 50."
    if (size < 5 || size > 50)
      throw new ServiceFault('ValidationException', `MaxResults is ${size}: want 5 to 50`);
    const nodes = filters.reduce<readonly InstanceInformation[]>(
      (left, { Key: key = '', Values: values = [] }) => {
        if (!isFilter(key)) throw unimplemented(`filter ${key}`, 'DescribeInstanceInformation');
        return left.filter((node) => values.includes(node[FILTERS[key]] ?? ''));
      },
      nodesOf(call),
    );
    const { items, next } = takePage(nodes, { token, size }, badToken);
    return { InstanceInformationList: [...items], ...(next === undefined ? {} : { NextToken: next }) };
  },
});
