import { defaultPolicy, dutyRoleName, RECORDER_FUNCTION_NAME, TAGS } from '@cordon/incident';
import {
  addInstance,
  addSubnet,
  addVpc,
  authorizeIn,
  dnsFirewallState,
  ec2State,
  emptyJournal,
  seededIds,
  World,
  type Bucket,
} from '@cordon/local-aws';
import type { Delivery } from '../../run-record.ts';
import type { Remains } from '../remains.ts';
import { putFlow } from './put-flow.ts';
import { furnishEvidence } from './furnish-evidence.ts';
import { addOwnRole, furnishMember } from './furnish-member.ts';
import { furnishSecurity } from './furnish-security.ts';
import { writeGoodJournal } from './good-journal.ts';
import {
  ACCOUNTS,
  ASKED,
  COPIES,
  FINDING,
  GROUP,
  HOSTILE,
  INCIDENT,
  INTERFACES,
  MACHINE,
  MEMBER,
  REGION,
  REMOTE,
  RESOLVER,
  SIBLING,
  START,
  SUSPECT,
  VOLUMES,
} from './places.ts';

/** A run that went as it should, made by hand, and what a test changes in it. */
export interface GoodRun {
  readonly remains: Remains;
  readonly world: World;
  readonly vault: Bucket;
}

/** The event of the run's one finding; `content` makes another state of it. */
export const delivery = (
  arrivedAfterMs: number,
  content: Readonly<Record<string, unknown>> = {},
): Delivery => ({
  findingId: FINDING,
  region: REGION,
  arrivedAt: START + arrivedAfterMs,
  event: {
    source: 'aws.guardduty',
    'detail-type': 'GuardDuty Finding',
    detail: { id: FINDING, accountId: MEMBER, ...content },
  },
});

const emptyWorld = (): World => {
  const world = new World({
    organizationId: 'o-cordondrill',
    managementAccount: ACCOUNTS.management,
    partition: 'aws',
    regions: [REGION],
    delegatedAdministrators: [ACCOUNTS.security],
  });
  for (const id of [...Object.values(ACCOUNTS), MEMBER])
    world.accounts.set(id, { id, name: id, path: `o-cordondrill/r-root/${id}/`, state: 'ACTIVE' });
  return world;
};

/** What blocks the name that the finding tells, in the suspect's VPCs. */
const blockNames = (world: World): void => {
  const { domainLists, ruleGroups, associations } = world.of(dnsFirewallState, MEMBER, REGION);
  const made = {
    name: 'block',
    creatorRequestId: 'block',
    createdAt: '',
    modifiedAt: '',
    tags: new Map<string, string>(),
  };
  const specifications = ['example.net', '*.example.net'];
  domainLists.set('list', { ...made, id: 'list', arn: 'list', status: 'COMPLETE', specifications });
  const rule = {
    domainListId: 'list',
    name: 'block',
    priority: 1,
    action: 'BLOCK' as const,
    creatorRequestId: '',
    createdAt: '',
  };
  ruleGroups.set('group', { ...made, id: 'group', arn: 'group', rules: new Map([['list', rule]]) });
  const vpcs = new Set(
    [...world.of(ec2State, MEMBER, REGION).networkInterfaces.values()].map(({ vpcId }) => vpcId),
  );
  for (const [index, vpcId] of [...vpcs].entries())
    associations.set(vpcId, {
      ...made,
      id: vpcId,
      arn: vpcId,
      ruleGroupId: 'group',
      vpcId,
      priority: 101 + index,
      mutationProtection: 'DISABLED',
      status: 'COMPLETE',
    });
};

/** The forensics account: the machine, with a volume made from each copy. */
const furnishForensics = (world: World, ids: ReturnType<typeof seededIds>): void => {
  addOwnRole(world, ids, ACCOUNTS.forensics, dutyRoleName('examiner'));
  const state = world.of(ec2State, ACCOUNTS.forensics, REGION);
  const { vpcId } = addVpc(state, { cidr: '10.9.0.0/16', ownerId: ACCOUNTS.forensics }, ids);
  const { subnetId } = addSubnet(state, { vpcId, cidr: '10.9.1.0/24', availabilityZone: `${REGION}a` }, ids);
  const volumes = COPIES.map((snapshotId, index) => ({
    deviceName: `/dev/sd${'fg'[index]}`,
    sizeGiB: VOLUMES[index]?.sizeGiB ?? 8,
    snapshotId,
    content: VOLUMES[index]?.content ?? '',
    tags: { [TAGS.sourceVolume]: VOLUMES[index]?.volumeId ?? '' },
  }));
  addInstance(
    state,
    {
      instanceId: MACHINE,
      type: 'm6i.xlarge',
      imageId: 'ami-0dddddddddddddddd',
      launchedAt: START + 15_000,
      networkInterfaces: [{ subnetId, groups: [] }],
      volumes,
      tags: { [TAGS.incident]: INCIDENT },
    },
    ids,
  );
};

/**
 * A contained suspect with two interfaces and two volumes, a sibling on its profile and an Auto Scaling group, locked
 * copies, a sealed ledger, and the journal of the calls and events that led there. Every invariant holds on it.
 */
export const goodRun = (): GoodRun => {
  const world = emptyWorld();
  const ids = seededIds('good-run');
  const roleArn = furnishMember(world, ids);
  furnishSecurity(world, ids);
  addOwnRole(world, ids, ACCOUNTS.evidence, dutyRoleName('custodian'));
  addOwnRole(world, ids, ACCOUNTS.evidence, RECORDER_FUNCTION_NAME);
  putFlow(world, { remoteAddress: REMOTE, cutAfterMs: 1_100 });
  putFlow(world, { remoteAddress: '192.0.2.66' });
  putFlow(world, { remoteAddress: RESOLVER, by: 'resolver', asks: ASKED, cutAfterMs: 1_100 });
  blockNames(world);
  const vault = furnishEvidence(world, ids);
  furnishForensics(world, ids);
  const journal = emptyJournal();
  writeGoodJournal(journal);
  const remains: Remains = {
    organization: {
      world,
      journal,
      host: {
        decideFor: (caller, region, check) =>
          authorizeIn({ world, services: [], caller, region, now: START }, check),
      },
    },
    accounts: ACCOUNTS,
    homeRegion: REGION,
    policy: defaultPolicy,
    suspects: [
      {
        account: MEMBER,
        region: REGION,
        instanceId: SUSPECT,
        volumes: VOLUMES,
        networkInterfaceIds: INTERFACES,
        roleArn,
        siblings: [SIBLING],
        neighbours: [],
        remotes: [{ address: REMOTE, port: 443, direction: 'outbound' }],
        asks: [ASKED],
        autoScalingGroup: GROUP,
      },
    ],
    deliveries: [delivery(0)],
    through: 'seal',
    seed: 'good-run',
    hostileTexts: [HOSTILE],
  };
  return { remains, world, vault };
};
