import {
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DeleteRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../core/operation.ts';
import { MEMBER, organizationWith, REGION, role, SECURITY } from '../../organization-testing.ts';
import { addInstance } from '../ec2/build-instance.ts';
import { addImage, addSubnet, addVpc } from '../ec2/build.ts';
import { ec2State } from '../ec2/state.ts';
import { addRole } from '../iam/build.ts';
import { apiCallEvent } from './api-call-event.ts';

const CALLS = { 'detail-type': ['AWS API Call via CloudTrail'] };
const busOf = (account: string, region = REGION) => `arn:aws:events:${region}:${account}:event-bus/default`;

/** A rule that keeps what matches in a queue of its account, and one that forwards it to the security account. */
const listening = (pattern: object) => ({
  Resources: {
    Role: role('events.amazonaws.com', 'forward', {
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: busOf(SECURITY),
    }),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'forward',
        EventPattern: pattern,
        Targets: [{ Id: 'bus', Arn: busOf(SECURITY), RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }],
      },
    },
  },
});

const openBus = {
  Resources: {
    Policy: {
      Type: 'AWS::Events::EventBusPolicy',
      Properties: { StatementId: 'members', Action: 'events:PutEvents', Principal: MEMBER },
    },
  },
};

const setUp = async (pattern: object | undefined, trails = true, region = REGION) => {
  const organization = await organizationWith({}, 'test', { trails });
  const { world, ids, timeline } = organization;
  const state = world.of(ec2State, MEMBER, REGION);
  const { vpcId } = addVpc(state, { cidr: '10.0.0.0/16', ownerId: MEMBER }, ids);
  const { subnetId } = addSubnet(state, { vpcId, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` }, ids);
  const { imageId } = addImage(state, { name: 'linux', ownerId: MEMBER }, ids);
  const { instanceId } = addInstance(
    state,
    {
      type: 'm7i.large',
      imageId,
      networkInterfaces: [{ subnetId, groups: [] }],
      volumes: [],
      launchedAt: timeline.now(),
    },
    ids,
  );
  organization.deploy(openBus, { account: SECURITY, region: REGION, stackName: 'open' });
  if (pattern !== undefined)
    organization.deploy(listening(pattern), { account: MEMBER, region, stackName: 'listen' });
  const credentials = organization.credentialsFor(MEMBER, 'administrator');
  const config = (keys: Credentials = credentials) => ({
    region: REGION,
    credentials: keys,
    requestHandler: organization.requestHandler,
    maxAttempts: 1,
  });
  const heard = (account: string) =>
    organization.journal.events.filter(({ busArn }) => busArn.includes(`:${account}:`));
  return { organization, instanceId, credentials, config, heard };
};

describe('a call that changes the control plane', () => {
  it('is heard by rules of its account as CloudTrail writes it, and forwarded', async () => {
    const { organization, instanceId, credentials, config, heard } = await setUp(CALLS);
    const ec2 = new EC2Client(config());
    await organization.during(() => ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] })));
    await organization.run();
    const [event] = heard(MEMBER).map((one) => one.event);
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-with-cloudtrail.html
    expect(event).toMatchObject({
      source: 'aws.ec2',
      'detail-type': 'AWS API Call via CloudTrail',
      account: MEMBER,
      region: REGION,
      time: '2026-01-01T00:00:00Z',
      detail: {
        userIdentity: {
          type: 'AssumedRole',
          arn: `arn:aws:sts::${MEMBER}:assumed-role/OrganizationAdministrator/session`,
          accountId: MEMBER,
          accessKeyId: credentials.accessKeyId,
          sessionContext: {
            sessionIssuer: {
              type: 'Role',
              arn: `arn:aws:iam::${MEMBER}:role/OrganizationAdministrator`,
              userName: 'OrganizationAdministrator',
            },
            attributes: { mfaAuthenticated: 'false' },
          },
        },
        eventTime: '2026-01-01T00:00:00Z',
        eventSource: 'ec2.amazonaws.com',
        eventName: 'StopInstances',
        awsRegion: REGION,
        requestParameters: { instancesSet: { items: [{ instanceId }] } },
        responseElements: {
          instancesSet: {
            items: [
              {
                instanceId,
                currentState: { code: 64, name: 'stopping' },
                previousState: { code: 16, name: 'running' },
              },
            ],
          },
        },
        readOnly: false,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: MEMBER,
        eventCategory: 'Management',
      },
    });
    expect(JSON.stringify(event)).not.toContain(credentials.secretAccessKey);
    expect(heard(SECURITY)).toMatchObject([{ event: { account: MEMBER, id: event?.['id'] } }]);
  });

  it('is heard of with its error when it was refused', async () => {
    const { organization, instanceId, config, heard } = await setUp(CALLS);
    const trust = { Version: '2012-10-17', Statement: [] };
    const making = { ids: organization.ids, now: organization.timeline.now() };
    const { arn } = addRole(organization.world, { account: MEMBER, name: 'nobody', trust }, making);
    const ec2 = new EC2Client(config(organization.credentialsFor(MEMBER, { arn })));
    const call = new ModifyInstanceAttributeCommand({ InstanceId: instanceId, Groups: ['sg-1'] });
    await expect(organization.during(() => ec2.send(call))).rejects.toThrow('not authorized');
    await organization.run();
    expect(heard(MEMBER)).toMatchObject([
      {
        event: {
          detail: {
            eventName: 'ModifyInstanceAttribute',
            errorCode: 'Client.UnauthorizedOperation',
            errorMessage: expect.stringContaining('ec2:ModifyInstanceAttribute'),
            requestParameters: { instanceId, groupSet: { items: [{ groupId: 'sg-1' }] } },
            responseElements: null,
          },
        },
      },
    ]);
  });

  it.each([
    [
      'us-east-1',
      [
        {
          region: 'us-east-1',
          detail: {
            eventName: 'DeleteRolePolicy',
            awsRegion: 'us-east-1',
            requestParameters: { roleName: 'nobody', policyName: 'none' },
          },
        },
      ],
    ],
    [REGION, []],
  ])('of a global service is heard of in us-east-1 alone: %s', async (region, wanted) => {
    const { organization, config, heard } = await setUp(CALLS, true, region);
    const iam = new IAMClient(config());
    const call = new DeleteRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'none' });
    await expect(organization.during(() => iam.send(call))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await organization.run();
    expect(heard(MEMBER).map(({ event }) => event)).toMatchObject(wanted);
    expect(heard(MEMBER)).toHaveLength(wanted.length);
  });

  it.each([
    ['without a trail', CALLS, false],
    ['without a rule', undefined, true],
    ['when no rule asks for it', { ...CALLS, detail: { eventName: ['RunInstances'] } }, true],
  ])('is not heard of %s', async (_when, pattern, trails) => {
    const { organization, instanceId, config, heard } = await setUp(pattern, trails);
    const ec2 = new EC2Client(config());
    await organization.during(() => ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] })));
    await organization.run();
    expect(heard(MEMBER)).toEqual([]);
  });

  it('reaches no rule when it reads, concerns data, or is signed by nobody that is known', async () => {
    const { organization, credentials, config, heard } = await setUp(CALLS);
    const ec2 = new EC2Client(config());
    await organization.during(() => ec2.send(new DescribeInstancesCommand({})));
    const QueueUrl = `https://sqs.${REGION}.amazonaws.com/${MEMBER}/none`;
    const sqs = new SQSClient(config());
    const send = new SendMessageCommand({ QueueUrl, MessageBody: 'x' });
    await expect(organization.during(() => sqs.send(send))).rejects.toMatchObject({
      name: expect.stringContaining('QueueDoesNotExist'),
    });
    const forged = new EC2Client(config({ ...credentials, secretAccessKey: 'guessed' }));
    const stop = new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] });
    await expect(organization.during(() => forged.send(stop))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    await organization.run();
    expect(heard(MEMBER)).toEqual([]);
  });
});

describe('the record of a call', () => {
  const eventOf = (operation: string, input: Readonly<Record<string, unknown>>) =>
    apiCallEvent({
      call: {
        index: 0,
        service: 'ec2',
        operation,
        region: REGION,
        account: MEMBER,
        accessKeyId: 'AKIATEST',
        caller: 'ada',
        sentAt: 0,
        input,
        checks: [],
        outcome: 'ok',
        output: { Return: true },
        requestId: 'r-1',
      },
      caller: {
        account: MEMBER,
        principal: {
          kind: 'user',
          account: MEMBER,
          arn: `arn:aws:iam::${MEMBER}:user/ada`,
          userId: 'AIDATEST',
        },
        accessKeyId: 'AKIATEST',
        context: {},
        sessionPolicies: [],
        transitiveTags: {},
      },
      userAgent: 'test',
    }).detail;

  it('names a user, and keeps user data to itself', () => {
    expect(eventOf('RunInstances', { UserData: 'c2VjcmV0', ImageId: 'ami-1' })).toMatchObject({
      userIdentity: { type: 'IAMUser', userName: 'ada', principalId: 'AIDATEST' },
      requestParameters: { userData: '<sensitiveDataRemoved>', imageId: 'ami-1' },
      responseElements: { _return: true },
    });
  });

  it.each([
    [
      'CreateTags',
      { Resources: ['i-1'], Tags: [{ Key: 'a', Value: 'b' }] },
      { resourcesSet: { items: [{ resourceId: 'i-1' }] }, tagSet: { items: [{ key: 'a', value: 'b' }] } },
    ],
    [
      'ModifyInstanceAttribute',
      { InstanceId: 'i-1', DisableApiTermination: { Value: true } },
      { instanceId: 'i-1', disableApiTermination: { value: true } },
    ],
    [
      'AssociateIamInstanceProfile',
      { InstanceId: 'i-1', IamInstanceProfile: { Name: 'p' } },
      { AssociateIamInstanceProfileRequest: { InstanceId: 'i-1', IamInstanceProfile: { Name: 'p' } } },
    ],
  ])('of EC2 writes the parameters of %s as CloudTrail does', (operation, input, wanted) => {
    expect(eventOf(operation, input)['requestParameters']).toEqual(wanted);
  });
});

describe('a change of an instance’s state', () => {
  it('is heard of by a rule, with no trail at all', async () => {
    const pattern = { source: ['aws.ec2'], 'detail-type': ['EC2 Instance State-change Notification'] };
    const { organization, instanceId, config, heard } = await setUp(pattern, false);
    const ec2 = new EC2Client(config());
    await organization.during(() => ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] })));
    await organization.run();
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
    expect(heard(MEMBER).map(({ event }) => event)).toMatchObject([
      {
        source: 'aws.ec2',
        account: MEMBER,
        region: REGION,
        resources: [`arn:aws:ec2:${REGION}:${MEMBER}:instance/${instanceId}`],
        detail: { 'instance-id': instanceId, state: 'stopping' },
      },
      { detail: { 'instance-id': instanceId, state: 'stopped' } },
    ]);
  });
});
