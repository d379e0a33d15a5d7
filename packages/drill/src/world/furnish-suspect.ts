import {
  addImage,
  addInstance,
  addKey,
  addLaunchTemplate,
  awsManagedKey,
  ec2State,
  type Ec2State,
  type Organization,
} from '@cordon/local-aws';
import type { NamedInstance } from '../raw/raw-finding.ts';
import { withBlocks } from './written-blocks.ts';
import { listAt, textAt, type Json } from '../raw/raw-json.ts';
import type { Remote, Suspect } from '../run-record.ts';
import {
  furnishAddress,
  furnishHiddenInterface,
  furnishInterface,
  type Furnishing,
} from './furnish-network.ts';
import { furnishProfile } from './furnish-profile.ts';
import { furnishNeighbour, furnishWayOut } from './furnish-traffic.ts';
import { keyCaseVolumes, type CaseVolume, type KeyCase, type KeyCast } from './key-cases.ts';
import type { Choices } from './seed.ts';

/** What a scenario wants of a suspect beyond what its finding says. */
export interface SuspectOptions {
  /** Interfaces, volumes and group that no finding names; off for the barest instance. */
  readonly hidden: boolean;
  /** Whether the customer key's policy admits the evidence account's custodian. */
  readonly keyAdmits: string | undefined;
  readonly state: 'running' | 'terminated';
  /** In no Auto Scaling group, and what it was launched from. */
  readonly alone: 'from-template' | 'from-image' | undefined;
  /** Whether the host writes its memory to its disk when it is crashed, and EC2 refuses to stop it. */
  readonly preparedForCrash: boolean;
  /** Whether its role admits the agent of Systems Manager. */
  readonly managed: boolean;
  /** What the findings say that it talks to. */
  readonly remotes: readonly Remote[];
  /** Names that the findings say it asked for. */
  readonly asks: readonly string[];
  /** Unencrypted volumes beside the others. */
  readonly moreVolumes: number;
  /** One volume for every case of keys, in place of others. */
  readonly keyCast: KeyCast | undefined;
}

/** Text that an attacker may put where only the account's owner should: it must reach nothing. */
export const HOSTILE_TAG = '$(id)`reboot`<script>alert(1)</script>](javascript:x)';

/** Makes an instance that the finding can be true of, and by seed what a finding never names. */
export const furnishSuspect = (
  organization: Organization,
  named: NamedInstance,
  choices: Choices,
  options: SuspectOptions,
): Suspect => {
  const { account, region, instanceId } = named;
  const zone = textAt(named.details, 'availabilityZone');
  const furnishing: Furnishing = {
    organization,
    at: named,
    availabilityZone: zone?.startsWith(region) === true ? zone : `${region}a`,
  };
  const interfaces = interfacesOf(furnishing, choices, options);
  const profile = furnishProfile(organization, named, options);
  const state = organization.world.of(ec2State, account, region);
  const common = machineOf(organization, named);
  const volumes = volumesOf(organization, named, choices, options);
  const alone = options.alone === undefined ? undefined : furnishOrigin(organization, named, options.alone);
  const made = addInstance(
    state,
    {
      ...common,
      instanceId,
      ...(options.preparedForCrash ? { kdump: true, disableApiStop: true } : {}),
      networkInterfaces: interfaces,
      volumes: volumes.map(({ volume }) => withBlocks(volume)),
      ...(profile === undefined ? {} : { profile: { arn: profile.arn, profileId: profile.profileId } }),
      consoleOutput: `boot messages of ${instanceId}\n${HOSTILE_TAG}\n`,
      ...(alone === undefined ? {} : { userData: alone.userData }),
      tags: { ...tagsOf(named), Owner: HOSTILE_TAG, ...alone?.tags },
    },
    organization.ids,
  );
  for (const [index, one] of listAt(named.details, 'networkInterfaces').entries()) {
    furnishAddress(furnishing, interfaces[index] ?? '', one);
  }
  const siblings =
    profile === undefined ? [] : [furnishSibling(organization, furnishing, { ...common, profile })];
  const ended = options.state === 'terminated';
  for (const id of interfaces) wayOut(furnishing, id, listAt(named.details, 'networkInterfaces'));
  const neighbours =
    ended || !options.hidden ? [] : [furnishNeighbour(organization, named, interfaces[0] ?? '')];
  if (ended) endInstance(state, made, organization.timeline.now());
  const group = ended || alone !== undefined ? undefined : groupNameOf(named, choices, options.hidden);
  return {
    account,
    region,
    instanceId,
    volumes: made.blockDevices.map(({ volumeId, deviceName }) => {
      const volume = state.volumes.get(volumeId);
      const keyCase = volumes.find((one) => one.volume.deviceName === deviceName)?.keyCase;
      return {
        volumeId,
        content: volume?.content ?? '',
        sizeGiB: volume?.sizeGiB ?? 0,
        ...(keyCase === undefined ? {} : { keyCase }),
      };
    }),
    networkInterfaceIds: ended ? [] : interfaces,
    ...(profile === undefined ? {} : { roleArn: profile.roleArn }),
    siblings,
    neighbours,
    remotes: options.remotes,
    ...(options.asks.length === 0 ? {} : { asks: options.asks }),
    ...(group === undefined ? {} : { autoScalingGroup: group }),
    ...(alone === undefined ? {} : { alone: { imageId: common.imageId, userData: alone.userData } }),
  };
};

/** The way out of the VPC that an interface lies in: public where the finding gives an interface a public address. */
const wayOut = (
  { organization, at, availabilityZone }: Furnishing,
  networkInterfaceId: string,
  described: readonly Json[],
): void => {
  const { account, region } = at;
  const nic = organization.world.of(ec2State, account, region).networkInterfaces.get(networkInterfaceId);
  if (nic === undefined) return;
  const publicHosts = described.some((one) => textAt(one, 'publicIp') !== undefined);
  furnishWayOut(organization, { account, region, vpcId: nic.vpcId, availabilityZone }, publicHosts);
};

const interfacesOf = (furnishing: Furnishing, choices: Choices, options: SuspectOptions): string[] => {
  const described = listAt(furnishing.at.details, 'networkInterfaces');
  const interfaces = (described.length === 0 ? [undefined] : described).map((one) =>
    furnishInterface(furnishing, one),
  );
  if (!options.hidden) return interfaces;
  const ownVpc = choices.pick('hidden-vpc', 2) === 1;
  return [...interfaces, furnishHiddenInterface(furnishing, interfaces[0] ?? '', ownVpc)];
};

/** Images and templates are older than what was launched from them. */
const IMAGE_AGE_MS = 40 * 86_400_000;

/** A boot script: with a template, the template's. */
const BOOT = Buffer.from('#!/bin/sh\nsystemctl enable --now shop-web\n').toString('base64');

/** What an instance in no group was launched from, as EC2 tells it: by tags of its own, where it was a template. */
const furnishOrigin = (
  organization: Organization,
  named: NamedInstance,
  from: 'from-template' | 'from-image',
): { readonly userData: string; readonly tags: Readonly<Record<string, string>> } => {
  if (from === 'from-image') return { userData: BOOT, tags: {} };
  const state = organization.world.of(ec2State, named.account, named.region);
  const template = addLaunchTemplate(
    state,
    {
      name: 'shop-web',
      createdAt: organization.timeline.now() - IMAGE_AGE_MS,
      data: {
        ImageId: textAt(named.details, 'imageId') ?? '',
        InstanceType: 't3.micro',
        KeyName: 'shop',
        UserData: BOOT,
        BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, Encrypted: true } }],
      },
      // A version that somebody made later is not what the instance came from.
      laterVersions: [{ InstanceType: 'm5.large', UserData: Buffer.from('later').toString('base64') }],
      defaultVersion: 2,
    },
    organization.ids,
  );
  return {
    userData: BOOT,
    tags: {
      'aws:ec2launchtemplate:id': template.launchTemplateId,
      'aws:ec2launchtemplate:version': '1',
    },
  };
};

const machineOf = (organization: Organization, { account, region, details }: NamedInstance) => {
  const image = textAt(details, 'imageId');
  const imageId = image?.startsWith('ami-') === true ? image : 'ami-0123456789abcdef0';
  const state = organization.world.of(ec2State, account, region);
  // Auto Scaling attaches no instance whose image is gone.
  if (!state.images.has(imageId))
    addImage(
      state,
      {
        imageId,
        ownerId: account,
        name: `workload ${imageId}`,
        createdAt: organization.timeline.now() - IMAGE_AGE_MS,
      },
      organization.ids,
    );
  return {
    type: textAt(details, 'instanceType') ?? 'm5.large',
    imageId,
    launchedAt: organization.timeline.now() - 30 * 86_400_000,
  };
};

const tagsOf = ({ details }: NamedInstance): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listAt(details, 'tags').flatMap((tag) => {
      const key = textAt(tag, 'key');
      return key === undefined || key === '' ? [] : [[key, textAt(tag, 'value') ?? '']];
    }),
  );

/**
 * Leaves what a termination leaves: the instance described for about an hour, its interfaces and volumes gone with it.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
 */
const endInstance = (state: Ec2State, instance: ReturnType<typeof addInstance>, now: number): void => {
  for (const address of state.addresses.values()) {
    if (instance.networkInterfaceIds.includes(address.association?.networkInterfaceId ?? ''))
      delete address.association;
  }
  for (const id of instance.networkInterfaceIds) state.networkInterfaces.delete(id);
  for (const { volumeId } of instance.blockDevices) state.volumes.delete(volumeId);
  for (const [id, association] of state.profileAssociations) {
    if (association.instanceId === instance.instanceId) state.profileAssociations.delete(id);
  }
  instance.networkInterfaceIds = [];
  instance.blockDevices = [];
  instance.state = 'terminated';
  instance.goneAt = now + 3_600_000;
};

/** The name of the Auto Scaling group that the finding's tag names, or of one that no finding names. */
const groupNameOf = (named: NamedInstance, choices: Choices, hidden: boolean): string | undefined =>
  tagsOf(named)['aws:autoscaling:groupName'] ?? (hidden ? `workload-${choices.hex('group', 6)}` : undefined);

/** Root unencrypted, one volume under a customer key, one under the account's aws/ebs key: the three cases of aws-facts 3.2. */
const volumesOf = (
  organization: Organization,
  named: NamedInstance,
  choices: Choices,
  options: SuspectOptions,
): readonly FurnishedVolume[] => {
  if (options.keyCast !== undefined) return keyCaseVolumes(organization, named, options.keyCast);
  return plainVolumes(organization, named, choices, options).map((volume) => ({ volume }));
};

/** A volume, and the case of keys that it is there for. */
interface FurnishedVolume {
  readonly volume: CaseVolume;
  readonly keyCase?: KeyCase;
}

const plainVolumes = (
  organization: Organization,
  { account, region, instanceId }: NamedInstance,
  choices: Choices,
  options: SuspectOptions,
): readonly CaseVolume[] => {
  const root = { deviceName: '/dev/xvda', sizeGiB: 8, content: `root of ${instanceId}` };
  if (!options.hidden) return [root];
  const making = { ids: organization.ids, now: organization.timeline.now() };
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Owner',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      ...(options.keyAdmits === undefined
        ? []
        : [
            {
              Sid: 'Custodian',
              Effect: 'Allow',
              Principal: { AWS: options.keyAdmits },
              Action: [
                'kms:DescribeKey',
                'kms:Decrypt',
                'kms:ReEncryptFrom',
                'kms:ReEncryptTo',
                'kms:GenerateDataKeyWithoutPlaintext',
                'kms:CreateGrant',
              ],
              Resource: '*',
            },
          ]),
    ],
  };
  const customer = addKey(
    organization.world,
    { account, region, alias: `alias/workload-${instanceId}`, policy, description: 'workload' },
    making,
  );
  const managed = awsManagedKey(organization.world, { account, region, service: 'ebs' }, making);
  const more = Array.from({ length: options.moreVolumes }, (_, index) => ({
    deviceName: `/dev/sd${String.fromCodePoint(104 + index)}`,
    sizeGiB: 30 + choices.pick(`more-size-${index}`, 60),
    content: `more ${index} of ${instanceId}`,
  }));
  return [
    root,
    ...more,
    {
      deviceName: '/dev/sdf',
      sizeGiB: 20 + choices.pick('data-size', 80),
      encrypted: true,
      kmsKeyArn: customer.arn,
      content: `data of ${instanceId}`,
    },
    {
      deviceName: '/dev/sdg',
      sizeGiB: 10 + choices.pick('log-size', 40),
      encrypted: true,
      kmsKeyArn: managed.arn,
      content: `logs of ${instanceId}`,
    },
  ];
};

/** A healthy instance that shares the profile: what the deny must not touch. */
const furnishSibling = (
  organization: Organization,
  furnishing: Furnishing,
  like: {
    readonly type: string;
    readonly imageId: string;
    readonly launchedAt: number;
    readonly profile: { readonly arn: string; readonly profileId: string };
  },
): string => {
  const { account, region } = furnishing.at;
  const state = organization.world.of(ec2State, account, region);
  const sibling = addInstance(
    state,
    {
      ...like,
      networkInterfaces: [
        furnishInterface({ ...furnishing, at: { ...furnishing.at, details: undefined } }, undefined),
      ],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root of a sibling' }],
      tags: { Name: 'sibling' },
    },
    organization.ids,
  );
  return sibling.instanceId;
};
