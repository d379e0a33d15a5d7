import { addClassicLoadBalancer, addTargetGroup } from '../elasticloadbalancing/build.ts';
import { loadBalancingService } from '../elasticloadbalancing/service.ts';
import { ACCOUNT, bench, REGION } from '../testing.ts';
import { TAG, type FurnishedWorld } from './furnished-world.ts';
import type { Samples } from './sample.ts';

const furnishing = ({ world, ids }: FurnishedWorld) => {
  const { timeline } = bench(loadBalancingService, {}, world);
  return { world, timeline, ids, account: ACCOUNT, region: REGION };
};

/** Requests to Elastic Load Balancing, on a target group whose target is the instance. */
export const loadBalancingSamples: Samples = (on) => {
  const { instanceId: id } = on.instance;
  const spec = { name: 'web', vpcId: on.subnet.vpcId, tags: TAG, targets: [{ id }] };
  const { arn: TargetGroupArn } = addTargetGroup(spec, furnishing(on));
  const named = { TargetGroupArn, Targets: [{ Id: id }] };
  return [
    { operation: 'DescribeListeners', input: { LoadBalancerArn: 'arn' } },
    { operation: 'DescribeLoadBalancers', input: {} },
    { operation: 'DescribeTargetGroupAttributes', input: { TargetGroupArn } },
    { operation: 'DescribeTargetGroups', input: {} },
    { operation: 'DescribeTargetHealth', input: { TargetGroupArn } },
    { operation: 'RegisterTargets', input: named },
    { operation: 'DeregisterTargets', input: named },
  ];
};

/** Requests to the API of Classic Load Balancers, on one that has the instance. */
export const classicLoadBalancingSamples: Samples = (on) => {
  const { instanceId: InstanceId } = on.instance;
  const listeners = [{ port: 80, instancePort: 80 }];
  const place = { subnetIds: [on.subnet.subnetId], securityGroups: [on.group.groupId] };
  addClassicLoadBalancer(
    { ...place, name: 'old', listeners, tags: TAG, instanceIds: [InstanceId] },
    furnishing(on),
  );
  const LoadBalancerName = 'old';
  const named = { LoadBalancerName, Instances: [{ InstanceId }] };
  return [
    { operation: 'DescribeLoadBalancers', input: {} },
    { operation: 'DescribeLoadBalancerAttributes', input: { LoadBalancerName } },
    { operation: 'DescribeInstanceHealth', input: { LoadBalancerName } },
    { operation: 'RegisterInstancesWithLoadBalancer', input: named },
    { operation: 'DeregisterInstancesFromLoadBalancer', input: named },
  ];
};
