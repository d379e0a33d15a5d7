import type { RunInstancesCommandOutput } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../testing.ts';
import { addImage, addLaunchTemplate } from './build.ts';
import { instanceDurations } from './durations.ts';
import { testNetwork, type TestNetwork } from './test-network.ts';

const request = (on: TestNetwork, more: object = {}) => ({
  MinCount: 1,
  MaxCount: 1,
  ImageId: on.image.imageId,
  InstanceType: 'm7i.large',
  SubnetId: on.subnet.subnetId,
  SecurityGroupIds: [on.web.groupId],
  ...more,
});

const run = (on: TestNetwork, more: object = {}) =>
  on.perform<RunInstancesCommandOutput>('RunInstances', request(on, more));

const launched = (on: TestNetwork, output: RunInstancesCommandOutput) => {
  const made = on.state.instances.get(output.Instances?.[0]?.InstanceId ?? '');
  if (made === undefined) throw new Error('nothing was launched');
  return made;
};

describe('RunInstances', () => {
  it('is pending, then running, with an interface and the image’s root volume', async () => {
    const on = testNetwork();
    const output = await run(on);
    const made = launched(on, output);
    expect(output.Instances?.[0]?.State?.Name).toBe('pending');
    expect(output.Instances?.[0]?.SecurityGroups).toEqual([{ GroupId: on.web.groupId, GroupName: 'web' }]);
    expect(on.state.volumes.get(made.blockDevices[0]?.volumeId ?? '')).toMatchObject({
      content: 'linux disk',
      state: 'in-use',
    });
    await on.pass(instanceDurations.start);
    expect(made.state).toBe('running');
  });

  it('does nothing again for the same client token', async () => {
    const on = testNetwork();
    const [first, second] = [await run(on, { ClientToken: 'once' }), await run(on, { ClientToken: 'once' })];
    expect(second.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId);
    expect(on.state.instances.size).toBe(1);
  });

  it('refuses the same client token for another request', async () => {
    const on = testNetwork();
    await run(on, { ClientToken: 'once' });
    await expect(run(on, { ClientToken: 'once', InstanceType: 't3.micro' })).rejects.toMatchObject({
      code: 'IdempotentParameterMismatch',
    });
  });

  it('keeps user data as it was given', async () => {
    const on = testNetwork();
    expect(launched(on, await run(on, { UserData: 'IyEvYmluL3NoCg==' })).userData).toBe('IyEvYmluL3NoCg==');
    expect(launched(on, await run(on)).userData).toBeUndefined();
  });

  it.each([
    [{ KeyName: 'shop' }, ['shop', undefined]],
    [{ LaunchTemplate: { LaunchTemplateName: 'web' } }, ['of-template', 'true']],
    [{ LaunchTemplate: { LaunchTemplateName: 'web' }, KeyName: 'shop' }, ['shop', 'false']],
  ])('asks for the key pair of %j, and says whether the template has it', (more, expected) => {
    const on = testNetwork();
    addLaunchTemplate(on.state, { name: 'web', data: { KeyName: 'of-template' } }, on.ids);
    const keys = on
      .checksOf('RunInstances', request(on, more))
      .filter(({ resource }) => resource.includes(':key-pair/'));
    expect(
      keys.map(({ context }) => [context?.['ec2:KeyPairName'], context?.['ec2:IsLaunchTemplateResource']]),
    ).toEqual([expected]);
  });

  it('asks for no key pair where there is none', () => {
    const on = testNetwork();
    const checks = on.checksOf('RunInstances', request(on));
    expect(checks.filter(({ resource }) => resource.includes(':key-pair/'))).toEqual([]);
  });

  it.each([
    [{}, ACCOUNT],
    [{ ownerAlias: 'amazon' }, 'amazon'],
  ])('asks for an image by its owner, or the alias of that: %j', (more, owner) => {
    const on = testNetwork();
    const { imageId } = addImage(on.state, { ownerId: ACCOUNT, name: 'other', ...more }, on.ids);
    const image = on
      .checksOf('RunInstances', request(on, { ImageId: imageId }))
      .find(({ resource }) => resource.includes(':image/'));
    expect(image?.context?.['ec2:Owner']).toBe(owner);
  });

  it('launches as many as asked in one reservation', async () => {
    const on = testNetwork();
    const output = await run(on, { MinCount: 2, MaxCount: 3 });
    expect(output.Instances).toHaveLength(3);
    expect(new Set(output.Instances?.map((shown) => shown.PrivateIpAddress)).size).toBe(3);
  });

  it.each([
    ['no capacity', { InstanceType: 'x2.large' }, 'InsufficientInstanceCapacity'],
    ['an unknown image', { ImageId: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound'],
    ['user data that is no base64', { UserData: '#!/bin/sh' }, 'InvalidParameterValue'],
    [
      'user data of more than 16 KB',
      { UserData: Buffer.alloc(16_385).toString('base64') },
      'InvalidParameterValue',
    ],
    ['an unknown parameter', { ImageId: 'resolve:ssm:/aws/nothing' }, 'InvalidParameterValue'],
    ['no subnet', { SubnetId: undefined }, 'VPCIdNotSpecified'],
    ['an unknown profile', { IamInstanceProfile: { Name: 'nobody' } }, 'InvalidParameterValue'],
    [
      'an unknown template',
      { LaunchTemplate: { LaunchTemplateName: 'none' } },
      'InvalidLaunchTemplateName.NotFoundException',
    ],
    ['fewer than one', { MinCount: 0 }, 'InvalidParameterValue'],
    ['an address outside the subnet', { PrivateIpAddress: '10.0.2.9' }, 'InvalidParameterValue'],
    [
      'a root volume smaller than the image',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 4 } }] },
      'InvalidBlockDeviceMapping',
    ],
    ['a member that is not implemented', { RamdiskId: 'ari-1' }, 'UnsupportedOperation'],
    [
      'hibernation with a root volume that is not encrypted',
      { HibernationOptions: { Configured: true } },
      'UnsupportedHibernationConfiguration',
    ],
    [
      'a nested member that is not implemented',
      { MetadataOptions: { HttpProtocolIpv6: 'enabled' } },
      'UnsupportedOperation',
    ],
  ])('refuses %s and launches nothing', async (_what, more, code) => {
    const on = testNetwork();
    on.state.withoutCapacity.add('x2.large');
    await expect(run(on, more)).rejects.toMatchObject({ code });
    expect([on.state.instances.size, on.state.volumes.size, on.state.networkInterfaces.size]).toEqual([
      0, 0, 0,
    ]);
  });

  it('lays the request over the launch template, and resolves its image through a public parameter', async () => {
    const on = testNetwork();
    on.state.publicParameters.set('/aws/service/linux', on.graviton.imageId);
    on.profile('examiner');
    const template = addLaunchTemplate(
      on.state,
      {
        name: 'workstation',
        data: {
          ImageId: 'resolve:ssm:/aws/service/linux',
          InstanceType: 'm7g.large',
          IamInstanceProfile: { Name: 'examiner' },
          TagSpecifications: [
            {
              ResourceType: 'instance',
              Tags: [
                { Key: 'from', Value: 'template' },
                { Key: 'both', Value: 'template' },
              ],
            },
          ],
        },
      },
      on.ids,
    );
    const input = {
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: { LaunchTemplateName: 'workstation' },
      InstanceType: 'm7g.xlarge',
      SubnetId: on.subnet.subnetId,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'both', Value: 'request' }] }],
    };
    const made = launched(on, await on.perform<RunInstancesCommandOutput>('RunInstances', input));
    expect(made).toMatchObject({
      imageId: on.graviton.imageId,
      architecture: 'arm64',
      instanceType: 'm7g.xlarge',
    });
    expect(Object.fromEntries(made.tags)).toMatchObject({ from: 'template', both: 'request' });
    expect([...on.state.profileAssociations.values()][0]?.profileArn).toContain('examiner');
    const checks = on.checksOf('RunInstances', input);
    const actions = checks.map((check) => `${check.action} ${check.resource.split(':').slice(4).join(':')}`);
    expect(actions).toEqual(
      expect.arrayContaining([
        `ec2:RunInstances :image/${on.graviton.imageId}`,
        `ec2:RunInstances ${ACCOUNT}:instance/*`,
        `ec2:RunInstances ${ACCOUNT}:volume/*`,
        `ec2:RunInstances ${ACCOUNT}:network-interface/*`,
        `ec2:RunInstances ${ACCOUNT}:subnet/${on.subnet.subnetId}`,
        `ec2:RunInstances ${ACCOUNT}:launch-template/${template.launchTemplateId}`,
        `ec2:CreateTags ${ACCOUNT}:instance/*`,
        `iam:PassRole ${ACCOUNT}:role/examiner`,
        'ssm:GetParameters :parameter/aws/service/linux',
      ]),
    );
  });

  it('asks for the reading of an own parameter under the account that has it', () => {
    const on = testNetwork();
    on.state.publicParameters.set('/cordon/forensic-image', on.graviton.imageId);
    const checks = on.checksOf(
      'RunInstances',
      request(on, { ImageId: 'resolve:ssm:/cordon/forensic-image' }),
    );
    expect(checks.map(({ resource }) => resource)).toContain(
      `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/cordon/forensic-image`,
    );
  });

  it('ends the instance when the key of a volume cannot be used', async () => {
    const on = testNetwork({ decide: (check) => (check.action === 'kms:CreateGrant' ? 'deny' : 'allow') });
    const made = launched(
      on,
      await run(on, { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }] }),
    );
    await on.pass(instanceDurations.terminate);
    expect(made).toMatchObject({ state: 'terminated', stateReason: { code: 'Client.InternalError' } });
  });

  it('encrypts with the default key where the account says so', async () => {
    const on = testNetwork();
    on.state.ebsEncryptionByDefault = true;
    const made = launched(on, await run(on));
    const volume = on.state.volumes.get(made.blockDevices[0]?.volumeId ?? '');
    expect(volume).toMatchObject({
      encrypted: true,
      kmsKeyArn: expect.stringMatching(/^arn:aws:kms:eu-west-1:111111111111:key\//),
    });
  });
});
