import type {
  DescribeListenersCommandInput,
  DescribeListenersCommandOutput,
  DescribeLoadBalancersCommandInput,
  DescribeLoadBalancersCommandOutput,
  Listener as ListenerView,
  LoadBalancer as LoadBalancerView,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { describeCheck, invalid, pageOf, requireBalancer, stateOf, surroundingsOf } from './lookup.ts';
import type { Listener, LoadBalancer } from './state.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
const ARNS_LIMIT = 20;

const viewOf = (balancer: LoadBalancer, call: Call): LoadBalancerView => {
  const { subnets } = surroundingsOf(call).ec2;
  return {
    LoadBalancerArn: balancer.arn,
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    Type: balancer.type,
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    IpAddressType: 'ipv4',
    State: { Code: 'active' },
    CreatedTime: new Date(balancer.createdAt),
    AvailabilityZones: balancer.subnetIds.map((SubnetId) => ({
      SubnetId,
      ZoneName: subnets.get(SubnetId)?.availabilityZone ?? '',
    })),
    ...(balancer.securityGroups.length === 0 ? {} : { SecurityGroups: [...balancer.securityGroups] }),
  };
};

const byName = (call: Call, name: string): LoadBalancer => {
  const found = [...stateOf(call).loadBalancers.values()].find((one) => one.name === name);
  if (found === undefined)
    throw new ServiceFault('LoadBalancerNotFound', `Load balancers '[${name}]' not found`);
  return found;
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
export const describeLoadBalancers = operation<
  DescribeLoadBalancersCommandInput,
  Omit<DescribeLoadBalancersCommandOutput, '$metadata'>
>({
  checks: () => describeCheck('DescribeLoadBalancers'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeLoadBalancers', ['LoadBalancerArns', 'Names', 'Marker', 'PageSize']);
    const { LoadBalancerArns: arns = [], Names: names = [] } = input;
    if (arns.length > 0 && names.length > 0)
      throw invalid('Load balancer ARNs and names cannot be specified at the same time');
    if (arns.length > ARNS_LIMIT)
      throw invalid(`Only ${ARNS_LIMIT} load balancers can be described at a time`);
    const wanted =
      arns.length > 0
        ? arns.map((arn) => requireBalancer(call, arn))
        : names.length > 0
          ? names.map((name) => byName(call, name))
          : [...stateOf(call).loadBalancers.values()];
    const page = pageOf(wanted, input);
    return {
      LoadBalancers: page.items.map((balancer) => viewOf(balancer, call)),
      ...(page.next === undefined ? {} : { NextMarker: page.next }),
    };
  },
});

const listenerView = (listener: Listener, LoadBalancerArn: string): ListenerView => {
  const [only] = listener.targetGroupArns;
  const TargetGroups = listener.targetGroupArns.map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 }));
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol,
    DefaultActions: [
      {
        Type: 'forward',
        // Given on its own only where there is but one. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
        ...(only !== undefined && TargetGroups.length === 1 ? { TargetGroupArn: only } : {}),
        ForwardConfig: { TargetGroups },
      },
    ],
  };
};

const listenersOf = (input: DescribeListenersCommandInput, call: Call): readonly ListenerView[] => {
  const { LoadBalancerArn, ListenerArns: arns = [] } = input;
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html : either the one or the other
  if ((LoadBalancerArn === undefined) === (arns.length === 0))
    throw invalid('You must specify either listener ARNs or a load balancer ARN');
  const of = ({ arn, listeners }: LoadBalancer): readonly ListenerView[] =>
    listeners.map((listener) => listenerView(listener, arn));
  if (LoadBalancerArn !== undefined) return of(requireBalancer(call, LoadBalancerArn));
  const all = [...stateOf(call).loadBalancers.values()].flatMap(of);
  return arns.map((arn) => {
    const found = all.find(({ ListenerArn }) => ListenerArn === arn);
    if (found === undefined)
      throw new ServiceFault('ListenerNotFound', `One or more listeners not found: '${arn}'`);
    return found;
  });
};

/** Listeners here forward everything to target groups. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListeners.html */
export const describeListeners = operation<
  DescribeListenersCommandInput,
  Omit<DescribeListenersCommandOutput, '$metadata'>
>({
  checks: () => describeCheck('DescribeListeners'),
  run: (input, call) => {
    acceptMembers(input, 'DescribeListeners', ['LoadBalancerArn', 'ListenerArns', 'Marker', 'PageSize']);
    const page = pageOf(listenersOf(input, call), input);
    return {
      Listeners: [...page.items],
      ...(page.next === undefined ? {} : { NextMarker: page.next }),
    };
  },
});
