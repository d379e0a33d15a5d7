import { BREAK_GLASS_ROLE_NAME } from '@cordon/incident';
import { STACK_SETS_PRINCIPAL } from '@cordon/incident/doctor';
import {
  dynamodbState,
  ec2State,
  eventsState,
  iamState,
  kmsState,
  lambdaState,
  organizationState,
  s3State,
  setQuota,
  sqsState,
  type Organization,
} from '@cordon/local-aws';
import { expect } from 'vitest';
import { control, loosened } from './control-plants.ts';
import { config, putRows, rowOf, stackSet } from './doctor-stage.ts';
import { without, type Plant, type Planted } from './plant.ts';
import { GUARD_DUTY_PLANTS } from './plants-guard-duty.ts';

const { accounts: own, homeRegion: HOME } = config;
const [, OTHER = HOME] = config.regions;

const quota =
  (account: string, service: string, name: string, [low, back]: readonly [number, number]): Plant =>
  ({ world }) => {
    setQuota(world, { account, region: OTHER }, { service, name, value: low });
    return () => setQuota(world, { account, region: OTHER }, { service, name, value: back });
  };

const instance = (organization: Organization, member: string) => {
  const found = stackSet(organization).instances.get(`${member}/${OTHER}`);
  if (found === undefined) throw new Error(`no instance for ${member}`);
  return found;
};

const keyIn = ({ world }: Organization, alias: string) => {
  const { keys, aliases } = world.of(kmsState, own.evidence, OTHER);
  const key = keys.get(aliases.get(alias) ?? '');
  if (key === undefined) throw new Error(`no key ${alias}`);
  return key;
};

const member =
  (id: string, result: 'failed' | 'unknown'): Plant =>
  async (organization, account) => {
    const at = new Date(organization.timeline.now()).toISOString();
    const well = rowOf(account, OTHER, at);
    const checks = [...well.checks, { id, result, says: 'AccessDenied' }];
    await putRows(organization, [{ ...well, verdict: 'not', checks }]);
    return () => putRows(organization, [well]);
  };

/** All that is planted. */
export const PLANTS: readonly Planted[] = [
  [
    'trusted access of StackSets is off',
    { id: 'trusted-access', result: 'error' },
    ({ world }) => {
      // Instances and StackSets themselves can still be read by whoever is delegated: AWS keeps both apart.
      const { trustedServices } = world.of(organizationState, '', '');
      trustedServices.delete('guardduty.amazonaws.com');
      return () => void trustedServices.add('guardduty.amazonaws.com');
    },
  ],
  [
    'GuardDuty is delegated to another account',
    { id: 'delegation', result: 'error' },
    ({ world }, account) => {
      const { delegations } = world.of(organizationState, '', '');
      delegations.set('guardduty.amazonaws.com', new Set([account]));
      return () => void delegations.set('guardduty.amazonaws.com', new Set([own.security]));
    },
  ],
  [
    'StackSets are delegated to an account more, on which no guardrail stands',
    { id: 'stackset-power', result: 'error' },
    ({ world }, account) => {
      const { delegations } = world.of(organizationState, '', '');
      const administrators = delegations.get(STACK_SETS_PRINCIPAL);
      administrators?.add(account);
      return () => void administrators?.delete(account);
    },
  ],
  ...GUARD_DUTY_PLANTS,
  [
    'a StackSet is not deployed to accounts that join',
    { id: 'stackset-auto-deployment', result: 'error' },
    (organization) => {
      const set = stackSet(organization);
      set.autoDeployment = { Enabled: false };
      return () => void (set.autoDeployment = { Enabled: true, RetainStacksOnAccountRemoval: true });
    },
  ],
  [
    'an instance is outdated',
    { id: 'stackset-instances', result: 'error' },
    (organization, account) => {
      const one = instance(organization, account);
      Object.assign(one, { status: 'OUTDATED', detailed: 'FAILED', reason: 'denied' });
      return () => {
        Object.assign(one, { status: 'CURRENT', detailed: 'SUCCEEDED' });
        delete one.reason;
      };
    },
  ],
  [
    'an instance has drifted',
    { id: 'stackset-drift', result: 'error' },
    (organization, account) => {
      const one = instance(organization, account);
      one.drift = { status: 'DRIFTED', at: 0, resources: new Map() };
      return () => void delete one.drift;
    },
  ],
  [
    'an account was not reached',
    { id: 'stackset-reach', result: 'error', region: OTHER },
    (organization, account) => without(stackSet(organization).instances, `${account}/${OTHER}`),
  ],
  [
    'an SCP denies a step',
    { id: 'control-policy-scp', result: 'error' },
    control(
      'SCP',
      {
        Version: '2012-10-17',
        Statement: [{ Sid: 'NoShare', Effect: 'Deny', Action: 'ec2:ModifySnapshotAttribute', Resource: '*' }],
      },
      'account',
    ),
  ],
  [
    'an RCP denies a step',
    { id: 'control-policy-rcp', result: 'error' },
    control(
      'RCP',
      {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'NoTake',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sts:AssumeRole',
            Resource: 'arn:aws:iam::*:role/cordon/cordon-revoke',
          },
        ],
      },
      'account',
    ),
  ],
  [
    'the policy of the evidence key was changed',
    { id: 'key-policy', result: 'error', region: OTHER },
    (organization) => {
      const key = keyIn(organization, 'alias/cordon-evidence');
      const before = key.policyText;
      key.policyText = before.replace('kms:DisableKey', 'kms:Enable*');
      return () => void (key.policyText = before);
    },
  ],
  [
    'the transit key is disabled',
    { id: 'key-state', result: 'error', region: OTHER },
    (organization) => {
      const key = keyIn(organization, 'alias/cordon-transit');
      key.state = 'Disabled';
      return () => void (key.state = 'Enabled');
    },
  ],
  [
    "the vault's policy was changed",
    { id: 'vault-policy', result: 'error' },
    ({ world }) => {
      const bucket = world.of(s3State, '', '').buckets.get(`cordon-vault-${own.evidence}`);
      if (bucket?.policy === undefined) throw new Error('no vault');
      const before = bucket.policy;
      bucket.policy = { ...before, text: before.text.replace('s3:GetObjectRetention', 's3:GetObjectAcl') };
      return () => void (bucket.policy = before);
    },
  ],
  [
    'a role that asks the recorder was deleted and made anew',
    { id: 'callers', result: 'error', region: HOME },
    ({ world }) => {
      const { permissions } =
        world.of(lambdaState, own.evidence, HOME).functions.get('cordon-recorder') ?? {};
      const [one] = permissions?.values() ?? [];
      if (one === undefined) throw new Error('nobody asks the recorder');
      permissions?.set(one.sid, { ...one, roleId: 'AROAEXAMPLEEXAMPLE222' });
      return () => void permissions?.set(one.sid, one);
    },
  ],
  [
    'fewer copies run at once than are configured',
    { id: 'quota-copies', result: 'error', region: OTHER },
    quota(own.evidence, 'ebs', 'Concurrent snapshot copies per destination Region', [5, 20]),
  ],
  [
    'there is room for few snapshots',
    { id: 'quota-snapshots', result: 'error', region: OTHER },
    quota(own.evidence, 'ebs', 'Snapshots per Region', [100, 100_000]),
  ],
  [
    'no forensic machine may run',
    { id: 'quota-vcpu', result: 'error', region: OTHER },
    quota(own.forensics, 'ec2', 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', [0, 5]),
  ],
  [
    'an endpoint of the forensic network is gone',
    { id: 'endpoints', result: 'error', region: OTHER },
    ({ world }) => {
      const { vpcEndpoints } = world.of(ec2State, own.forensics, OTHER);
      const [id = ''] = [...vpcEndpoints].find(([, { serviceName }]) => serviceName.endsWith('.ssm')) ?? [];
      return without(vpcEndpoints, id);
    },
  ],
  [
    'the launch template is gone',
    { id: 'launch-template', result: 'error', region: OTHER },
    ({ world }) => {
      const { launchTemplates } = world.of(ec2State, own.forensics, OTHER);
      const [id = ''] = launchTemplates.keys();
      return without(launchTemplates, id);
    },
  ],
  [
    'the parameter of the image is missing',
    { id: 'image-parameter', result: 'error', region: OTHER },
    ({ world }) =>
      without(
        world.of(ec2State, own.forensics, OTHER).publicParameters,
        config.forensics.imageParameter as string,
      ),
  ],
  [
    'the image is gone',
    { id: 'image', result: 'error', region: OTHER },
    ({ world }) => {
      const { images } = world.of(ec2State, own.forensics, OTHER);
      const [id = ''] = images.keys();
      return without(images, id);
    },
  ],
  [
    'a Region is not enabled in the evidence account',
    { id: 'regions-enabled', result: 'error', region: OTHER },
    ({ world }) => {
      const { disabledRegions } = world.of(organizationState, '', '');
      disabledRegions.set(own.evidence, new Set([OTHER]));
      return () => void disabledRegions.delete(own.evidence);
    },
  ],
  [
    'break-glass is missing in the forensics account',
    { id: 'break-glass', result: 'error', accounts: [own.forensics] },
    ({ world }) => without(world.of(iamState, own.forensics, '').roles, BREAK_GLASS_ROLE_NAME),
  ],
  [
    'the rule that forwards findings is disabled',
    { id: 'forwarder', result: 'error', region: OTHER },
    ({ world }) => {
      const rules = world.of(eventsState, own.security, OTHER).buses.get('default')?.rules;
      const found = [...(rules ?? [])].find(([, { patternText }]) =>
        patternText?.includes('GuardDuty Finding'),
      );
      if (rules === undefined || found === undefined) throw new Error('no forwarder');
      const [name, rule] = found;
      rules.set(name, { ...rule, enabled: false });
      return () => void rules.set(name, rule);
    },
  ],
  [
    'findings were set aside',
    { id: 'dead-letters', result: 'error' },
    ({ world, timeline }) => {
      const queue = world.of(sqsState, own.security, HOME).queues.get('cordon-findings-set-aside');
      if (queue === undefined) throw new Error('no queue');
      queue.messages.push({
        messageId: 'm-1',
        body: '{}',
        attributes: {},
        senderId: 'AROA',
        sentAt: timeline.now(),
        visibleAt: timeline.now(),
        receiveCount: 0,
      });
      return () => void queue.messages.pop();
    },
  ],
  ['a guardrail was loosened', { id: 'guardrails', result: 'error' }, loosened('cordon-evidence')],
  [
    'nothing keeps StackSets to one role any more',
    { id: 'guardrails', result: 'error', says: `cordon-stack-sets is not attached to ${own.security}` },
    loosened('cordon-stack-sets'),
  ],
  [
    'a role of a member cannot be assumed',
    { id: 'member-role-contain', result: 'error', region: OTHER },
    member('role-contain', 'failed'),
  ],
  [
    'Systems Manager reaches no host of a member',
    { id: 'member-agents-reach', result: 'unknown', region: OTHER },
    member('agents-reach', 'unknown'),
  ],
  [
    'nobody tries accounts, as the configuration says',
    { id: 'coverage', result: 'warning', says: expect.stringContaining('30 of 30 accounts') },
    ({ world }) => without(world.of(dynamodbState, own.security, HOME).tables, 'cordon-coverage'),
  ],
  [
    'an account was not tried for days',
    { id: 'coverage-age', result: 'unknown' },
    async (organization, account) => {
      const now = organization.timeline.now();
      const old = rowOf(account, OTHER, new Date(now - 5 * 86_400_000).toISOString());
      await putRows(organization, [old]);
      return () => putRows(organization, [rowOf(account, OTHER, new Date(now).toISOString())]);
    },
  ],
];
