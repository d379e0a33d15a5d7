import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceMetadataOptionsCommand,
} from '@aws-sdk/client-ec2';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../core/operation.ts';
import type { Organization } from '../../organization.ts';
import { MEMBER, organizationWith, REGION, SECURITY } from '../../organization-testing.ts';
import { addInstance } from '../ec2/build-instance.ts';
import { addSecurityGroup, addSubnet, addVpc } from '../ec2/build.ts';
import { instanceDurations } from '../ec2/durations.ts';
import { ec2State } from '../ec2/state.ts';
import { addInstanceProfile, addRole } from '../iam/build.ts';
import { credentialsRefusal, instanceCredentials } from '../sts/instance-credentials.ts';
import { CLOUDTRAIL_DURATIONS } from './durations.ts';

const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string, more: object) => ({ Effect: 'Allow', Action, ...more });

/** An instance of MEMBER with role `web`, which may become `deploy` in SECURITY. */
const furnished = async (trusted = 'ec2.amazonaws.com') => {
  const organization = await organizationWith({});
  const { world, ids, timeline } = organization;
  const making = { ids, now: timeline.now() };
  const web = addRole(
    world,
    {
      account: MEMBER,
      name: 'web',
      path: '/app/',
      trust: policy(allow('sts:AssumeRole', { Principal: { Service: trusted } })),
      inline: { chain: policy(allow('sts:AssumeRole', { Resource: '*' })) },
    },
    making,
  );
  const deploy = addRole(
    world,
    {
      account: SECURITY,
      name: 'deploy',
      trust: policy(allow('sts:AssumeRole', { Principal: { AWS: web.arn } })),
      inline: { reads: policy(allow('iam:List*', { Resource: '*' })) },
    },
    making,
  );
  const profile = addInstanceProfile(world, { account: MEMBER, name: 'web', roleName: 'web' }, making);
  const state = world.of(ec2State, MEMBER, REGION);
  const vpc = addVpc(state, { cidr: '10.0.0.0/16', ownerId: MEMBER }, ids);
  const inVpc = { vpcId: vpc.vpcId };
  const subnet = addSubnet(state, { ...inVpc, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` }, ids);
  const group = addSecurityGroup(state, { ...inVpc, name: 'web', description: 'web', ownerId: MEMBER }, ids);
  const instance = addInstance(
    state,
    {
      type: 'm7i.large',
      imageId: 'ami-0aaaaaaaaaaaaaaaa',
      networkInterfaces: [{ subnetId: subnet.subnetId, groups: [group.groupId] }],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root' }],
      launchedAt: timeline.now(),
      profile: { arn: profile.arn, profileId: profile.profileId },
    },
    ids,
  );
  const place = { account: MEMBER, region: REGION, instanceId: instance.instanceId };
  return { organization, instance, deploy, place, state };
};

const settings = ({ requestHandler }: Organization, credentials: Credentials) => ({
  region: REGION,
  credentials,
  requestHandler,
  maxAttempts: 1,
});

const wait = async (organization: Organization, milliseconds: number): Promise<void> => {
  const until = organization.timeline.now() + milliseconds;
  organization.timeline.at(until, () => {});
  await organization.run(undefined, until);
};

/** The credentials of a session, as a client signs with them. */
const keysOf = async (
  organization: Organization,
  keys: Credentials,
  RoleArn: string,
): Promise<Credentials> => {
  const sts = new STSClient(settings(organization, keys));
  const RoleSessionName = 'chained';
  const { Credentials: given } = await organization.during(() =>
    sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName })),
  );
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
    expiresAt: given?.Expiration?.getTime() ?? 0,
  };
};

describe('a chain of roles that begins on an instance', () => {
  it('is followed by what the event history has of each link', async () => {
    const { organization, instance, deploy, place } = await furnished();
    const keys = instanceCredentials(organization, place, 'elsewhere');
    const chained = await keysOf(organization, keys, deploy.arn);
    await organization.during(() =>
      new IAMClient({ ...settings(organization, chained), region: 'us-east-1' }).send(new ListRolesCommand()),
    );
    await wait(organization, CLOUDTRAIL_DURATIONS.delivery);

    const lookup = (
      account: string,
      region: string,
      AttributeKey: 'Username' | 'AccessKeyId',
      value: string,
    ) => {
      const administrator = organization.credentialsFor(account, 'administrator');
      const trail = new CloudTrailClient({ ...settings(organization, administrator), region });
      const LookupAttributes = [{ AttributeKey, AttributeValue: value }];
      return organization.during(() => trail.send(new LookupEventsCommand({ LookupAttributes })));
    };
    const [first] = (await lookup(MEMBER, REGION, 'Username', instance.instanceId)).Events ?? [];
    const record = JSON.parse(first?.CloudTrailEvent ?? '{}') as {
      responseElements: { assumedRoleUser: { arn: string }; credentials: { accessKeyId: string } };
    };
    expect(first).toMatchObject({ EventName: 'AssumeRole', AccessKeyId: keys.accessKeyId });
    expect(record).toMatchObject({
      userIdentity: {
        sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${MEMBER}:role/app/web` } },
      },
      requestParameters: { roleArn: deploy.arn, roleSessionName: 'chained' },
    });
    expect(record.responseElements.assumedRoleUser.arn).toBe(
      `arn:aws:sts::${SECURITY}:assumed-role/deploy/chained`,
    );
    const next = record.responseElements.credentials.accessKeyId;
    const { Events: used = [] } = await lookup(SECURITY, 'us-east-1', 'AccessKeyId', next);
    expect(used.map(({ EventName, Username }) => [EventName, Username])).toEqual([['ListRoles', 'chained']]);
  });
});

describe('the metadata service of an instance', () => {
  it('gives nothing new once its endpoint is disabled; what was given before goes on', async () => {
    const { organization, deploy, place } = await furnished();
    const before = instanceCredentials(organization, place);
    const administrator = organization.credentialsFor(MEMBER, 'administrator');
    const ec2 = new EC2Client(settings(organization, administrator));
    const { instanceId: InstanceId } = place;
    await organization.during(() =>
      ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpEndpoint: 'disabled' })),
    );
    await wait(organization, instanceDurations.metadataOptions);
    expect(() => instanceCredentials(organization, place)).toThrow(/metadata endpoint .* is disabled/);
    await expect(keysOf(organization, before, deploy.arn)).resolves.toHaveProperty('accessKeyId');
    const shown = await organization.during(() => ec2.send(new DescribeInstancesCommand({})));
    expect(shown.Reservations?.[0]?.Instances?.[0]?.MetadataOptions).toMatchObject({
      State: 'applied',
      HttpEndpoint: 'disabled',
    });
  });

  it('gives nothing without an associated profile, on a stopped instance, or of one that nobody has', async () => {
    const { organization, instance, place, state } = await furnished();
    const refusal = (more: object = {}) => credentialsRefusal(organization, { ...place, ...more });
    expect(refusal()).toBeUndefined();
    const [association] = state.profileAssociations.values();
    if (association !== undefined) association.state = 'associating';
    expect(refusal()).toMatch(/no associated profile/);
    instance.state = 'stopped';
    expect(refusal()).toMatch(/is stopped/);
    expect(refusal({ instanceId: 'i-none' })).toMatch(/has no instance i-none/);
  });

  it('gives nothing for a role that does not let EC2 assume it', async () => {
    const { organization, place } = await furnished('lambda.amazonaws.com');
    expect(credentialsRefusal(organization, place)).toMatch(/does not let ec2.amazonaws.com assume it/);
  });
});
