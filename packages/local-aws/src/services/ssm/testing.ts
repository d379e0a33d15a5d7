import { compile } from '@cordon/iam';
import { MEMBER, organizationWith, REGION, SECURITY } from '../../organization-testing.ts';
import type { Organization } from '../../organization.ts';
import { addInstance } from '../ec2/build-instance.ts';
import { addVpcEndpoint } from '../ec2/build-vpc-endpoint.ts';
import { addSecurityGroup, addSubnet, addVpc } from '../ec2/build.ts';
import type { NewPermission } from '../ec2/permissions.ts';
import { ec2State } from '../ec2/state.ts';
import { addInstanceProfile, addRole } from '../iam/build.ts';
import { addDocument, addGuest } from './build.ts';
import type { Guest, GuestCommand, GuestResult } from './guest.ts';

const PLACE = { account: MEMBER, region: REGION };

/** What an instance's role must be allowed. https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html */
const CORE = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:OpenControlChannel',
];

/** A document that says something, and another step on Windows. */
export const HELLO = {
  schemaVersion: '2.2',
  description: 'says something',
  parameters: {
    Message: { type: 'String', default: 'hello', allowedPattern: '^[^`]*$' },
    Kind: { type: 'String', default: 'plain', allowedValues: ['plain', 'loud'] },
    Seconds: { type: 'String', default: '600' },
  },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'say',
      precondition: { StringEquals: ['platformType', 'Linux'] },
      inputs: { runCommand: ['echo {{ Message }}', 'kind={{Kind}}'], timeoutSeconds: '{{ Seconds }}' },
    },
  ],
};

const https = (direction: 'ingress' | 'egress', cidr: string): NewPermission => ({
  direction,
  protocol: 'tcp',
  fromPort: 443,
  toPort: 443,
  target: { kind: 'ipv4', cidr },
});

/** Where guests of these tests note what they were asked, and what they answer. */
interface Answers {
  readonly asked: GuestCommand[];
  answer: (command: GuestCommand) => Partial<GuestResult>;
}

const guestOf = (answers: Answers, platform: Guest['platform']): Guest => ({
  platform,
  platformName: 'Amazon Linux',
  platformVersion: '2023',
  architecture: 'x86_64',
  agentVersion: '3.3.4108.0',
  run: (command) => {
    answers.asked.push(command);
    return { exitCode: 0, stdout: 'said', stderr: '', seconds: 10, ...answers.answer(command) };
  },
});

const OPEN = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
};

/** A VPC without a way out but endpoints for Systems Manager; group `web` lets out to port 443, group `none` nobody. */
const network = ({ world, ids }: Organization) => {
  const state = world.of(ec2State, MEMBER, REGION);
  const { vpcId } = addVpc(state, { cidr: '10.0.0.0/16', ownerId: MEMBER }, ids);
  const { subnetId } = addSubnet(state, { vpcId, cidr: '10.0.1.0/24', availabilityZone: `${REGION}a` }, ids);
  const group = (name: string, permissions: readonly NewPermission[]) =>
    addSecurityGroup(state, { name, description: name, vpcId, ownerId: MEMBER, permissions }, ids);
  const endpoints = group('endpoints', [https('ingress', '10.0.0.0/16')]);
  for (const service of ['ssm', 'ssmmessages'])
    addVpcEndpoint(
      state,
      {
        vpcId,
        serviceName: `com.amazonaws.${REGION}.${service}`,
        type: 'Interface',
        privateDns: true,
        subnetIds: [subnetId],
        groups: [endpoints.groupId],
        policy: (id) => compile(OPEN, id),
      },
      ids,
    );
  return { state, subnetId, web: group('web', [https('egress', '0.0.0.0/0')]), none: group('none', []) };
};

/** The ARN and id of an instance profile whose role may do `actions`. */
const profileWith = ({ world, ids, timeline }: Organization, actions: readonly string[]) => {
  const making = { ids, now: timeline.now() };
  const core = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
  addRole(world, { account: MEMBER, name: 'worker', trust: TRUST, inline: { core } }, making);
  return addInstanceProfile(world, { account: MEMBER, name: 'worker', roleName: 'worker' }, making);
};

const host = (organization: Organization, actions: readonly string[]) => {
  const { state, subnetId, web, none } = network(organization);
  const { arn, profileId } = profileWith(organization, actions);
  const instance = addInstance(
    state,
    {
      type: 'm7i.large',
      imageId: 'ami-0123456789abcdef0',
      networkInterfaces: [{ subnetId, groups: [web.groupId] }],
      volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root' }],
      profile: { arn, profileId },
      launchedAt: organization.timeline.now(),
      tags: { team: 'shop' },
    },
    organization.ids,
  );
  const primary = state.networkInterfaces.get(instance.networkInterfaceIds[0] ?? '');
  if (primary === undefined) throw new Error('the instance has no interface');
  return { state, instance, primary, web, none };
};

/** Performs an operation of `service` (Systems Manager when absent) for the member's administrator. */
const asker =
  (organization: Organization) =>
  async <Output extends object>(operation: string, input: object, service = 'ssm'): Promise<Output> => {
    const arn = `arn:aws:iam::${MEMBER}:role/OrganizationAdministrator`;
    const caller = organization.host.callerForRole(arn, 'test');
    return (await organization.host.perform({ caller, region: REGION, service, operation, input })) as Output;
  };

/** An instance in a member whose role may use the agent's channel (`actions`) and whose guest has an agent, and a document. */
export const furnished = async (
  more: { readonly actions?: readonly string[]; readonly guest?: false | 'Windows' } = {},
) => {
  const organization = await organizationWith({});
  organization.credentialsFor(MEMBER, 'administrator');
  const { world, timeline } = organization;
  const on = host(organization, more.actions ?? CORE);
  const answers: Answers = { asked: [], answer: () => ({}) };
  if (more.guest !== false)
    addGuest(organization, { ...PLACE, id: on.instance.instanceId }, guestOf(answers, more.guest ?? 'Linux'));
  const ask = asker(organization);
  const { instanceId: InstanceId } = on.instance;
  return {
    ...on,
    organization,
    document: addDocument(world, { ...PLACE, name: 'hello', content: HELLO }, timeline.now()),
    answers,
    ask,
    place: PLACE,
    guest: () => guestOf(answers, 'Linux'),
    pass: (seconds: number) => timeline.pass(seconds * 1000),
    send: async (input: object = {}): Promise<string> => {
      const asked = { InstanceIds: [InstanceId], DocumentName: 'hello', ...input };
      const sent = await ask<{ Command: { CommandId: string } }>('SendCommand', asked);
      return sent.Command.CommandId;
    },
    result: (CommandId: string, input: object = {}) =>
      ask<Readonly<Record<string, unknown>>>('GetCommandInvocation', { CommandId, InstanceId, ...input }),
    other: SECURITY,
  };
};

/** What `furnished` gives. */
export type Furnished = Awaited<ReturnType<typeof furnished>>;
