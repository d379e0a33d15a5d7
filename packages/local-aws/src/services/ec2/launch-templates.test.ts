import type {
  DescribeLaunchTemplateVersionsCommandOutput,
  DescribeLaunchTemplatesCommandOutput,
  GetLaunchTemplateDataCommandOutput,
  RunInstancesCommandOutput,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addLaunchTemplate, addSubnet } from './build.ts';
import { testNetwork } from './test-network.ts';

/** Three versions of which the second is the default; they differ in their types. */
const setUp = () => {
  const on = testNetwork();
  const data = {
    ImageId: on.image.imageId,
    SubnetId: on.subnet.subnetId,
    SecurityGroupIds: [on.web.groupId],
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'shop' }] }],
  };
  const template = addLaunchTemplate(
    on.state,
    {
      name: 'web',
      data: { ...data, InstanceType: 'm5.large' },
      laterVersions: [
        { ...data, InstanceType: 'm6i.large' },
        { ...data, InstanceType: 'm7i.large' },
      ],
      defaultVersion: 2,
    },
    on.ids,
  );
  const run = async (Version?: string, more: object = {}) => {
    const named = { LaunchTemplateName: 'web', ...(Version === undefined ? {} : { Version }) };
    const output = await on.perform<RunInstancesCommandOutput>('RunInstances', {
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: named,
      ...more,
    });
    return output.Instances?.[0];
  };
  const versions = async (input: object) => {
    const out = await on.perform<DescribeLaunchTemplateVersionsCommandOutput>(
      'DescribeLaunchTemplateVersions',
      input,
    );
    return out.LaunchTemplateVersions ?? [];
  };
  return { ...on, template, run, versions };
};

describe('an instance that a template launched', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
  it.each([
    ['1', '1'],
    [undefined, '2'],
    ['$Latest', '3'],
  ])('says from which version: %s is %s', async (asked, version) => {
    const on = setUp();
    const tags = new Map((await on.run(asked))?.Tags?.map(({ Key, Value }) => [Key, Value]));
    expect(tags.get('aws:ec2launchtemplate:id')).toBe(on.template.launchTemplateId);
    expect(tags.get('aws:ec2launchtemplate:version')).toBe(version);
  });

  it('says when its version was made, where that is known', async () => {
    const on = setUp();
    const dated = addLaunchTemplate(on.state, { name: 'dated', data: {}, createdAt: 1_000 }, on.ids);
    expect((await on.versions({ LaunchTemplateId: dated.launchTemplateId }))[0]?.CreateTime).toEqual(
      new Date(1_000),
    );
    expect((await on.versions({ LaunchTemplateName: 'web' }))[0]).not.toHaveProperty('CreateTime');
  });
});

describe('launching from a version of a template', () => {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateSpecification.html
  it.each([
    [undefined, 'm6i.large'],
    ['$Default', 'm6i.large'],
    ['$Latest', 'm7i.large'],
    ['1', 'm5.large'],
  ])('takes version %s for what it says', async (version, type) => {
    expect((await setUp().run(version))?.InstanceType).toBe(type);
  });

  it('lets the request change the subnet and add tags', async () => {
    const on = setUp();
    const { vpcId } = on.vpc;
    const place = { vpcId, cidr: '10.0.2.0/24', availabilityZone: 'eu-west-1b' };
    const { subnetId } = addSubnet(on.state, place, on.ids);
    const made = await on.run('1', {
      SubnetId: subnetId,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'stands-in-for', Value: 'i-1' }] }],
    });
    expect([made?.SubnetId, made?.InstanceType]).toEqual([subnetId, 'm5.large']);
    expect(made?.Tags?.filter(({ Key }) => Key?.startsWith('aws:') !== true)).toEqual([
      { Key: 'team', Value: 'shop' },
      { Key: 'stands-in-for', Value: 'i-1' },
    ]);
  });

  it.each(['4', 'latest', '0'])('refuses version %s, which is not there', async (version) => {
    await expect(setUp().run(version)).rejects.toMatchObject({
      code: 'InvalidLaunchTemplateId.VersionNotFound',
    });
  });
});

describe('describing', () => {
  it('shows which versions there are', async () => {
    const on = setUp();
    const { LaunchTemplates } = await on.perform<DescribeLaunchTemplatesCommandOutput>(
      'DescribeLaunchTemplates',
      { LaunchTemplateNames: ['web'] },
    );
    expect(LaunchTemplates).toMatchObject([{ DefaultVersionNumber: 2, LatestVersionNumber: 3 }]);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
  it('shows the data of versions of one template, or the latest of all', async () => {
    const on = setUp();
    const LaunchTemplateId = on.template.launchTemplateId;
    const numbers = async (input: object) => (await on.versions(input)).map((one) => one.VersionNumber);
    expect(await numbers({ LaunchTemplateId })).toEqual([1, 2, 3]);
    expect(await on.versions({ LaunchTemplateId, Versions: ['2'] })).toMatchObject([
      {
        LaunchTemplateName: 'web',
        DefaultVersion: true,
        LaunchTemplateData: { InstanceType: 'm6i.large', SecurityGroupIds: [on.web.groupId] },
      },
    ]);
    expect(await numbers({ LaunchTemplateName: 'web', Versions: ['9'] })).toEqual([]);
    expect(await numbers({ Versions: ['$Latest'] })).toEqual([3]);
    await expect(numbers({})).rejects.toMatchObject({ code: 'MissingParameter' });
    await expect(numbers({ LaunchTemplateName: 'none' })).rejects.toMatchObject({
      code: 'InvalidLaunchTemplateName.NotFoundException',
    });
  });
});

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
describe('GetLaunchTemplateData', () => {
  it('gives what the instance was launched with, its own interface too', async () => {
    const on = setUp();
    const instance = on.instance();
    const { LaunchTemplateData } = await on.perform<GetLaunchTemplateDataCommandOutput>(
      'GetLaunchTemplateData',
      { InstanceId: instance.instanceId },
    );
    expect(LaunchTemplateData).toMatchObject({
      ImageId: on.image.imageId,
      InstanceType: 'm7i.large',
      Placement: { AvailabilityZone: 'eu-west-1a', Tenancy: 'default' },
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true } },
        { DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: false } },
      ],
      NetworkInterfaces: [
        {
          NetworkInterfaceId: instance.networkInterfaceIds[0],
          SubnetId: on.subnet.subnetId,
          Groups: [on.web.groupId],
        },
      ],
    });
    expect(on.checks.map(({ action, assumed }) => [action, assumed === true])).toEqual([
      ['ec2:GetLaunchTemplateData', false],
      ['ec2:DescribeVolumes', true],
      ['ec2:DescribeInstanceAttribute', true],
    ]);
  });

  it('refuses an instance that does not exist', async () => {
    await expect(
      setUp().perform('GetLaunchTemplateData', { InstanceId: 'i-0123456789abcdef0' }),
    ).rejects.toMatchObject({ code: 'InvalidInstanceID.NotFound' });
  });
});
