import {
  type CompleteLifecycleActionCommandInput,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingInstancesCommand,
  type DescribeAutoScalingInstancesCommandInput,
  DetachInstancesCommand,
  type DetachInstancesCommandInput,
} from '@aws-sdk/client-auto-scaling';
import {
  CopySnapshotCommand,
  type CopySnapshotCommandInput,
  CreateSnapshotsCommand,
  type CreateSnapshotsCommandInput,
  CreateTagsCommand,
  type CreateTagsCommandInput,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
  ModifySnapshotAttributeCommand,
  type ModifySnapshotAttributeCommandInput,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import {
  DeregisterInstancesFromLoadBalancerCommand,
  type DeregisterInstancesFromLoadBalancerCommandInput,
  DescribeLoadBalancersCommand as DescribeClassicLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput as DescribeClassicLoadBalancersCommandInput,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput,
  DeregisterTargetsCommand,
  type DeregisterTargetsCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetRoleCommand,
  type GetRoleCommandInput,
  PutRolePolicyCommand,
  type PutRolePolicyCommandInput,
  TagRoleCommand,
  type TagRoleCommandInput,
} from '@aws-sdk/client-iam';
import {
  CreateTopicCommand,
  type CreateTopicCommandInput,
  PublishCommand,
  type PublishCommandInput,
} from '@aws-sdk/client-sns';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandInput,
} from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import { row } from './round-trip.ts';

/** Text that breaks careless escaping, in a query string and in XML. */
const HOSTILE = ` a&b=c+d <tag attr="x">'%20é😀\r\n\tend `;
const AT = new Date('2026-03-04T05:06:07.089Z');

/** ec2Query and awsQuery. */
export const QUERY_ROUND_TRIPS = [
  row('ec2:CopySnapshot', {
    send: (aws, input: CopySnapshotCommandInput) => aws.ec2.send(new CopySnapshotCommand(input)),
    input: {
      SourceRegion: 'eu-west-1',
      SourceSnapshotId: 'snap-0',
      DestinationRegion: 'eu-west-1',
      Encrypted: true,
      TagSpecifications: [
        {
          ResourceType: 'snapshot',
          Tags: [
            { Key: 'a', Value: HOSTILE },
            { Key: 'b', Value: '' },
          ],
        },
      ],
    },
    output: { SnapshotId: 'snap-1', Tags: [{ Key: 'a', Value: HOSTILE }] },
    // The client's own middleware adds a presigned URL for the source Region, which depends on the clock.
    arrives: expect.objectContaining({
      Encrypted: true,
      TagSpecifications: [
        {
          ResourceType: 'snapshot',
          Tags: [
            { Key: 'a', Value: HOSTILE },
            { Key: 'b', Value: '' },
          ],
        },
      ],
    }),
  }),
  row('ec2:DescribeInstances', {
    send: (aws, input: DescribeInstancesCommandInput) => aws.ec2.send(new DescribeInstancesCommand(input)),
    input: {
      InstanceIds: Array.from({ length: 12 }, (_, i) => `i-${i}`),
      Filters: [
        { Name: 'tag:x', Values: ['1', '2'] },
        { Name: 'vpc-id', Values: ['vpc-1'] },
      ],
      DryRun: false,
      MaxResults: 50,
    },
    output: {
      NextToken: 'more',
      Reservations: [
        {
          ReservationId: 'r-1',
          OwnerId: '111122223333',
          Instances: [
            {
              InstanceId: 'i-1',
              LaunchTime: AT,
              AmiLaunchIndex: 0,
              EbsOptimized: false,
              State: { Code: 16, Name: 'running' },
              SecurityGroups: [{ GroupId: 'sg-1', GroupName: 'web' }],
              NetworkInterfaces: [
                { NetworkInterfaceId: 'eni-1', Groups: [], Attachment: { DeviceIndex: 0, AttachTime: AT } },
              ],
              BlockDeviceMappings: [
                { DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-1', DeleteOnTermination: true } },
              ],
              Tags: [{ Key: 'k', Value: HOSTILE }],
            },
          ],
        },
      ],
    },
  }),
  row('ec2:CreateSnapshots', {
    send: (aws, input: CreateSnapshotsCommandInput) => aws.ec2.send(new CreateSnapshotsCommand(input)),
    input: {
      InstanceSpecification: { InstanceId: 'i-1', ExcludeBootVolume: false, ExcludeDataVolumeIds: ['vol-2'] },
      CopyTagsFromSource: 'volume',
      Description: 'x',
    },
    output: {
      Snapshots: [{ SnapshotId: 'snap-1', VolumeSize: 8, Encrypted: true, StartTime: AT, Tags: [] }],
    },
  }),
  row('ec2:CreateTags', {
    send: (aws, input: CreateTagsCommandInput) => aws.ec2.send(new CreateTagsCommand(input)),
    input: { Resources: ['i-1', 'vol-1'], Tags: [{ Key: 'cordon:incident', Value: 'x' }] },
    output: {},
  }),
  row('ec2:ModifyInstanceAttribute', {
    send: (aws, input: ModifyInstanceAttributeCommandInput) =>
      aws.ec2.send(new ModifyInstanceAttributeCommand(input)),
    input: {
      InstanceId: 'i-1',
      DisableApiTermination: { Value: true },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }],
    },
    output: {},
  }),
  row('ec2:ModifySnapshotAttribute', {
    send: (aws, input: ModifySnapshotAttributeCommandInput) =>
      aws.ec2.send(new ModifySnapshotAttributeCommand(input)),
    input: {
      SnapshotId: 'snap-1',
      Attribute: 'createVolumePermission',
      CreateVolumePermission: { Add: [{ UserId: '111122223333' }, { UserId: '444455556666' }] },
    },
    output: {},
  }),
  row('ec2:RunInstances', {
    send: (aws, input: RunInstancesCommandInput) => aws.ec2.send(new RunInstancesCommand(input)),
    input: {
      MinCount: 1,
      MaxCount: 1,
      ImageId: 'ami-1',
      ClientToken: 'token',
      IamInstanceProfile: { Name: 'profile' },
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: 'subnet-1',
          Groups: ['sg-1'],
          PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: '10.0.0.4' }],
        },
      ],
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    },
    output: { ReservationId: 'r-1', Instances: [{ InstanceId: 'i-9' }] },
  }),
  row('sts:AssumeRole', {
    send: (aws, input: AssumeRoleCommandInput) => aws.sts.send(new AssumeRoleCommand(input)),
    input: {
      RoleArn: 'arn:aws:iam::111122223333:role/r',
      RoleSessionName: 'incident-1',
      DurationSeconds: 900,
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      Tags: [{ Key: 'incident', Value: HOSTILE }],
      TransitiveTagKeys: ['incident'],
    },
    output: {
      Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: 's+/=', SessionToken: 't', Expiration: AT },
      AssumedRoleUser: { AssumedRoleId: 'AROA:x', Arn: 'arn:aws:sts::111122223333:assumed-role/r/x' },
      PackedPolicySize: 6,
    },
  }),
  row('sts:GetCallerIdentity', {
    send: (aws, input: GetCallerIdentityCommandInput) => aws.sts.send(new GetCallerIdentityCommand(input)),
    input: {},
    output: { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/u', UserId: 'AIDA' },
  }),
  row('iam:GetRole', {
    send: (aws, input: GetRoleCommandInput) => aws.iam.send(new GetRoleCommand(input)),
    input: { RoleName: 'r' },
    output: {
      Role: {
        Path: '/',
        RoleName: 'r',
        RoleId: 'AROA',
        Arn: 'arn:aws:iam::111122223333:role/r',
        CreateDate: AT,
        MaxSessionDuration: 3600,
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    },
  }),
  row('iam:PutRolePolicy', {
    send: (aws, input: PutRolePolicyCommandInput) => aws.iam.send(new PutRolePolicyCommand(input)),
    input: { RoleName: 'r', PolicyName: 'p', PolicyDocument: '{"Statement": [{"Effect": "Deny"}]}' },
    output: {},
  }),
  row('iam:TagRole', {
    send: (aws, input: TagRoleCommandInput) => aws.iam.send(new TagRoleCommand(input)),
    input: { RoleName: 'r', Tags: [] },
    output: {},
  }),
  row('autoscaling:DetachInstances', {
    send: (aws, input: DetachInstancesCommandInput) =>
      aws.autoscaling.send(new DetachInstancesCommand(input)),
    input: { AutoScalingGroupName: 'g', InstanceIds: ['i-1', 'i-2'], ShouldDecrementDesiredCapacity: false },
    output: {
      Activities: [
        {
          ActivityId: 'a',
          AutoScalingGroupName: 'g',
          Cause: 'c',
          StartTime: AT,
          StatusCode: 'InProgress',
          Progress: 50,
        },
      ],
    },
  }),
  row('elasticloadbalancing:DescribeLoadBalancers', {
    send: (aws, input: DescribeLoadBalancersCommandInput) =>
      aws.elbv2.send(new DescribeLoadBalancersCommand(input)),
    input: { Names: ['shop'], PageSize: 5 },
    output: {
      LoadBalancers: [{ LoadBalancerName: 'shop', Type: 'application', CreatedTime: AT }],
      NextMarker: HOSTILE,
    },
  }),
  row('elasticloadbalancing:DeregisterTargets', {
    send: (aws, input: DeregisterTargetsCommandInput) => aws.elbv2.send(new DeregisterTargetsCommand(input)),
    input: { TargetGroupArn: 'arn', Targets: [{ Id: 'i-0', Port: 8080 }, { Id: 'i-1' }] },
    output: {},
  }),
  row('elasticloadbalancing:DescribeLoadBalancers', {
    send: (aws, input: DescribeClassicLoadBalancersCommandInput) =>
      aws.elb.send(new DescribeClassicLoadBalancersCommand(input)),
    input: { LoadBalancerNames: ['old'] },
    output: { LoadBalancerDescriptions: [{ LoadBalancerName: 'old', Instances: [{ InstanceId: 'i-0' }] }] },
  }),
  row('elasticloadbalancing:DeregisterInstancesFromLoadBalancer', {
    send: (aws, input: DeregisterInstancesFromLoadBalancerCommandInput) =>
      aws.elb.send(new DeregisterInstancesFromLoadBalancerCommand(input)),
    input: { LoadBalancerName: 'old', Instances: [{ InstanceId: 'i-0' }] },
    output: { Instances: [{ InstanceId: 'i-1' }] },
  }),
  row('autoscaling:DescribeAutoScalingInstances', {
    send: (aws, input: DescribeAutoScalingInstancesCommandInput) =>
      aws.autoscaling.send(new DescribeAutoScalingInstancesCommand(input)),
    input: { InstanceIds: ['i-1'], MaxRecords: 1 },
    output: { AutoScalingInstances: [] },
  }),
  row('autoscaling:CompleteLifecycleAction', {
    send: (aws, input: CompleteLifecycleActionCommandInput) =>
      aws.autoscaling.send(new CompleteLifecycleActionCommand(input)),
    input: { AutoScalingGroupName: 'g', LifecycleHookName: 'h', LifecycleActionResult: 'CONTINUE' },
    output: {},
  }),
  row('sns:CreateTopic', {
    send: (aws, input: CreateTopicCommandInput) => aws.sns.send(new CreateTopicCommand(input)),
    input: {
      Name: 't',
      Attributes: { DisplayName: HOSTILE, KmsMasterKeyId: 'alias/x' },
      Tags: [{ Key: 'k', Value: 'v' }],
    },
    output: { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t' },
  }),
  row('sns:Publish', {
    send: (aws, input: PublishCommandInput) => aws.sns.send(new PublishCommand(input)),
    input: {
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t',
      Message: HOSTILE,
      MessageAttributes: { blob: { DataType: 'Binary', BinaryValue: Uint8Array.from([0, 255, 128]) } },
    },
    output: { MessageId: 'm' },
  }),
];
