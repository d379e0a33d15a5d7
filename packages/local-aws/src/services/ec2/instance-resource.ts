import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { Created, ResolvedResource } from '@cordon/templates';
import type { Call, Caller, Check, Deployment, ResourceHandling, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { launchChecks } from './launch-checks.ts';
import { runInstancesFor } from './run-instances.ts';
import { ec2State } from './state.ts';
import { terminateNow } from './terminate-instances.ts';

/** A launch in the account's own name: what it needs of who asks for the stack was asked before. */
const callOf = ({ account, region, ids, ...stage }: Deployment): Call => {
  const caller: Caller = {
    account,
    principal: { kind: 'root', account },
    accessKeyId: '',
    context: {},
    sessionPolicies: [],
    transitiveTags: {},
  };
  return {
    ...stage,
    ids,
    region,
    caller,
    now: stage.timeline.now(),
    requestId: ids.uuid('cloudformation-launch'),
    decide: (check) => stage.host.decideFor(caller, region, check),
  };
};

/** What CloudFormation asks of EC2: the launch template as it is named, and tags of the instance alone. */
const launchOf = (resource: ResolvedResource): RunInstancesCommandInput => {
  const read = new ResourceProperties(resource, ['LaunchTemplate', 'Tags']);
  const template = read.within('LaunchTemplate', ['LaunchTemplateId', 'LaunchTemplateName', 'Version']);
  if (template === undefined) throw read.refuse('LaunchTemplate', 'a launch template that holds the rest');
  const tags = [...read.tags()].map(([Key, Value]) => ({ Key, Value }));
  return {
    MinCount: 1,
    MaxCount: 1,
    LaunchTemplate: {
      LaunchTemplateId: template.text('LaunchTemplateId'),
      LaunchTemplateName: template.text('LaunchTemplateName'),
      Version: template.requiredText('Version'),
    },
    ...(tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] }),
  };
};

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html ; of a launch template alone. CloudFormation waits
 * until it runs; here it runs as time goes on.
 */
const createInstance = (resource: ResolvedResource, deployment: Deployment): Created => {
  const [instance] = runInstancesFor(callOf(deployment), launchOf(resource));
  if (instance === undefined) throw new Error(`${resource.type} ${resource.logicalId}: nothing was launched`);
  const { networkInterfaces } = deployment.world.of(ec2State, deployment.account, deployment.region);
  const primary = networkInterfaces.get(instance.networkInterfaceIds[0] ?? '');
  return {
    ref: instance.instanceId,
    attributes: {
      InstanceId: instance.instanceId,
      AvailabilityZone: instance.availabilityZone,
      PrivateIp: primary?.privateIpAddress ?? '',
      VpcId: primary?.vpcId ?? '',
    },
  };
};

const instanceOf = ({ ref }: Created, { world, account, region }: Deployment) =>
  world.of(ec2State, account, region).instances.get(ref);

const terminateCheck = ({ world, account, region }: Deployment): Check => ({
  action: 'ec2:TerminateInstances',
  resource: `arn:${world.facts.partition}:ec2:${region}:${account}:instance/*`,
  assumed: true,
});

const instance: ResourceHandling = {
  checks: (act, resource, on) =>
    act === 'create' ? launchChecks(launchOf(resource), callOf(on)) : [terminateCheck(on)],
  update: (_from, to) => {
    throw new Error(`${to.type} ${to.logicalId}: a change of an instance by an update is not implemented`);
  },
  // CloudFormation waits until it is terminated before it goes on to what the instance was in.
  remove: (_resource, created, on) => {
    const found = instanceOf(created, on);
    if (found !== undefined) terminateNow(found, callOf(on));
  },
  drift: (_resource, created, on) => {
    const found = instanceOf(created, on);
    return found === undefined || found.state === 'terminated' ? 'DELETED' : 'IN_SYNC';
  },
};

/** Instances in templates. */
export const instanceResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::EC2::Instance': createInstance,
};
/** What CloudFormation does with them later. */
export const instanceResourceHandling: NonNullable<Service['resourceHandling']> = {
  'AWS::EC2::Instance': instance,
};
