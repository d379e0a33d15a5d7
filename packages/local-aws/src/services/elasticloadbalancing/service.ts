import type { Service } from '../../core/operation.ts';
import { classicOperations } from './classic.ts';
import { describeListeners, describeLoadBalancers } from './load-balancers.ts';
import { describeTargetGroupAttributes, describeTargetGroups } from './target-groups.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.ts';

/** Application and Network Load Balancers and their target groups. Balancers and groups are made with the world, not by API. */
export const loadBalancingService: Service = {
  name: 'elasticloadbalancing',
  apiVersion: '2015-12-01',
  operations: {
    DescribeListeners: describeListeners,
    DescribeLoadBalancers: describeLoadBalancers,
    DescribeTargetGroupAttributes: describeTargetGroupAttributes,
    DescribeTargetGroups: describeTargetGroups,
    DescribeTargetHealth: describeTargetHealth,
    RegisterTargets: registerTargets,
    DeregisterTargets: deregisterTargets,
  },
};

/** Classic Load Balancers, which have an API of their own under the same name. */
export const classicLoadBalancingService: Service = {
  name: 'elasticloadbalancing',
  apiVersion: '2012-06-01',
  operations: classicOperations,
};
