import type {
  BlockDeviceMapping,
  InstanceNetworkInterfaceSpecification,
  RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type { Call, Check } from '../../core/operation.ts';
import { findProfile, passRoleChecks } from './instance-profiles.ts';
import { imageParameter, launchDevices, planLaunch, type LaunchPlan } from './launch-plan.ts';
import { arnOf, snapshotAnywhere, stateOf } from './lookup.ts';
import { requestTagContext, resourceCheck, tagOnCreateChecks } from './resource-checks.ts';
import { zoneFacts, type Context } from './resource-facts.ts';
import { requestedTags } from './tag-sets.ts';

const ACTION = 'RunInstances';

/** Tells which launch template is used, and whether the resource comes out of it rather than from the request. */
const templateContext = (call: Call, { template }: LaunchPlan, fromTemplate: boolean): Context =>
  template === undefined
    ? {}
    : {
        'ec2:LaunchTemplate': arnOf(call, 'launch-template', template.launchTemplateId),
        'ec2:IsLaunchTemplateResource': String(fromTemplate),
      };

/** The zone of the subnet that a launch names first. */
const zoneContext = (call: Call, { merged }: LaunchPlan): Context => {
  const subnetId = merged.SubnetId ?? merged.NetworkInterfaces?.[0]?.SubnetId;
  const zone = stateOf(call).subnets.get(subnetId ?? '')?.availabilityZone;
  return zone === undefined ? {} : zoneFacts(zone);
};

const instanceContext = (call: Call, plan: LaunchPlan): Context => {
  const { merged } = plan;
  const profile = findProfile(call, merged.IamInstanceProfile)?.arn;
  return {
    ...requestTagContext(requestedTags(merged.TagSpecifications, 'instance')),
    ...zoneContext(call, plan),
    ...(merged.InstanceType === undefined ? {} : { 'ec2:InstanceType': merged.InstanceType }),
    ...(profile === undefined ? {} : { 'ec2:InstanceProfile': profile }),
    'ec2:MetadataHttpTokens': merged.MetadataOptions?.HttpTokens ?? 'required',
    'ec2:MetadataHttpEndpoint': merged.MetadataOptions?.HttpEndpoint ?? 'enabled',
    'ec2:InstanceMarketType': merged.InstanceMarketOptions?.MarketType ?? 'on-demand',
    'ec2:RootDeviceType': 'ebs',
    'ec2:Tenancy': 'default',
  };
};

/** The keys of an interface that a launch makes; one that exists has its own. */
const newInterfaceContext = (
  call: Call,
  subnetId: string | undefined,
  publicAddress: boolean | undefined,
): Context => {
  const subnet = stateOf(call).subnets.get(subnetId ?? '');
  return {
    ...(publicAddress === undefined ? {} : { 'ec2:AssociatePublicIpAddress': String(publicAddress) }),
    ...(subnet === undefined
      ? {}
      : {
          'ec2:AvailabilityZone': subnet.availabilityZone,
          'ec2:Subnet': arnOf(call, 'subnet', subnet.subnetId),
          'ec2:Vpc': arnOf(call, 'vpc', subnet.vpcId),
        }),
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
  const first: InstanceNetworkInterfaceSpecification = { SubnetId: merged.SubnetId };
  const vpcId = state.subnets.get(subnets[0] ?? '')?.vpcId;
  const fallback = [...state.securityGroups.values()].filter(
    (group) => group.vpcId === vpcId && group.name === 'default',
  );
  const groups = named.length > 0 ? named : fallback.map((group) => group.groupId);
  const from = (member: 'SubnetId' | 'SecurityGroupIds'): Context =>
    templateContext(call, plan, input[member] === undefined && input.NetworkInterfaces === undefined);
  return [
    ...subnets.map((id) => resourceCheck(ACTION, call, { type: 'subnet', id, more: from('SubnetId') })),
    ...groups.map((id) =>
      resourceCheck(ACTION, call, { type: 'security-group', id, more: from('SecurityGroupIds') }),
    ),
    ...(interfaces.length > 0 ? interfaces : [first]).map((wanted) => {
      const { NetworkInterfaceId, SubnetId, AssociatePublicIpAddress } = wanted;
      const made =
        NetworkInterfaceId === undefined ? newInterfaceContext(call, SubnetId, AssociatePublicIpAddress) : {};
      const from = templateContext(call, plan, input.NetworkInterfaces === undefined);
      return resourceCheck(ACTION, call, {
        type: 'network-interface',
        id: NetworkInterfaceId ?? '*',
        more: { ...made, ...interfaceTags, ...from },
      });
    }),
  ];
};

const imageChecks = (input: RunInstancesCommandInput, call: Call, plan: LaunchPlan): readonly Check[] => {
  const { partition } = call.world.facts;
  const { ImageId } = plan.merged;
  const parameter = imageParameter(ImageId);
  const state = stateOf(call);
  const imageId = parameter === undefined ? (ImageId ?? '*') : (state.publicParameters.get(parameter) ?? '*');
  const more = templateContext(call, plan, input.ImageId === undefined);
  const image = resourceCheck(ACTION, call, { type: 'image', id: imageId, more });
  if (parameter === undefined) return [image];
  // The page asks for ssm:GetParameters for whoever launches; a public parameter's ARN has no account, one of the account's own has it.
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html#use-an-ssm-parameter-instead-of-an-ami-id
  const owner = parameter.startsWith('/aws/') ? '' : call.caller.account;
  const resource = `arn:${partition}:ssm:${call.region}:${owner}:parameter${parameter}`;
  return [image, { action: 'ssm:GetParameters', resource, context: {}, assumed: true }];
};

/** The volumes of a launch: the root volume of the image as the mappings change it, and what they add. */
const volumesOf = (call: Call, { merged }: LaunchPlan): readonly BlockDeviceMapping[] => {
  const parameter = imageParameter(merged.ImageId);
  const { images, publicParameters } = stateOf(call);
  const image = images.get(
    (parameter === undefined ? merged.ImageId : publicParameters.get(parameter)) ?? '',
  );
  const mappings = merged.BlockDeviceMappings ?? [];
  if (image === undefined) return mappings;
  return launchDevices(image, mappings).map((mapping) =>
    mapping.DeviceName === image.rootDeviceName
      ? { ...mapping, Ebs: { VolumeSize: image.rootSizeGiB, ...mapping.Ebs } }
      : mapping,
  );
};

const volumeContext = (call: Call, { Ebs: ebs = {} }: BlockDeviceMapping): Context => {
  const snapshot = snapshotAnywhere(call.world, call.region, ebs.SnapshotId ?? '');
  const size = ebs.VolumeSize ?? snapshot?.sizeGiB;
  const encrypted = ebs.Encrypted === true || snapshot?.encrypted === true;
  return {
    'ec2:Encrypted': String(encrypted || stateOf(call).ebsEncryptionByDefault),
    'ec2:VolumeType': ebs.VolumeType ?? 'gp3',
    ...(size === undefined ? {} : { 'ec2:VolumeSize': String(size) }),
    ...(ebs.SnapshotId === undefined
      ? {}
      : { 'ec2:ParentSnapshot': arnOf(call, 'snapshot', ebs.SnapshotId) }),
  };
};

/** One check for each volume that is made and for each snapshot that one is made of. */
const volumeChecks = (call: Call, plan: LaunchPlan): readonly Check[] => {
  const tags = requestTagContext(requestedTags(plan.merged.TagSpecifications, 'volume'));
  const template = templateContext(call, plan, false);
  const shared = { ...tags, ...zoneContext(call, plan), ...template };
  const volumes = volumesOf(call, plan);
  const named = new Set((plan.merged.BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs?.SnapshotId));
  return [
    ...volumes.map((mapping) =>
      resourceCheck(ACTION, call, {
        type: 'volume',
        id: '*',
        more: { ...volumeContext(call, mapping), ...shared },
      }),
    ),
    ...volumes
      .flatMap(({ Ebs }) => Ebs?.SnapshotId ?? [])
      .map((id) => {
        const check = resourceCheck(ACTION, call, { type: 'snapshot', id, more: template });
        // AWS does not say whether the snapshots behind an image are asked about: the stricter reading is that they are.
        return named.has(id) ? check : { ...check, assumed: true as const };
      }),
  ];
};

/** What RunInstances is authorized for. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances */
export const launchChecks = (input: RunInstancesCommandInput, call: Call): readonly Check[] => {
  const plan = planLaunch(input, call);
  const { merged, template } = plan;
  const instance = { ...instanceContext(call, plan), ...templateContext(call, plan, false) };
  return [
    ...imageChecks(input, call, plan),
    resourceCheck(ACTION, call, { type: 'instance', id: '*', more: instance }),
    ...volumeChecks(call, plan),
    ...networkChecks(input, call, plan),
    ...(template === undefined
      ? []
      : [
          resourceCheck(ACTION, call, {
            type: 'launch-template',
            id: template.launchTemplateId,
            more: templateContext(call, plan, true),
          }),
        ]),
    ...['instance', 'volume', 'network-interface'].flatMap((type) =>
      tagOnCreateChecks(ACTION, call, { type, tags: requestedTags(merged.TagSpecifications, type) }),
    ),
    // Listed among the resources of RunInstances: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    ...(merged.KeyName === undefined
      ? []
      : [
          resourceCheck(ACTION, call, {
            type: 'key-pair',
            id: merged.KeyName,
            more: templateContext(call, plan, input.KeyName === undefined),
          }),
        ]),
    ...passRoleChecks(call, merged.IamInstanceProfile),
  ];
};
