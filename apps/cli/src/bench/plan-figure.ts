import { CONTAIN_ONLY, instanceFacts, plan, type InstanceFacts, type Posture } from '@cordon/incident';
import type { Explained } from './drill-figures.ts';
import { figure, median } from './figure.ts';

const INSTANCES = 1_000;

/** Everything that a plan may hold: the longest one. */
const POSTURE: Posture = {
  ...CONTAIN_ONLY,
  stop: 'automatic',
  crash: 'automatic',
  detachVolumes: 'automatic',
  subnetAcl: 'ask',
  routeTable: 'ask',
  internetGateway: 'ask',
  metadataOff: 'automatic',
};

/** An instance with three interfaces in three subnets, four volumes, a profile, a group, and addresses that findings name. */
const factsOf = (index: number): InstanceFacts => {
  const hex = index.toString(16).padStart(17, '0');
  const account = String(602_011_160_000 + (index % 200));
  const subnets = ['a', 'b', 'c'].map((letter) => ({
    subnetId: `subnet-${letter}${hex}`,
    vpcId: `vpc-${hex}`,
    ownerId: account,
    networkAclId: `acl-${letter}${hex}`,
    routes: [{ destination: '0.0.0.0/0', target: 'nat-gateway', targetId: `nat-${hex}` }],
  }));
  return instanceFacts.parse({
    account,
    region: 'eu-central-1',
    instanceId: `i-${hex}`,
    state: 'running',
    spot: false,
    networkInterfaces: subnets.map(({ subnetId, vpcId }) => ({
      networkInterfaceId: `eni-${subnetId}`,
      vpcId,
      subnetId,
      groupIds: [`sg-${hex}`],
      requesterManaged: false,
    })),
    subnets,
    networkAcls: subnets.map(({ networkAclId, subnetId }) => ({
      networkAclId,
      subnetIds: [subnetId],
      entries: [
        { ruleNumber: 100, egress: false, allow: true, cidr: '0.0.0.0/0' },
        { ruleNumber: 100, egress: true, allow: true, cidr: '0.0.0.0/0' },
      ],
    })),
    volumes: ['a', 'f', 'g', 'h'].map((letter) => ({
      volumeId: `vol-${letter}${hex}`,
      deviceName: `/dev/sd${letter}`,
      sizeGiB: 100,
      encrypted: letter !== 'a',
      isRoot: letter === 'a',
    })),
    isolationGroups: [],
    addresses: [],
    profile: {
      associationId: `iip-assoc-${hex}`,
      profileArn: `arn:aws:iam::${account}:instance-profile/web`,
    },
    autoScalingGroup: 'web',
    remoteAddresses: ['198.51.100.23', '203.0.113.9'],
    readAt: '2026-11-21T03:00:01.000Z',
  });
};

/** How long plans for many instances take, hashes included: an attack on a whole organization must not wait for arithmetic. */
export const planFigure = (runs: number, processorMs: () => number): Explained => {
  const all = Array.from({ length: INSTANCES }, (_, index) => factsOf(index));
  let steps = 0;
  const times = Array.from({ length: runs }, () => {
    const began = processorMs();
    steps = all.reduce(
      (sum, facts, index) =>
        sum +
        plan({ incidentId: `inc-${index.toString(16).padStart(10, '0')}`, facts, posture: POSTURE }).steps
          .length,
      0,
    );
    return (processorMs() - began) / 1_000;
  });
  return {
    figure: figure('plans-for-1000-instances', { measured: median(times), unit: 's' }, { below: 1 }),
    lines: [`${steps / INSTANCES} steps each, with reasons, undo and hash; processor time, ${runs} run(s)`],
  };
};
