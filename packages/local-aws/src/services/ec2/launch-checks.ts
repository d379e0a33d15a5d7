import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { Call, Check } from '../../core/operation.ts';
import { findProfile, passRoleChecks } from './instance-profiles.ts';
import { imageParameter, planLaunch, type LaunchPlan } from './launch-plan.ts';
import {
  arnOf,
  networkCheck,
  plainCheck,
  requestTagContext,
  stateOf,
  tagOnCreateChecks,
} from './resource-checks.ts';
import { requestedTags } from './tag-sets.ts';

type Context = Record<string, string | readonly string[]>;

const ACTION = 'RunInstances';

/** Tells which launch template is used, and whether the resource comes out of it rather than from the request. */
const templateContext = (call: Call, { template }: LaunchPlan, fromTemplate: boolean): Context =>
  template === undefined
    ? {}
    : {
        'ec2:LaunchTemplate': arnOf(call, 'launch-template', template.launchTemplateId),
        'ec2:IsLaunchTemplateResource': String(fromTemplate),
      };

const instanceContext = (call: Call, { merged }: LaunchPlan): Context => {
  const profile = findProfile(call, merged.IamInstanceProfile)?.arn;
  return {
    ...requestTagContext(requestedTags(merged.TagSpecifications, 'instance')),
    ...(merged.InstanceType === undefined ? {} : { 'ec2:InstanceType': merged.InstanceType }),
    ...(profile === undefined ? {} : { 'ec2:InstanceProfile': profile }),
    'ec2:MetadataHttpTokens': merged.MetadataOptions?.HttpTokens ?? 'required',
    'ec2:MetadataHttpEndpoint': merged.MetadataOptions?.HttpEndpoint ?? 'enabled',
    'ec2:InstanceMarketType': merged.InstanceMarketOptions?.MarketType ?? 'on-demand',
  };
};

const networkChecks = (input: RunInstancesCommandInput, call: Call, plan: LaunchPlan): readonly Check[] => {
  const { merged } = plan;
  const interfaces = merged.NetworkInterfaces ?? [];
  const interfaceTags = requestTagContext(requestedTags(merged.TagSpecifications, 'network-interface'));
  const state = stateOf(call);
  const subnets = [
    ...new Set(
      [merged.SubnetId, ...interfaces.map(({ SubnetId }) => SubnetId)].filter((id) => id !== undefined),
    ),
  ];
  const named = [
    ...new Set([...(merged.SecurityGroupIds ?? []), ...interfaces.flatMap(({ Groups }) => Groups ?? [])]),
  ];
  const vpcId = state.subnets.get(subnets[0] ?? '')?.vpcId;
  const fallback = [...state.securityGroups.values()].filter(
    (group) => group.vpcId === vpcId && group.name === 'default',
  );
  const groups = named.length > 0 ? named : fallback.map((group) => group.groupId);
  const from = (member: 'SubnetId' | 'SecurityGroupIds'): Context =>
    templateContext(call, plan, input[member] === undefined && input.NetworkInterfaces === undefined);
  return [
    ...subnets.map((id) => networkCheck(ACTION, call, { type: 'subnet', id, more: from('SubnetId') })),
    ...groups.map((id) =>
      networkCheck(ACTION, call, { type: 'security-group', id, more: from('SecurityGroupIds') }),
    ),
    ...(interfaces.length > 0 ? interfaces : [{ NetworkInterfaceId: undefined }]).map(
      ({ NetworkInterfaceId }) =>
        networkCheck(ACTION, call, {
          type: 'network-interface',
          id: NetworkInterfaceId ?? '*',
          more: { ...interfaceTags, ...templateContext(call, plan, input.NetworkInterfaces === undefined) },
        }),
    ),
  ];
};

const imageChecks = (input: RunInstancesCommandInput, call: Call, plan: LaunchPlan): readonly Check[] => {
  const { partition } = call.world.facts;
  const { ImageId } = plan.merged;
  const parameter = imageParameter(ImageId);
  const state = stateOf(call);
  const imageId = parameter === undefined ? (ImageId ?? '*') : (state.publicParameters.get(parameter) ?? '*');
  const image: Check = {
    action: 'ec2:RunInstances',
    resource: `arn:${partition}:ec2:${call.region}::image/${imageId}`,
    context: { 'ec2:Region': call.region, ...templateContext(call, plan, input.ImageId === undefined) },
  };
  if (parameter === undefined) return [image];
  // The page asks for ssm:GetParameters for whoever launches; a public parameter's ARN has no account.
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id
  const resource = `arn:${partition}:ssm:${call.region}::parameter${parameter}`;
  return [image, { action: 'ssm:GetParameters', resource, context: {}, assumed: true }];
};

/** What RunInstances is authorized for. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances */
export const launchChecks = (input: RunInstancesCommandInput, call: Call): readonly Check[] => {
  const plan = planLaunch(input, call);
  const { merged, template } = plan;
  const own = (type: string, id: string, more: Context): Check =>
    plainCheck(ACTION, call, { type, id, more: { ...more, ...templateContext(call, plan, false) } });
  const snapshots = (merged.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
  return [
    ...imageChecks(input, call, plan),
    own('instance', '*', instanceContext(call, plan)),
    own('volume', '*', requestTagContext(requestedTags(merged.TagSpecifications, 'volume'))),
    ...snapshots.map((id): Check => {
      const check = own('snapshot', id, {});
      return { ...check, resource: check.resource.replace(`:${call.caller.account}:`, '::') };
    }),
    ...networkChecks(input, call, plan),
    ...(template === undefined
      ? []
      : [
          plainCheck(ACTION, call, {
            type: 'launch-template',
            id: template.launchTemplateId,
            tags: template.tags,
          }),
        ]),
    ...['instance', 'volume', 'network-interface'].flatMap((type) =>
      tagOnCreateChecks(ACTION, call, { type, tags: requestedTags(merged.TagSpecifications, type) }),
    ),
    ...passRoleChecks(call, merged.IamInstanceProfile),
  ];
};
