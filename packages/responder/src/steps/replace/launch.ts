import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  type Instance,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { TAGS, type IncidentRef, type LaunchSpec } from '@cordon/incident';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { LAUNCH_KEY_USE } from '../../needs/replace.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident, type Services } from '../../services.ts';
import { NotDone } from '../attempt.ts';
import { digestOf, readUserData } from './look.ts';

/** Groups that a session policy names; more are named by pattern. */
const NAMED = 4;

const reachToLaunch = (incident: IncidentRef, spec: LaunchSpec, services: Services): Promise<Connection> => {
  const { partition } = services;
  const arn = (rest: string, account: string = incident.account): string =>
    `arn:${partition}:ec2:${incident.region}:${account}:${rest}`;
  const groups = spec.groupIds.length <= NAMED ? spec.groupIds : ['*'];
  return services.reach({
    ...ofIncident(services, incident),
    duty: 'replace',
    policy: sessionPolicy({
      reads: ['ec2:DescribeInstances'],
      on: [
        {
          actions: ['ec2:RunInstances'],
          resources: [
            arn(`image/${spec.imageId}`, ''),
            arn('snapshot/*', ''),
            arn(`subnet/${spec.subnetId}`, spec.subnetOwnerId),
            ...groups.map((id) => arn(`security-group/${id}`)),
            ...(spec.template === undefined
              ? []
              : [arn(`launch-template/${spec.template.id}`), arn('key-pair/*')]),
          ],
        },
        {
          actions: ['ec2:DescribeInstanceAttribute'],
          resources: [arn(`instance/${incident.instanceId}`)],
        },
        { actions: ['iam:PassRole'], resources: spec.roleArn === undefined ? [] : [spec.roleArn] },
        {
          actions: LAUNCH_KEY_USE,
          resources: [`arn:${partition}:kms:${incident.region}:${incident.account}:key/*`],
        },
      ],
      creates: [
        {
          actions: ['ec2:RunInstances', 'ec2:CreateTags'],
          resources: ['instance', 'volume', 'network-interface'].map((kind) => arn(`${kind}/*`)),
        },
      ],
      incidentTag: { key: TAGS.replaces, value: incident.incidentId },
    }),
  });
};

const network = ({ subnetId, groupIds, byInterface }: LaunchSpec): Partial<RunInstancesCommandInput> =>
  byInterface === undefined
    ? { SubnetId: subnetId, SecurityGroupIds: groupIds }
    : {
        NetworkInterfaces: [
          {
            DeviceIndex: 0,
            SubnetId: subnetId,
            Groups: groupIds,
            ...(byInterface.publicAddress === undefined
              ? {}
              : { AssociatePublicIpAddress: byInterface.publicAddress }),
          },
        ],
      };

const requestOf = (
  { incidentId }: IncidentRef,
  spec: LaunchSpec,
  userData: string | undefined,
): RunInstancesCommandInput => {
  const mark = { Key: TAGS.replaces, Value: incidentId };
  const { template, profileArn, hopLimit } = spec;
  return {
    // One for the incident, however often this is tried: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    ClientToken: `replace-${incidentId}`.slice(0, 64),
    MinCount: 1,
    MaxCount: 1,
    ImageId: spec.imageId,
    InstanceType: spec.instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    ...(template === undefined
      ? {}
      : { LaunchTemplate: { LaunchTemplateId: template.id, Version: template.version } }),
    ...network(spec),
    ...(profileArn === undefined ? {} : { IamInstanceProfile: { Arn: profileArn } }),
    MetadataOptions: {
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      ...(hopLimit === undefined ? {} : { HttpPutResponseHopLimit: hopLimit }),
    },
    ...(userData === undefined ? {} : { UserData: userData }),
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [...spec.tags.map(({ key, value }) => ({ Key: key, Value: value })), mark],
      },
      { ResourceType: 'volume', Tags: [mark] },
      { ResourceType: 'network-interface', Tags: [mark] },
    ],
  };
};

/**
 * Launches what was prepared, with user data that is proved to be what it was then. Safe to repeat: the client token is the incident's.
 *
 * @throws NotDone where the user data is another by now; what AWS throws
 */
export const launchReplacement = async (
  incident: IncidentRef,
  spec: LaunchSpec,
  services: Services,
): Promise<string> => {
  const ec2 = clientFor(EC2Client, await reachToLaunch(incident, spec, services));
  const userData =
    spec.userDataSha256 === undefined ? undefined : await readUserData(ec2, incident.instanceId);
  if (spec.userDataSha256 !== undefined && digestOf(userData ?? '') !== spec.userDataSha256)
    throw new NotDone('its user data is another than when the plan was made: somebody changed it');
  const { Instances: instances } = await ec2.send(
    new RunInstancesCommand(requestOf(incident, spec, userData)),
  );
  const id = instances?.[0]?.InstanceId;
  if (id === undefined) throw new NotDone('RunInstances gave no instance');
  return id;
};

/** The replacement as EC2 has it now; undefined where it does not show it (yet). */
export const readReplacement = async (
  incident: IncidentRef,
  replacementId: string,
  services: Services,
): Promise<Instance | undefined> => {
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'replace',
    policy: sessionPolicy({ reads: ['ec2:DescribeInstances'] }),
  });
  const { Reservations: reservations = [] } = await clientFor(EC2Client, connection).send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [replacementId] }] }),
  );
  return reservations[0]?.Instances?.[0];
};
