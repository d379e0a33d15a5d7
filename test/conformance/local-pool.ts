import {
  addAutoScalingGroup,
  addClassicLoadBalancer,
  addFlowLog,
  addInstance,
  addLaunchTemplate,
  addLoadBalancer,
  addSecurityGroup,
  addSubnet,
  addTargetGroup,
  addVpc,
  defaultEgress,
  ec2State,
  type Organization,
} from '@cordon/local-aws';
import { REGION } from './clients.ts';
import { FURNITURE, IMAGE, POOL } from './furniture.ts';

/** What the pool stands in. */
export interface PoolPlace {
  readonly account: string;
  readonly imageId: string;
}

const network = (organization: Organization, account: string) => {
  const { world, ids } = organization;
  const state = world.of(ec2State, account, REGION);
  const vpc = addVpc(state, { cidr: POOL.vpc, ownerId: account }, ids);
  const { vpcId } = vpc;
  const subnet = addSubnet(state, { vpcId, cidr: POOL.subnet, availabilityZone: POOL.zone }, ids);
  const other = addSubnet(state, { vpcId, cidr: POOL.otherSubnet, availabilityZone: POOL.otherZone }, ids);
  const target = { kind: 'ipv4', cidr: POOL.vpc } as const;
  const open = {
    direction: 'ingress',
    protocol: 'tcp',
    fromPort: POOL.port,
    toPort: POOL.port,
    target,
  } as const;
  const group = addSecurityGroup(
    state,
    {
      name: 'pool',
      description: 'pool',
      vpcId,
      ownerId: account,
      permissions: [...defaultEgress(vpc), open],
    },
    ids,
  );
  return { state, vpcId, groupId: group.groupId, subnetIds: [subnet.subnetId, other.subnetId] as const };
};

/** The pool of instances behind load balancers, which has no operations to make it; gives what is known of it by name. */
export const localPool = (
  organization: Organization,
  { account, imageId }: PoolPlace,
): Readonly<Record<string, string>> => {
  const { ids, world, timeline, host } = organization;
  const { state, vpcId, groupId, subnetIds } = network(organization, account);
  const on = { world, timeline, ids, host, account, region: REGION };
  const disk = { deviceName: IMAGE.rootDevice, sizeGiB: IMAGE.sizeGiB, content: 'linux' };
  const launch = () =>
    addInstance(
      state,
      {
        type: POOL.instanceType,
        imageId,
        networkInterfaces: [{ subnetId: subnetIds[0], groups: [groupId] }],
        volumes: [disk],
        launchedAt: timeline.now(),
      },
      ids,
    ).instanceId;
  const memberIds = [launch(), launch()] as const;
  const data = { ImageId: imageId, InstanceType: POOL.instanceType };
  const template = addLaunchTemplate(state, { name: POOL.launchTemplate, data }, ids);
  const targets = addTargetGroup({ name: POOL.targetGroup, vpcId, port: POOL.port }, on);
  const placed = { subnetIds, securityGroups: [groupId] };
  const listeners = [{ port: POOL.port, targetGroupArns: [targets.arn] }];
  const balancer = addLoadBalancer({ ...placed, name: POOL.balancer, type: 'application', listeners }, on);
  const classic = addClassicLoadBalancer(
    {
      ...placed,
      name: POOL.classicBalancer,
      listeners: [{ port: POOL.port, instancePort: POOL.port }],
      instanceIds: memberIds,
    },
    on,
  );
  addAutoScalingGroup(
    {
      name: POOL.group,
      memberIds,
      minSize: POOL.size.min,
      maxSize: POOL.size.max,
      targetGroupArns: [targets.arn],
      launchTemplate: {
        launchTemplateId: template.launchTemplateId,
        launchTemplateName: template.name,
        version: '1',
      },
    },
    on,
  );
  const roleArn = `arn:aws:iam::${account}:role/${FURNITURE.role}`;
  const destination = { kind: 'cloud-watch-logs', logGroupName: POOL.logGroup, roleArn } as const;
  const log = addFlowLog(state, { resourceId: vpcId, destination, createdAt: timeline.now() }, ids);
  return {
    'pool vpc': vpcId,
    'pool subnet': subnetIds[0],
    'other pool subnet': subnetIds[1],
    'pool group': groupId,
    suspect: memberIds[0],
    'other member': memberIds[1],
    'launch template': template.launchTemplateId,
    'target group': targets.arn,
    balancer: balancer.arn,
    'balancer name': balancer.dnsName,
    listener: balancer.listeners[0]?.arn ?? '',
    'classic name': classic.dnsName,
    'flow log': log.flowLogId,
  };
};
