import { describe, expect, it } from 'vitest';
import {
  autoScalingState,
  iamState,
  loadBalancingState,
  type Registration,
  type TargetGroup,
} from '@cordon/local-aws';
import { asDuty } from '../testing/good-journal.ts';
import { goodRun, type GoodRun } from '../testing/good-run.ts';
import {
  GROUP,
  ISOLATION_GROUP,
  MEMBER,
  REGION,
  REPLACEMENT,
  RESOLVER,
  SIBLING,
  SUSPECT,
} from '../testing/places.ts';
import { putFlow } from '../testing/put-flow.ts';
import { brokenIn, attach, call, found, member, type Tampering, contain } from '../testing/tampering.ts';

const TARGET_GROUP = `arn:aws:elasticloadbalancing:${REGION}:${MEMBER}:targetgroup/web/0123456789abcdef`;

const registered = (id: string): Registration => ({ id, port: 443, health: 'healthy' });

/** Puts the suspect of a good run behind a load balancer, of which this is left. */
const behindBalancer = (run: GoodRun, registrations: Registration[]): void => {
  const { targetGroups } = run.world.of(loadBalancingState, MEMBER, REGION);
  const group: TargetGroup = {
    arn: TARGET_GROUP,
    name: 'web',
    protocol: 'HTTPS',
    port: 443,
    vpcId: 'vpc-1',
    targetType: 'instance',
    tags: new Map(),
    healthCheck: { intervalSeconds: 30, timeoutSeconds: 6, healthyThreshold: 5, unhealthyThreshold: 2 },
    deregistrationDelaySeconds: 300,
    terminatesConnections: false,
    registrations,
  };
  targetGroups.set(TARGET_GROUP, group);
  const [suspect] = run.remains.suspects;
  Object.assign(found(suspect), {
    balancers: { targetGroupArns: [TARGET_GROUP], classicNames: [], own: [SUSPECT], others: [SIBLING] },
  });
};

const tamperings: readonly Tampering[] = [
  {
    when: 'a host beside the suspect is not answered any more when it asks for a name of its own',
    tamper: (run) => {
      Object.assign(found(run.remains.suspects[0]), { neighbours: [SIBLING] });
      putFlow(run.world, {
        remoteAddress: RESOLVER,
        by: 'resolver',
        asks: 'api.supplier.test',
        instanceId: SIBLING,
        cutAfterMs: 900,
      });
    },
    says: new RegExp(`${SIBLING} is not answered any more when it asks for api\\.supplier\\.test`),
  },
  {
    when: 'a sibling loses its profile',
    tamper: (run) =>
      void (found(
        [...member(run).profileAssociations.values()].find(({ instanceId }) => instanceId === SIBLING),
      ).state = 'disassociated'),
    says: new RegExp(`${SIBLING} has lost its profile`),
  },
  {
    when: 'a sibling is isolated',
    tamper: (run) =>
      void (found(
        [...member(run).networkInterfaces.values()].find(
          ({ attachment }) => attachment?.instanceId === SIBLING,
        ),
      ).groups = [ISOLATION_GROUP]),
    says: /was isolated/,
  },
  {
    when: "a sibling's sessions are denied too",
    tamper: (run) => attach(run, 'web-app', { Effect: 'Deny', Action: 's3:*', Resource: '*' }),
    says: new RegExp(`${SIBLING} is denied s3:GetObject`),
  },
  {
    when: "the role's own rights are gone",
    tamper: (run) => run.world.of(iamState, MEMBER, '').roles.get('web-app')?.inline.clear(),
    says: /allows nothing any more/,
  },
  {
    when: 'no replacement was started',
    tamper: (run) =>
      void found(run.world.of(autoScalingState, MEMBER, REGION).groups.get(GROUP)).members.delete(
        REPLACEMENT,
      ),
    says: /web wants 2 and has 1/,
  },
  {
    when: 'the capacity was decreased',
    tamper: (run) =>
      call(run, {
        at: 970,
        by: asDuty('protect'),
        does: 'autoscaling DetachInstances',
        input: { InstanceIds: [SUSPECT], ShouldDecrementDesiredCapacity: true },
      }),
    says: /DetachInstances by cordon-contain changes web/,
  },
  {
    when: 'a healthy member is taken out',
    tamper: (run) =>
      call(run, {
        at: 970,
        by: asDuty('protect'),
        does: 'autoscaling DetachInstances',
        input: {
          AutoScalingGroupName: GROUP,
          InstanceIds: [SIBLING],
          ShouldDecrementDesiredCapacity: false,
        },
      }),
    says: /DetachInstances by cordon-contain changes web/,
  },
  {
    when: 'a group that held no suspect is changed',
    tamper: (run) =>
      call(run, {
        at: 970,
        by: asDuty('protect'),
        does: 'autoscaling DetachInstances',
        input: {
          AutoScalingGroupName: 'nobodys',
          InstanceIds: [SUSPECT],
          ShouldDecrementDesiredCapacity: false,
        },
      }),
    says: /DetachInstances by cordon-contain changes web/,
  },
  {
    when: 'a call of ours touches an interface of a healthy instance',
    tamper: (run) => {
      const theirs = found(
        [...member(run).networkInterfaces.values()].find(
          ({ attachment }) => attachment?.instanceId === SIBLING,
        ),
      );
      call(
        run,
        contain('ec2 ModifyNetworkInterfaceAttribute', {
          NetworkInterfaceId: theirs.networkInterfaceId,
          Groups: [ISOLATION_GROUP],
        }),
      );
    },
    says: new RegExp(`of ${SIBLING}, which is no suspect`),
  },
  {
    when: 'a target group still sends requests to the suspect',
    tamper: (run) => behindBalancer(run, [registered(SUSPECT), registered(SIBLING)]),
    says: new RegExp(`web still sends requests to ${SUSPECT}`),
  },
  {
    when: 'a target group has no healthy target left',
    tamper: (run) => behindBalancer(run, [{ ...registered(SIBLING), health: 'unhealthy' }]),
    says: /web has no healthy target left/,
  },
  {
    when: 'a healthy target is taken out too',
    tamper: (run) => {
      behindBalancer(run, [registered(SIBLING)]);
      call(
        run,
        contain('elasticloadbalancing DeregisterTargets', {
          TargetGroupArn: TARGET_GROUP,
          Targets: [{ Id: SIBLING, Port: 443 }],
        }),
      );
    },
    says: new RegExp(`takes ${SIBLING} out, which is no suspect`),
  },
  {
    when: 'a call of ours registers a target',
    tamper: (run) => {
      behindBalancer(run, [registered(SIBLING)]);
      call(run, contain('elasticloadbalancing RegisterTargets', { TargetGroupArn: TARGET_GROUP }));
    },
    says: /changes load balancers/,
  },
  {
    when: 'the group is gone',
    tamper: (run) => run.world.of(autoScalingState, MEMBER, REGION).groups.clear(),
    says: /Auto Scaling group web is gone/,
  },
  {
    when: 'a sibling is gone',
    tamper: (run) => void member(run).instances.delete(SIBLING),
    says: new RegExp(`${SIBLING} is gone`),
  },
];

describe('neighbours-unbroken', () => {
  it('holds where each target group keeps a healthy target and has left the suspect', () => {
    const run = goodRun();
    behindBalancer(run, [registered(SIBLING), { ...registered(SUSPECT), drainsUntil: 1 }]);
    expect(brokenIn(run.remains)).toEqual([]);
  });

  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['neighbours-unbroken', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'neighbours-unbroken')?.detail).toMatch(says);
  });
});
