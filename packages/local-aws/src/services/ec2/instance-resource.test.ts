import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  denyIn,
  HOME,
  stackSetStage,
  type StackSetTestStage,
} from '../cloudformation/testing.ts';
import { addImage, addSecurityGroup } from './build.ts';
import { ec2State } from './state.ts';

const TEMPLATE = {
  Resources: {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/28' } },
    Subnet: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        CidrBlock: '10.9.0.0/28',
        AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
      },
    },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { GroupDescription: 'host', VpcId: { Ref: 'Vpc' } },
    },
    Template: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: {
        LaunchTemplateData: {
          ImageId: 'resolve:ssm:/image',
          InstanceType: 't3.nano',
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 8 } }],
          NetworkInterfaces: [
            {
              DeviceIndex: 0,
              SubnetId: { Ref: 'Subnet' },
              Groups: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }],
            },
          ],
          UserData: { 'Fn::Base64': '#!/bin/sh\n' },
        },
      },
    },
    Host: {
      Type: 'AWS::EC2::Instance',
      Properties: {
        LaunchTemplate: {
          LaunchTemplateId: { Ref: 'Template' },
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
        Tags: [{ Key: 'Name', Value: 'host' }],
      },
    },
  },
  Outputs: { Host: { Value: { Ref: 'Host' } } },
};

let stage: StackSetTestStage;
afterEach(() => stage.organization.close());

/** A stage in whose account the template's image is, and what is asked of the stack `host`. */
const open = async (denied?: string) => {
  stage = await stackSetStage();
  if (denied !== undefined) denyIn(stage, DEPLOYMENT, denied);
  const { organization, here } = stage;
  const state = organization.world.of(ec2State, DEPLOYMENT, HOME);
  const image = addImage(state, { ownerId: DEPLOYMENT, name: 'linux', content: 'linux' }, organization.ids);
  state.publicParameters.set('/image', image.imageId);
  const StackName = 'host';
  const stack = async () => {
    const { Stacks: [found] = [] } = await organization.during(() =>
      here.send(new DescribeStacksCommand({ StackName })),
    );
    return found;
  };
  await organization.during(() =>
    here.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(TEMPLATE) })),
  );
  await organization.run(() => false, organization.timeline.now() + 600_000);
  return {
    state,
    stack,
    instance: async () => state.instances.get((await stack())?.Outputs?.[0]?.OutputValue ?? ''),
    remove: async () => {
      await organization.during(() => here.send(new DeleteStackCommand({ StackName })));
      await organization.run(() => false, organization.timeline.now() + 600_000);
    },
    why: async () => {
      const { StackEvents: events = [] } = await organization.during(() =>
        here.send(new DescribeStackEventsCommand({ StackName })),
      );
      const failed = events.find(
        ({ ResourceStatus, ResourceType }) =>
          ResourceStatus === 'DELETE_FAILED' && ResourceType !== 'AWS::CloudFormation::Stack',
      );
      return failed?.ResourceStatusReason ?? '';
    },
  };
};

it('is launched from its launch template, runs, and goes with its stack and all that it was in', async () => {
  const on = await open();
  expect(await on.stack()).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  const made = await on.instance();
  expect(made).toMatchObject({
    state: 'running',
    instanceType: 't3.nano',
    userData: Buffer.from('#!/bin/sh\n').toString('base64'),
  });
  expect(made?.tags.get('Name')).toBe('host');
  expect([...on.state.volumes.values()]).toMatchObject([{ sizeGiB: 8, encrypted: true }]);
  await on.remove();
  expect(made?.state).toBe('terminated');
  for (const left of [on.state.vpcs, on.state.subnets, on.state.securityGroups, on.state.volumes])
    expect([...left.keys()]).toEqual([]);
  expect([...on.state.launchTemplates.keys()]).toEqual([]);
});

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html
it('keeps its stack from being deleted while it is protected from termination', async () => {
  const on = await open();
  const made = await on.instance();
  if (made === undefined) throw new Error('no instance');
  made.disableApiTermination = true;
  await on.remove();
  expect(await on.stack()).toMatchObject({ StackStatus: 'DELETE_FAILED' });
  expect(await on.why()).toContain("Modify its 'disableApiTermination' instance attribute");
  expect(made.state).toBe('running');
  made.disableApiTermination = false;
  await on.remove();
  await expect(on.stack()).rejects.toThrow('does not exist');
});

// "You must ... delete all security groups associated with the VPC (except the default one)":
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
it('is gone, and its VPC is not, while somebody else has a group in it', async () => {
  const on = await open();
  const [vpcId = ''] = [...on.state.vpcs.keys()];
  const other = addSecurityGroup(
    on.state,
    { name: 'left', description: 'left', vpcId, ownerId: DEPLOYMENT },
    stage.organization.ids,
  );
  await on.remove();
  expect(await on.stack()).toMatchObject({ StackStatus: 'DELETE_FAILED' });
  expect(await on.why()).toContain(`'${vpcId}' has dependencies and cannot be deleted`);
  on.state.securityGroups.delete(other.groupId);
  await on.remove();
  expect([...on.state.vpcs.keys()]).toEqual([]);
});

it('is not launched for whom an SCP denies it, and nothing of the stack stays', async () => {
  const on = await open('ec2:RunInstances');
  expect(await on.stack()).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  expect([on.state.instances.size, on.state.vpcs.size, on.state.launchTemplates.size]).toEqual([0, 0, 0]);
});
