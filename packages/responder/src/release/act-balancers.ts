import { RegisterInstancesWithLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing';
import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Act } from './act.ts';

/** Registers a target as it was, by the same id, port and zone; registering one that is there changes nothing. */
export const actTarget: Act<'register-target'> = {
  on: ({ targetGroupArn }) => [
    { actions: ['elasticloadbalancing:RegisterTargets'], resources: [targetGroupArn] },
  ],
  act: async ({ targetGroupArn, targetId, port, availabilityZone }, { balancers }) => {
    await balancers.send(
      new RegisterTargetsCommand({
        TargetGroupArn: targetGroupArn,
        Targets: [
          {
            Id: targetId,
            Port: port,
            ...(availabilityZone === undefined ? {} : { AvailabilityZone: availabilityZone }),
          },
        ],
      }),
    );
    return `${targetId}:${port} is registered; its health checks decide when it is sent requests`;
  },
};

/** Registers the instance with a classic balancer again. */
export const actClassicBalancer: Act<'register-with-classic-balancer'> = {
  on: ({ name }, { balancerArn }) => [
    {
      actions: ['elasticloadbalancing:RegisterInstancesWithLoadBalancer'],
      resources: [balancerArn(`loadbalancer/${name}`)],
    },
  ],
  act: async ({ name }, { classicBalancers, instanceId }) => {
    await classicBalancers.send(
      new RegisterInstancesWithLoadBalancerCommand({
        LoadBalancerName: name,
        Instances: [{ InstanceId: instanceId }],
      }),
    );
    return `the instance is registered with ${name}; its health checks decide when it is sent requests`;
  },
};
