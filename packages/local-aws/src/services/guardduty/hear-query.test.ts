import { describe, expect, it } from 'vitest';
import { createOrganization } from '../../organization.ts';
import { askName } from '../ec2/ask-name.ts';
import { addInstance } from '../ec2/build-instance.ts';
import { addImage, addSubnet, addVpc } from '../ec2/build.ts';
import { ec2State } from '../ec2/state.ts';
import { enableDetector } from './build.ts';
import { FOUND_AFTER_MS } from './hear-query.ts';
import { TOLD_AFTER_MS } from './occurrences.ts';
import { guardDutyState } from './state.ts';

const ADMINISTRATOR = '222222222222';
const MEMBER = '333333333331';
const REGION = 'eu-west-1';
/** https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-ec2.html#backdoor-ec2-ccactivitybdns */
const TEST_DOMAIN = 'guarddutyc2activityb.com';
const RULE = {
  Resources: {
    Findings: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'findings',
        EventPattern: { source: ['aws.guardduty'] },
        Targets: [{ Id: 'bus', Arn: `arn:aws:events:${REGION}:${ADMINISTRATOR}:event-bus/other` }],
      },
    },
  },
};

/** A member with one host, whose administrator hears of findings. */
const open = async ({ members = [MEMBER] }: { readonly members?: readonly string[] } = {}) => {
  const organization = await createOrganization({
    seed: 'queries',
    startAt: '2026-01-01T00:00:00Z',
    organizationId: 'o-test000000',
    managementAccount: '111111111111',
    accounts: [
      { id: '111111111111', name: 'management' },
      { id: ADMINISTRATOR, name: 'security' },
      { id: MEMBER, name: 'member' },
    ],
    regions: [REGION],
    delegatedAdministrators: [ADMINISTRATOR],
    runtime: { inProcess: {} },
  });
  const { world, ids, timeline } = organization;
  const making = { ids, now: timeline.now() };
  enableDetector(world, { account: ADMINISTRATOR, region: REGION, members }, making);
  if (members.length > 0) enableDetector(world, { account: MEMBER, region: REGION }, making);
  organization.deploy(RULE, { account: ADMINISTRATOR, region: REGION, stackName: 'rule' });
  const state = world.of(ec2State, MEMBER, REGION);
  const vpc = addVpc(state, { cidr: '10.0.0.0/28', ownerId: MEMBER }, ids);
  const subnet = addSubnet(
    state,
    { vpcId: vpc.vpcId, cidr: '10.0.0.0/28', availabilityZone: `${REGION}a` },
    ids,
  );
  const image = addImage(state, { ownerId: MEMBER, name: 'linux' }, ids);
  const host = addInstance(
    state,
    {
      type: 't3.nano',
      imageId: image.imageId,
      // Of no group at all: groups do not filter what is asked of the resolver.
      networkInterfaces: [{ subnetId: subnet.subnetId, groups: [] }],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root' }],
      launchedAt: timeline.now(),
      tags: { Name: 'host' },
    },
    ids,
  );
  return {
    host,
    frequency: (to: 'FIFTEEN_MINUTES') => {
      const { detector } = world.of(guardDutyState, MEMBER, REGION);
      if (detector !== undefined) detector.frequency = to;
    },
    ask: (name: string) =>
      organization.during(() =>
        askName(organization, { account: MEMBER, region: REGION, instanceId: host.instanceId, name }),
      ),
    pass: (ms: number) => organization.run(() => false, timeline.now() + ms),
    findings: (account: string) => [
      ...(world.of(guardDutyState, account, REGION).detector?.findings.values() ?? []),
    ],
    told: () =>
      organization.journal.events.filter(
        ({ event }) => event['source'] === 'aws.guardduty' && event['account'] === ADMINISTRATOR,
      ),
  };
};

describe('a query for the test domain', () => {
  it('becomes a finding of the member that its administrator has and is told of', async () => {
    const on = await open();
    expect(await on.ask(TEST_DOMAIN)).toEqual({ answered: true });
    expect(on.findings(MEMBER)).toEqual([]);
    await on.pass(FOUND_AFTER_MS);
    const [finding] = on.findings(ADMINISTRATOR);
    expect(finding).toMatchObject({
      Type: 'Backdoor:EC2/C&CActivity.B!DNS',
      Severity: 8,
      AccountId: MEMBER,
      Resource: { ResourceType: 'Instance', InstanceDetails: { InstanceId: on.host.instanceId } },
      Service: {
        Count: 1,
        Action: { ActionType: 'DNS_REQUEST', DnsRequestAction: { Domain: TEST_DOMAIN } },
      },
    });
    expect(on.findings(MEMBER)).toEqual([finding]);
    expect(on.told()).toEqual([]);
    await on.pass(TOLD_AFTER_MS);
    expect(on.told()).toHaveLength(1);
  });

  // https://docs.aws.amazon.com/guardduty/latest/ug/finding-aggregation.html
  it('adds to the finding when it comes again, and is told as often as the detector says', async () => {
    const on = await open();
    on.frequency('FIFTEEN_MINUTES');
    await on.ask(TEST_DOMAIN);
    await on.pass(FOUND_AFTER_MS + TOLD_AFTER_MS);
    for (const _ of [1, 2, 3]) {
      await on.ask(TEST_DOMAIN);
      await on.pass(60_000);
    }
    expect(on.told()).toHaveLength(1);
    await on.pass(15 * 60_000);
    expect(on.told()).toHaveLength(2);
    expect(on.findings(ADMINISTRATOR)).toMatchObject([{ Service: { Count: 4 } }]);
  });

  it('becomes nothing for another name, from a host that is stopped, and where GuardDuty is not enabled', async () => {
    const on = await open();
    expect(await on.ask('example.com')).toEqual({ answered: true });
    on.host.state = 'stopped';
    expect(await on.ask(TEST_DOMAIN)).toMatchObject({ answered: false });
    await on.pass(2 * FOUND_AFTER_MS);
    expect(on.findings(ADMINISTRATOR)).toEqual([]);
    const without = await open({ members: [] });
    await without.ask(TEST_DOMAIN);
    await without.pass(2 * FOUND_AFTER_MS);
    expect(without.told()).toEqual([]);
  });
});
