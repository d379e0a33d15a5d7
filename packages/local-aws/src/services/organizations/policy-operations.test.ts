import type {
  DescribePolicyCommandOutput,
  ListAWSServiceAccessForOrganizationCommandOutput,
  ListPoliciesCommandOutput,
  ListTargetsForPolicyCommandOutput,
} from '@aws-sdk/client-organizations';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, rootOf } from '../testing.ts';
import { attachControlPolicy } from './control-policies.ts';
import { organizationsService } from './service.ts';
import { organizationState } from './state.ts';

const DENY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoShare', Effect: 'Deny', Action: 'ec2:ModifySnapshotAttribute', Resource: '*' }],
};
const UNIT = 'ou-test-work';
const member = { caller: rootOf(OTHER_ACCOUNT) };

const setUp = () => {
  const on = bench(organizationsService);
  const attached = { kind: 'SCP', name: 'theirs', document: DENY } as const;
  const target = { kind: 'ou', path: `o-test000000/r-test/${UNIT}/` } as const;
  attachControlPolicy(on.world, { ...attached, target });
  const list = (Filter: string) => on.perform<ListPoliciesCommandOutput>('ListPolicies', { Filter });
  return { ...on, list };
};

const idOf = async (on: ReturnType<typeof setUp>): Promise<string> => {
  const { Policies = [] } = await on.list('SERVICE_CONTROL_POLICY');
  return Policies.find(({ Name }) => Name === 'theirs')?.Id ?? '';
};

describe('control policies', () => {
  it("are listed by kind, AWS's own among them", async () => {
    const on = setUp();
    const { Policies } = await on.list('SERVICE_CONTROL_POLICY');
    expect(Policies).toMatchObject([
      {
        Id: 'p-FullAWSAccess',
        AwsManaged: true,
        Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
      },
      { Name: 'theirs', AwsManaged: false, Type: 'SERVICE_CONTROL_POLICY' },
    ]);
    expect((await on.list('RESOURCE_CONTROL_POLICY')).Policies).toMatchObject([{ Id: 'p-RCPFullAWSAccess' }]);
  });

  it('are told as they were written', async () => {
    const on = setUp();
    const { Policy } = await on.perform<DescribePolicyCommandOutput>('DescribePolicy', {
      PolicyId: await idOf(on),
    });
    expect(JSON.parse(Policy?.Content ?? '')).toEqual(DENY);
    expect(on.checks.at(-1)).toMatchObject({
      action: 'organizations:DescribePolicy',
      context: { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' },
    });
  });

  it("tell where they are attached, AWS's own to every node once a kind is enabled", async () => {
    const on = setUp();
    const targets = async (PolicyId: string) => {
      const { Targets = [] } = await on.perform<ListTargetsForPolicyCommandOutput>('ListTargetsForPolicy', {
        PolicyId,
      });
      return Targets.map(({ TargetId, Type }) => `${TargetId} ${Type}`);
    };
    expect(await targets(await idOf(on))).toEqual([`${UNIT} ORGANIZATIONAL_UNIT`]);
    expect(await targets('p-FullAWSAccess')).toEqual([
      'r-test ROOT',
      `${UNIT} ORGANIZATIONAL_UNIT`,
      `${ACCOUNT} ACCOUNT`,
      `${OTHER_ACCOUNT} ACCOUNT`,
    ]);
    expect(await targets('p-RCPFullAWSAccess')).toEqual([]);
  });

  it.each([
    ['ListPolicies', { Filter: 'SERVICE_CONTROL_POLICY' }],
    ['DescribePolicy', { PolicyId: 'p-FullAWSAccess' }],
    ['ListTargetsForPolicy', { PolicyId: 'p-FullAWSAccess' }],
    ['ListAWSServiceAccessForOrganization', {}],
  ])('%s is refused to a member that administers nothing', async (operation, input) => {
    const on = setUp();
    await expect(on.perform(operation, input, member)).rejects.toThrow("don't have permissions");
    on.world
      .of(organizationState, '', '')
      .delegations.set('guardduty.amazonaws.com', new Set([OTHER_ACCOUNT]));
    await expect(on.perform(operation, input, member)).resolves.toBeDefined();
  });

  it.each<[string, object, string]>([
    ['ListPolicies', { Filter: 'TAG_POLICY' }, 'Filter=TAG_POLICY of ListPolicies is not implemented'],
    ['DescribePolicy', { PolicyId: 'x' }, 'invalid policy ID'],
    ['DescribePolicy', { PolicyId: 'p-0123456789' }, "policy that doesn't exist"],
    ['ListTargetsForPolicy', { PolicyId: 'p-0123456789' }, "policy that doesn't exist"],
  ])('%s refuses %j', async (operation, input, message) => {
    await expect(setUp().perform(operation, input)).rejects.toThrow(message);
  });
});

it('ListAWSServiceAccessForOrganization tells whom the organization trusts', async () => {
  const on = setUp();
  on.world.of(organizationState, '', '').trustedServices.add('guardduty.amazonaws.com');
  expect(
    await on.perform<ListAWSServiceAccessForOrganizationCommandOutput>(
      'ListAWSServiceAccessForOrganization',
      {},
    ),
  ).toEqual({ EnabledServicePrincipals: [{ ServicePrincipal: 'guardduty.amazonaws.com' }] });
});
