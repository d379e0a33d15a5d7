import type { Call, Check } from '../../core/operation.ts';
import { ec2State, type Ec2State } from './state.ts';

type Context = Record<string, string | readonly string[]>;

/** EC2's state in the account and Region of the call. */
export const stateOf = (call: Call): Ec2State => call.world.of(ec2State, call.caller.account, call.region);

/** ARN of an EC2 resource of the calling account, such as `instance` and `i-0abc`. */
export const arnOf = (call: Call, type: string, id: string): string =>
  `arn:${call.world.facts.partition}:ec2:${call.region}:${call.caller.account}:${type}/${id}`;

/** Condition keys for tags that a resource has. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys */
export const resourceTagContext = (tags: ReadonlyMap<string, string> | undefined): Context => {
  const context: Context = {};
  for (const [key, value] of tags ?? []) {
    context[`aws:ResourceTag/${key}`] = value;
    context[`ec2:ResourceTag/${key}`] = value;
  }
  return context;
};

/** Condition keys for tags that a request brings. */
export const requestTagContext = (tags: ReadonlyMap<string, string>): Context => {
  const context: Context = {};
  if (tags.size > 0) context['aws:TagKeys'] = [...tags.keys()];
  for (const [key, value] of tags) context[`aws:RequestTag/${key}`] = value;
  return context;
};

/** The one check of a Describe operation, which knows no resources. */
export const describeCheck = (action: string, call: Call): readonly Check[] => [
  { action: `ec2:${action}`, resource: '*', context: { 'ec2:Region': call.region } },
];

/** The check on an instance that may not exist. */
export const instanceCheck = (action: string, call: Call, id: string, more: Context = {}): Check => {
  const state = stateOf(call);
  const instance = state.instances.get(id);
  const context: Context = { 'ec2:Region': call.region, ...resourceTagContext(instance?.tags) };
  if (instance !== undefined) {
    context['ec2:InstanceType'] = instance.instanceType;
    context['ec2:AvailabilityZone'] = instance.availabilityZone;
    const profile = [...state.profileAssociations.values()].find((held) => held.instanceId === id);
    if (profile !== undefined) context['ec2:InstanceProfile'] = profile.profileArn;
  }
  return { action: `ec2:${action}`, resource: arnOf(call, 'instance', id), context: { ...context, ...more } };
};

/** Resource kinds that lie in a VPC: the type's name in ARNs, and where the state has them. */
const IN_VPC = {
  'network-interface': 'networkInterfaces',
  'security-group': 'securityGroups',
  subnet: 'subnets',
} as const;

/** The check on a network interface, security group or subnet that may not exist. */
export const networkCheck = (
  action: string,
  call: Call,
  on: { type: keyof typeof IN_VPC; id: string; more?: Context },
): Check => {
  const found = stateOf(call)[IN_VPC[on.type]].get(on.id);
  return {
    action: `ec2:${action}`,
    resource: arnOf(call, on.type, on.id),
    context: {
      'ec2:Region': call.region,
      ...(found === undefined ? {} : { 'ec2:Vpc': arnOf(call, 'vpc', found.vpcId) }),
      ...resourceTagContext(found?.tags),
      ...on.more,
    },
  };
};

/** The check on any other resource, whose tags the caller has looked up. */
export const plainCheck = (
  action: string,
  call: Call,
  on: { type: string; id: string; tags?: ReadonlyMap<string, string> | undefined; more?: Context },
): Check => ({
  action: `ec2:${action}`,
  resource: arnOf(call, on.type, on.id),
  context: { 'ec2:Region': call.region, ...resourceTagContext(on.tags), ...on.more },
});

/**
 * The check on tags given to a resource that is being made: none when there are no tags.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export const tagOnCreateChecks = (
  createAction: string,
  call: Call,
  on: { type: string; tags: ReadonlyMap<string, string> },
): readonly Check[] =>
  on.tags.size === 0
    ? []
    : [
        {
          action: 'ec2:CreateTags',
          resource: arnOf(call, on.type, '*'),
          context: {
            'ec2:Region': call.region,
            'ec2:CreateAction': createAction,
            ...requestTagContext(on.tags),
          },
        },
      ];
