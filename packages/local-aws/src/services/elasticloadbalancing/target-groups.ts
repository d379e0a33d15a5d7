import type {
  DescribeTargetGroupAttributesCommandInput,
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandInput,
  DescribeTargetGroupsCommandOutput,
  TargetGroup as TargetGroupView,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { balancersOf } from './health.ts';
import { describeCheck, invalid, pageOf, requireBalancer, requireGroup, stateOf } from './lookup.ts';
import type { TargetGroup } from './state.ts';

const isHttp = ({ protocol }: TargetGroup): boolean => protocol === 'HTTP' || protocol === 'HTTPS';

const arnsOf = (group: TargetGroup, call: Call): readonly string[] => {
  const using = new Set(balancersOf(group, stateOf(call)));
  return [...stateOf(call).loadBalancers.values()].filter((one) => using.has(one)).map(({ arn }) => arn);
};

const viewOf = (group: TargetGroup, call: Call): TargetGroupView => ({
  TargetGroupArn: group.arn,
  TargetGroupName: group.name,
  Protocol: group.protocol,
  Port: group.port,
  VpcId: group.vpcId,
  TargetType: group.targetType,
  IpAddressType: 'ipv4',
  HealthCheckEnabled: true,
  HealthCheckPort: 'traffic-port',
  HealthCheckProtocol: isHttp(group) ? 'HTTP' : 'TCP',
  HealthCheckIntervalSeconds: group.healthCheck.intervalSeconds,
  HealthCheckTimeoutSeconds: group.healthCheck.timeoutSeconds,
  HealthyThresholdCount: group.healthCheck.healthyThreshold,
  UnhealthyThresholdCount: group.healthCheck.unhealthyThreshold,
  LoadBalancerArns: [...arnsOf(group, call)],
  ...(isHttp(group) ? { HealthCheckPath: '/', Matcher: { HttpCode: '200' }, ProtocolVersion: 'HTTP1' } : {}),
});

const byName = (call: Call, name: string): TargetGroup => {
  const found = [...stateOf(call).targetGroups.values()].find((group) => group.name === name);
  if (found === undefined) throw new ServiceFault('TargetGroupNotFound', `Target groups '${name}' not found`);
  return found;
};

const wantedOf = (input: DescribeTargetGroupsCommandInput, call: Call): readonly TargetGroup[] => {
  const { LoadBalancerArn, TargetGroupArns = [], Names = [] } = input;
  const ways = [LoadBalancerArn !== undefined, TargetGroupArns.length > 0, Names.length > 0];
  if (ways.filter(Boolean).length > 1)
    throw invalid('Only one of load balancer ARN, target group ARNs and target group names can be specified');
  if (LoadBalancerArn !== undefined) {
    const balancer = requireBalancer(call, LoadBalancerArn);
    const arns = balancer.listeners.flatMap(({ targetGroupArns }) => targetGroupArns);
    return [...new Set(arns)].map((arn) => requireGroup(call, arn));
  }
  if (TargetGroupArns.length > 0) return TargetGroupArns.map((arn) => requireGroup(call, arn));
  if (Names.length > 0) return Names.map((name) => byName(call, name));
  return [...stateOf(call).targetGroups.values()];
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html */
export const describeTargetGroups = operation<
  DescribeTargetGroupsCommandInput,
  Omit<DescribeTargetGroupsCommandOutput, '$metadata'>
>({
  checks: () => describeCheck('DescribeTargetGroups'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeTargetGroups', [
      'LoadBalancerArn',
      'TargetGroupArns',
      'Names',
      'Marker',
      'PageSize',
    ]);
    const page = pageOf(wantedOf(input, call), input);
    return {
      TargetGroups: page.items.map((group) => viewOf(group, call)),
      ...(page.next === undefined ? {} : { NextMarker: page.next }),
    };
  },
});

/**
 * The attributes that bear on deregistration; those that only say how requests are spread are not here.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
 */
export const describeTargetGroupAttributes = operation<
  DescribeTargetGroupAttributesCommandInput,
  Omit<DescribeTargetGroupAttributesCommandOutput, '$metadata'>
>({
  checks: () => describeCheck('DescribeTargetGroupAttributes'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeTargetGroupAttributes', ['TargetGroupArn']);
    const group = requireGroup(call, input.TargetGroupArn);
    const seconds = String(group.deregistrationDelaySeconds);
    const terminates = String(group.terminatesConnections);
    return {
      Attributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: seconds },
        ...(isHttp(group)
          ? []
          : [{ Key: 'deregistration_delay.connection_termination.enabled', Value: terminates }]),
      ],
    };
  },
});
