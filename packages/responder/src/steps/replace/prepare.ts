import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  copiedTags,
  firstActivityOf,
  formerOf,
  whyNotReplaced,
  type LaunchSpec,
  type ReplaceInput,
  type ReplacementFacts,
  type StepOf,
} from '@cordon/incident';
import { clientFor } from '../../aws/connection.ts';
import { REPLACE_READS } from '../../needs/replace.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { instant, ofIncident, type Services } from '../../services.ts';
import { readIncident } from '../../store/incident-table.ts';
import { keepSpec, replacementOf } from '../../store/replacement-rows.ts';
import { NotDone } from '../attempt.ts';
import { digestOf, lookAt, type Looked } from './look.ts';

type Step = StepOf<'launch-replacement'>;
type Former = ReturnType<typeof formerOf>;

const interfacesOf = ({ version }: Looked) => version?.LaunchTemplateData?.NetworkInterfaces ?? [];

const factsOf = (looked: Looked, step: Step, former: Former): ReplacementFacts => {
  const { instance, image, version } = looked;
  return {
    state: instance?.State?.Name ?? 'gone',
    ...(instance?.LaunchTime === undefined ? {} : { startedAt: instance.LaunchTime.toISOString() }),
    ...(image === undefined
      ? {}
      : {
          image: {
            available: image.State === 'available',
            ...(image.CreationDate === undefined ? {} : { createdAt: image.CreationDate }),
            ...(image.OwnerId === undefined ? {} : { ownerId: image.OwnerId }),
            ...(image.ImageOwnerAlias === undefined ? {} : { ownerAlias: image.ImageOwnerAlias }),
          },
        }),
    ...(step.template === undefined
      ? {}
      : {
          template: {
            found: version !== undefined,
            ...(version?.CreateTime === undefined ? {} : { createdAt: version.CreateTime.toISOString() }),
            ofOneInstance: interfacesOf(looked).some(
              (one) => one.NetworkInterfaceId !== undefined || one.PrivateIpAddress !== undefined,
            ),
          },
        }),
    madeFromVolumes: looked.madeFromVolumes,
    ownVolumes: (instance?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []),
    spot: instance?.InstanceLifecycle === 'spot',
    ...(looked.spotRequest === undefined ? {} : { spotRequest: looked.spotRequest }),
    ...(former.groupIds === undefined ? {} : { groupIds: former.groupIds }),
    hadProfile: former.profileArn !== undefined,
    ...(looked.roleArn === undefined ? {} : { roleArn: looked.roleArn }),
  };
};

const specOf = (looked: Looked, step: Step, former: Former): Omit<LaunchSpec, 'preparedAt'> => {
  const { instance, userData } = looked;
  const described = interfacesOf(looked);
  const publicAddress = described[0]?.AssociatePublicIpAddress;
  const hopLimit = instance?.MetadataOptions?.HttpPutResponseHopLimit;
  return {
    imageId: step.imageId,
    instanceType: step.instanceType,
    subnetId: step.subnetId,
    ...(step.subnetOwnerId === undefined ? {} : { subnetOwnerId: step.subnetOwnerId }),
    groupIds: [...(former.groupIds ?? [])],
    ...(former.profileArn === undefined ? {} : { profileArn: former.profileArn }),
    ...(looked.roleArn === undefined ? {} : { roleArn: looked.roleArn }),
    ...(step.template === undefined ? {} : { template: step.template }),
    ...(described.length === 0 ? {} : { byInterface: publicAddress === undefined ? {} : { publicAddress } }),
    ...(hopLimit === undefined ? {} : { hopLimit }),
    tags: copiedTags((instance?.Tags ?? []).map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }))),
    ...(userData === undefined ? {} : { userDataSha256: digestOf(userData) }),
    ...(instance?.PrivateIpAddress === undefined ? {} : { formerIp: instance.PrivateIpAddress }),
  };
};

/**
 * Decides what would be launched and keeps it, while the instance still runs as it did: once it is stopped, its user data can be changed.
 * Gives what an earlier try kept. Reads alone.
 *
 * @throws NotDone where none may be launched, with the reason
 */
export const prepare = async (
  { incident, plan }: ReplaceInput,
  step: Step,
  services: Services,
): Promise<LaunchSpec> => {
  const { replacement } = services.config.containment;
  if (replacement === undefined)
    throw new NotDone('this deployment lets nobody launch a replacement (containment.replacement)');
  const { findings, rows } = await readIncident(services, incident.incidentId);
  const { spec, plans } = replacementOf(rows);
  if (spec !== undefined) return spec;
  // The plan at hand may not be in the table yet; an earlier one holds what was before any change.
  const former = formerOf([...plans, plan], step.networkInterfaceId);
  const { partition } = services;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'replace',
    policy: sessionPolicy({
      reads: REPLACE_READS,
      on: [
        {
          actions: ['ec2:DescribeInstanceAttribute'],
          resources: [
            `arn:${partition}:ec2:${incident.region}:${incident.account}:instance/${incident.instanceId}`,
          ],
        },
        {
          actions: ['iam:GetInstanceProfile'],
          resources: former.profileArn === undefined ? [] : [former.profileArn],
        },
      ],
    }),
  });
  const looked = await lookAt(
    { ec2: clientFor(EC2Client, connection), iam: clientFor(IAMClient, connection) },
    step,
    {
      instanceId: incident.instanceId,
      // Where no role may be passed the duty may not read one either, and nothing hangs on it.
      profileArn: replacement.passRoles.length === 0 ? undefined : former.profileArn,
    },
  );
  const since = firstActivityOf(
    findings.map(({ firstSeenAt }) => firstSeenAt),
    incident.openedAt,
  );
  const why = whyNotReplaced(
    factsOf(looked, step, former),
    { account: incident.account, ...replacement },
    since,
  );
  if (why !== undefined) throw new NotDone(`none is launched: ${why}; whoever may, launches it by hand`);
  const made = { ...specOf(looked, step, former), preparedAt: instant(services) };
  if (await keepSpec(services, incident.incidentId, made)) return made;
  return replacementOf((await readIncident(services, incident.incidentId)).rows).spec ?? made;
};
