import { instanceFacts, type InstanceFacts } from '../plan/facts.ts';
import { plan } from '../plan/plan.ts';
import { CONTAIN_ONLY, type Posture } from '../plan/posture.ts';
import { stepsOf, type Plan } from '../plan/steps.ts';
import { toLift, type ContainmentJournal, type LiftOf } from './journal.ts';
import { containedPaths, liftedPaths } from './paths.fixture.ts';
import type { ReleaseFacts } from './release-facts.ts';

/** When the facts were read. */
export const AT = '2026-11-21T03:00:00.000Z';
const ROLE = 'arn:aws:iam::602011160021:role/web';
/** ARN of the quarantine profile. */
export const QUARANTINE = 'arn:aws:iam::602011160021:instance-profile/cordon/cordon-quarantine';
/** In milliseconds. */
export const HOUR = 3_600_000;
/** A time at which old sessions have expired. */
export const IN_A_DAY = Date.parse(AT) + 24 * HOUR;

/** An instance before containment. */
export const instance = (more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  ...instanceFacts.parse({
    account: '602011160021',
    region: 'eu-central-1',
    instanceId: 'i-0123456789abcdef0',
    state: 'running',
    spot: false,
    networkInterfaces: [
      { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-2', 'sg-1'], requesterManaged: false },
    ],
    volumes: [{ volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true }],
    isolationGroups: [],
    addresses: [],
    attributes: {
      disableApiTermination: false,
      shutdownBehavior: 'terminate',
      deleteOnTermination: [{ deviceName: '/dev/xvda', volumeId: 'vol-1', deleteOnTermination: true }],
    },
    readAt: AT,
  }),
  ...more,
});

/** The plan that contains it. */
export const made = (facts: InstanceFacts, more: Partial<Posture> = {}): Plan =>
  plan({
    incidentId: 'inc-0123456789',
    facts,
    posture: {
      ...CONTAIN_ONLY,
      stop: 'automatic',
      subnetAcl: 'automatic',
      routeTable: 'automatic',
      internetGateway: 'automatic',
      ...more,
    },
  });

/** A journal in which everything of these plans was done. */
export const journalOf = (...plans: readonly Plan[]): ContainmentJournal => ({
  incidentId: 'inc-0123456789',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  revision: plans.length - 1,
  plans: plans.map((one, revision) => ({ revision, plan: one })),
  outcomes: plans.flatMap((one, revision) =>
    one.steps.map(({ id, kind }) => ({
      revision,
      outcome: {
        id,
        status: 'done' as const,
        detail: '',
        at: AT,
        ...(kind === 'deny-sessions' ? { on: ROLE } : {}),
      },
    })),
  ),
});

/** What is there once everything of the plan was done. */
export const contained = (facts: InstanceFacts, plan: Plan = made(facts)): ReleaseFacts => {
  const held = stepsOf(plan, 'detach-volumes').flatMap(({ volumes }) =>
    volumes.map(({ volumeId }) => volumeId),
  );
  return {
    instance: {
      ...facts,
      state: 'stopped',
      networkInterfaces: facts.networkInterfaces.map(({ publicIp: _given, ...nic }) => ({
        ...nic,
        groupIds: [`sg-iso-${nic.vpcId}`],
      })),
      addresses: [],
      attributes: {
        disableApiTermination: true,
        shutdownBehavior: 'stop',
        deleteOnTermination: facts.attributes.deleteOnTermination
          .filter(({ volumeId }) => !held.includes(volumeId))
          .map((one) => ({ ...one, deleteOnTermination: false })),
      },
      ...(facts.profile === undefined ? {} : { profile: { associationId: 'a', profileArn: QUARANTINE } }),
      autoScalingGroup: undefined,
    },
    interfaces: facts.networkInterfaces.map(({ networkInterfaceId, vpcId }) => ({
      networkInterfaceId,
      groupIds: [`sg-iso-${vpcId}`],
      tcpEstablishedSeconds: 60,
    })),
    paths: containedPaths(facts, plan),
    groupIds: facts.networkInterfaces.flatMap(({ groupIds }) => groupIds),
    addresses: facts.addresses.map(({ allocationId }) => ({ allocationId })),
    volumes: held.map((volumeId) => ({ volumeId, state: 'available' })),
    balancers: { targetGroups: [], classic: [] },
    scalingGroups:
      facts.autoScalingGroup === undefined ? [] : [{ name: facts.autoScalingGroup, desired: 1, max: 9 }],
    isolation: [...new Set(facts.networkInterfaces.map(({ vpcId }) => vpcId))].map((vpcId) => ({
      groupId: `sg-iso-${vpcId}`,
      vpcId,
      usedBy: facts.networkInterfaces
        .filter((nic) => nic.vpcId === vpcId)
        .map(({ networkInterfaceId }) => networkInterfaceId),
    })),
    mayBound: false,
    roles:
      facts.profile === undefined
        ? []
        : [{ roleArn: ROLE, marks: ['cordon-contained-1'], othersMarked: 0, attached: true, inline: 'none' }],
    tagged: [
      facts.instanceId,
      ...held,
      ...facts.networkInterfaces.map(({ networkInterfaceId }) => networkInterfaceId),
    ],
    heldByAnother: false,
    othersContained: 0,
  };
};

const attachedAgain = (now: ReleaseFacts, { volumes }: LiftOf<'attach-volumes'>): ReleaseFacts => ({
  ...now,
  instance: {
    ...now.instance,
    attributes: {
      ...now.instance.attributes,
      deleteOnTermination: [
        ...now.instance.attributes.deleteOnTermination,
        ...volumes.map((one) => ({ ...one, deleteOnTermination: false })),
      ],
    },
  },
  volumes: volumes.map(({ volumeId, deviceName }) => ({
    volumeId,
    state: 'in-use',
    attachedTo: { instanceId: now.instance.instanceId, deviceName },
  })),
});

/** Does to the facts what the lift of one step does to the world. */
export const lifted = (now: ReleaseFacts, journal: ContainmentJournal, id: string): ReleaseFacts => {
  const lift = toLift(journal).find((one) => one.id === id)?.lift;
  const attributes = (more: Partial<InstanceFacts['attributes']>): ReleaseFacts => ({
    ...now,
    instance: { ...now.instance, attributes: { ...now.instance.attributes, ...more } },
  });
  const paths = lift === undefined ? undefined : liftedPaths(now.paths, lift);
  if (paths !== undefined) return { ...now, paths };
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- every other kind is left as it is
  switch (lift?.kind) {
    case 'restore-connection-timeout':
      return {
        ...now,
        interfaces: now.interfaces.map(({ tcpEstablishedSeconds, ...nic }) => {
          const mine = nic.networkInterfaceId === lift.networkInterfaceId;
          const seconds = mine ? lift.tcpEstablishedSeconds : tcpEstablishedSeconds;
          return seconds === undefined ? nic : { ...nic, tcpEstablishedSeconds: seconds };
        }),
      };
    case 'restore-groups':
      return {
        ...now,
        interfaces: now.interfaces.map((nic) =>
          nic.networkInterfaceId === lift.networkInterfaceId ? { ...nic, groupIds: lift.groupIds } : nic,
        ),
      };
    case 'assign-public-ip':
      return {
        ...now,
        interfaces: now.interfaces.map((nic) =>
          nic.networkInterfaceId === lift.networkInterfaceId ? { ...nic, publicIp: '198.51.100.7' } : nic,
        ),
      };
    case 'associate-address':
      return {
        ...now,
        addresses: now.addresses.map((one) =>
          one.allocationId === lift.allocationId
            ? { ...one, associatedWith: { networkInterfaceId: lift.networkInterfaceId } }
            : one,
        ),
      };
    case 'restore-attribute':
      return lift.attribute === 'disableApiTermination'
        ? attributes({ disableApiTermination: lift.before === 'true' })
        : attributes({ shutdownBehavior: lift.before });
    case 'restore-delete-on-termination':
      return attributes({ deleteOnTermination: lift.devices });
    case 'attach-volumes':
      return attachedAgain(now, lift);
    case 'attach-to-auto-scaling':
      return { ...now, instance: { ...now.instance, autoScalingGroup: lift.groupName } };
    case 'start-instance':
      return { ...now, instance: { ...now.instance, state: 'running' } };
    case 'end-quarantine-profile': {
      const { profile: _quarantine, ...rest } = now.instance;
      return { ...now, instance: rest };
    }
    case 'lift-session-deny':
      return { ...now, roles: now.roles.map((role) => ({ ...role, marks: [], attached: false })) };
    case 'remove-isolation-group':
      return { ...now, isolation: now.isolation.filter(({ vpcId }) => vpcId !== lift.vpcId) };
    case 'remove-tags':
      return { ...now, tagged: [] };
    default:
      return now;
  }
};
