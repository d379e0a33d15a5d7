import {
  IAM_PATH,
  dutyRoleName,
  ISOLATION_GROUP_NAME,
  MEMBER_DUTIES,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_POLICY_NAME,
  SESSION_DENY_TAG_KEYS,
  TAGS,
} from '@cordon/incident';
import {
  addInstance,
  addInstanceProfile,
  addManagedPolicy,
  addRole,
  addSecurityGroup,
  addSubnet,
  addVpc,
  autoScalingState,
  ec2State,
  type Ids,
  type World,
} from '@cordon/local-aws';
import {
  GROUP,
  HOSTILE,
  INTERFACES,
  ISOLATION_GROUP,
  MEMBER,
  REGION,
  REPLACEMENT,
  SIBLING,
  START,
  SUSPECT,
  VOLUMES,
  WEB_GROUP,
} from './places.ts';

const trust = (service: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});

const allow = (Action: string, Resource: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

/** A role below our path, as a template would make it; what it may do is not what the judge looks at. */
export const addOwnRole = (world: World, ids: Ids, account: string, name: string): void => {
  addRole(
    world,
    { account, name, path: IAM_PATH, trust: trust('lambda.amazonaws.com') },
    { ids, now: START },
  );
};

/** Roles and profiles: the app's role, marked and denied for the suspect's sessions, the quarantine's, and the duties'. */
const furnishIam = (world: World, ids: Ids) => {
  const making = { ids, now: START };
  const [key] = SESSION_DENY_TAG_KEYS;
  const deny = addManagedPolicy(world, {
    account: MEMBER,
    name: SESSION_DENY_POLICY_NAME,
    path: IAM_PATH,
    document: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: {
            StringLike: { 'aws:userid': `*:\${aws:PrincipalTag/${key}}` },
            Null: { [`aws:PrincipalTag/${key}`]: 'false' },
          },
        },
      ],
    },
  });
  const app = addRole(
    world,
    {
      account: MEMBER,
      name: 'web-app',
      trust: trust('ec2.amazonaws.com'),
      inline: { data: allow('s3:GetObject', 'arn:aws:s3:::web-data/*') },
      attached: [deny.arn],
      tags: { [key]: SUSPECT },
    },
    making,
  );
  addRole(
    world,
    {
      account: MEMBER,
      name: QUARANTINE_PROFILE_NAME,
      path: IAM_PATH,
      trust: trust('ec2.amazonaws.com'),
      inline: { agent: allow('ssmmessages:OpenDataChannel', '*') },
    },
    making,
  );
  for (const duty of MEMBER_DUTIES) addOwnRole(world, ids, MEMBER, dutyRoleName(duty));
  return {
    app,
    appProfile: addInstanceProfile(world, { account: MEMBER, name: 'web-app', roleName: 'web-app' }, making),
    quarantine: addInstanceProfile(
      world,
      { account: MEMBER, name: QUARANTINE_PROFILE_NAME, path: IAM_PATH, roleName: QUARANTINE_PROFILE_NAME },
      making,
    ),
  };
};

/** The member account as a good run leaves it: suspect isolated, sibling and replacement as before. Gives the app's role ARN. */
export const furnishMember = (world: World, ids: Ids): string => {
  const { app, appProfile, quarantine } = furnishIam(world, ids);
  const state = world.of(ec2State, MEMBER, REGION);
  const vpc = addVpc(state, { cidr: '10.0.0.0/16', ownerId: MEMBER }, ids);
  const { subnetId } = addSubnet(
    state,
    { vpcId: vpc.vpcId, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` },
    ids,
  );
  const group = { vpcId: vpc.vpcId, ownerId: MEMBER, description: 'a group' };
  addSecurityGroup(
    state,
    {
      ...group,
      groupId: ISOLATION_GROUP,
      name: ISOLATION_GROUP_NAME,
      tags: { [TAGS.isolation]: 'true' },
      permissions: [],
    },
    ids,
  );
  addSecurityGroup(state, { ...group, groupId: WEB_GROUP, name: 'web' }, ids);
  const common = { type: 'm6i.large', imageId: 'ami-0aaaaaaaaaaaaaaaa', launchedAt: START - 86_400_000 };
  addInstance(
    state,
    {
      ...common,
      instanceId: SUSPECT,
      networkInterfaces: INTERFACES.map((networkInterfaceId) => ({
        networkInterfaceId,
        subnetId,
        groups: [ISOLATION_GROUP],
      })),
      volumes: VOLUMES.map((volume, index) => ({ ...volume, deviceName: `/dev/sd${'ab'[index]}` })),
      profile: quarantine,
      tags: { Name: HOSTILE, [TAGS.incident]: 'inc-0123456789abcdef0123' },
    },
    ids,
  );
  for (const instanceId of [SIBLING, REPLACEMENT]) {
    const volumes = [{ deviceName: '/dev/sda', sizeGiB: 8, content: 'healthy' }];
    addInstance(
      state,
      {
        ...common,
        instanceId,
        networkInterfaces: [{ subnetId, groups: [WEB_GROUP] }],
        volumes,
        profile: appProfile,
      },
      ids,
    );
  }
  addGroup(world);
  return app.arn;
};

const addGroup = (world: World): void => {
  world.of(autoScalingState, MEMBER, REGION).groups.set(GROUP, {
    name: GROUP,
    arn: `arn:aws:autoscaling:${REGION}:${MEMBER}:autoScalingGroup:1:autoScalingGroupName/${GROUP}`,
    tags: new Map(),
    createdAt: START,
    minSize: 2,
    maxSize: 3,
    subnetIds: [],
    availabilityZones: [`${REGION}a`],
    launch: { type: 'm6i.large', imageId: 'ami-0aaaaaaaaaaaaaaaa', networkInterfaces: [], volumes: [] },
    healthCheckType: 'EC2',
    targetGroupArns: [],
    loadBalancerNames: [],
    desiredCapacity: 2,
    members: new Map(
      [SIBLING, REPLACEMENT].map((instanceId) => [
        instanceId,
        { instanceId, lifecycleState: 'InService', healthStatus: 'Healthy', protectedFromScaleIn: false },
      ]),
    ),
  });
};
