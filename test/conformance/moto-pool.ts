import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand as CreateClassicCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clients } from './clients.ts';
import { FURNITURE, POOL } from './furniture.ts';
import type { PoolPlace } from './local-pool.ts';
import { given } from './moto-network.ts';

const makeNetwork = async ({ ec2 }: Clients) => {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: POOL.vpc }));
  const VpcId = given(Vpc?.VpcId, 'VPC');
  const subnetIn = async (CidrBlock: string, AvailabilityZone: string): Promise<string> => {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
    return given(Subnet?.SubnetId, 'subnet');
  };
  const subnets = [
    await subnetIn(POOL.subnet, POOL.zone),
    await subnetIn(POOL.otherSubnet, POOL.otherZone),
  ] as const;
  const named = { GroupName: 'pool', Description: 'pool', VpcId };
  const GroupId = given((await ec2.send(new CreateSecurityGroupCommand(named))).GroupId, 'security group');
  const port = { IpProtocol: 'tcp', FromPort: POOL.port, ToPort: POOL.port, CidrIp: POOL.vpc };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, ...port }));
  return { vpc: VpcId, subnets, group: GroupId };
};

type Network = Awaited<ReturnType<typeof makeNetwork>>;

const makeBalancers = async ({ elb, classic }: Clients, { vpc, subnets, group }: Network) => {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: POOL.targetGroup, Protocol: 'HTTP', Port: POOL.port, VpcId: vpc }),
  );
  const targets = given(TargetGroups?.[0]?.TargetGroupArn, 'target group');
  const placed = { Subnets: [...subnets], SecurityGroups: [group] };
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ ...placed, Name: POOL.balancer, Type: 'application' }),
  );
  const balancer = given(LoadBalancers?.[0]?.LoadBalancerArn, 'load balancer');
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer,
      Protocol: 'HTTP',
      Port: POOL.port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targets }],
    }),
  );
  const ports = { LoadBalancerPort: POOL.port, InstancePort: POOL.port };
  const { DNSName } = await classic.send(
    new CreateClassicCommand({
      ...placed,
      LoadBalancerName: POOL.classicBalancer,
      Listeners: [{ Protocol: 'TCP', InstanceProtocol: 'TCP', ...ports }],
    }),
  );
  return {
    'target group': targets,
    balancer,
    'balancer name': given(LoadBalancers?.[0]?.DNSName, 'name of a load balancer'),
    listener: given(Listeners?.[0]?.ListenerArn, 'listener'),
    'classic name': given(DNSName, 'name of a Classic Load Balancer'),
  };
};

const makeGroup = async (
  { autoscaling, ec2 }: Clients,
  on: { readonly imageId: string; readonly targets: string } & Network,
) => {
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: POOL.launchTemplate,
      LaunchTemplateData: {
        ImageId: on.imageId,
        InstanceType: POOL.instanceType,
        SecurityGroupIds: [on.group],
      },
    }),
  );
  const template = given(LaunchTemplate?.LaunchTemplateId, 'launch template');
  await autoscaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: POOL.group,
      MinSize: POOL.size.min,
      MaxSize: POOL.size.max,
      DesiredCapacity: POOL.size.desired,
      VPCZoneIdentifier: on.subnets[0],
      LaunchTemplate: { LaunchTemplateId: template, Version: '1' },
      TargetGroupARNs: [on.targets],
    }),
  );
  const { AutoScalingGroups } = await autoscaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [POOL.group] }),
  );
  const [suspect, other] = AutoScalingGroups?.[0]?.Instances ?? [];
  return {
    'launch template': template,
    suspect: given(suspect?.InstanceId, 'member of the group'),
    'other member': given(other?.InstanceId, 'second member of the group'),
  };
};

const makeFlowLog = async ({ ec2, logs }: Clients, account: string, vpc: string): Promise<string> => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: POOL.logGroup }));
  await logs.send(
    new PutRetentionPolicyCommand({ logGroupName: POOL.logGroup, retentionInDays: POOL.retentionDays }),
  );
  const { FlowLogIds } = await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: 'VPC',
      ResourceIds: [vpc],
      TrafficType: 'ALL',
      LogGroupName: POOL.logGroup,
      DeliverLogsPermissionArn: `arn:aws:iam::${account}:role/${FURNITURE.role}`,
    }),
  );
  return given(FlowLogIds?.[0], 'flow log');
};

/** The same pool by moto's own operations; gives what is known of it by the same names. */
export const motoPool = async (
  clients: Clients,
  { account, imageId }: PoolPlace,
): Promise<Readonly<Record<string, string>>> => {
  const network = await makeNetwork(clients);
  const balancers = await makeBalancers(clients, network);
  const targets = balancers['target group'];
  const group = await makeGroup(clients, { ...network, imageId, targets });
  await clients.classic.send(
    new RegisterInstancesWithLoadBalancerCommand({
      LoadBalancerName: POOL.classicBalancer,
      Instances: [{ InstanceId: group.suspect }, { InstanceId: group['other member'] }],
    }),
  );
  return {
    'pool vpc': network.vpc,
    'pool subnet': network.subnets[0],
    'other pool subnet': network.subnets[1],
    'pool group': network.group,
    'flow log': await makeFlowLog(clients, account, network.vpc),
    ...balancers,
    ...group,
  };
};
