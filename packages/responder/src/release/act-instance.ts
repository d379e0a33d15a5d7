import { AttachInstancesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DeleteTagsCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  StartInstancesCommand,
  type ModifyInstanceAttributeCommandInput,
} from '@aws-sdk/client-ec2';
import { stillDetached, TAGS } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { NotDone } from '../steps/attempt.ts';
import type { Act } from './act.ts';

/** Starts the instance again; starting one that runs changes nothing. */
export const actStart: Act<'start-instance'> = {
  on: (_lift, { ec2Arn, instanceId, kmsArn }) => [
    { actions: ['ec2:StartInstances'], resources: [ec2Arn(`instance/${instanceId}`)] },
    // EC2 makes grants on its volumes' keys in the name of whoever starts it.
    { actions: ['kms:CreateGrant'], resources: [kmsArn('key/*')] },
  ],
  act: async (_lift, { ec2, instanceId }) => {
    await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    return 'the instance starts';
  },
};

/** Attributes of the instance, one a call (aws-facts 2.6). */
export const actAttribute: Act<'restore-attribute'> = {
  on: (_lift, { ec2Arn, instanceId }) => [
    { actions: ['ec2:ModifyInstanceAttribute'], resources: [ec2Arn(`instance/${instanceId}`)] },
  ],
  act: async ({ attribute, before }, { ec2, instanceId }) => {
    const change: Omit<ModifyInstanceAttributeCommandInput, 'InstanceId'> | undefined =
      attribute === 'disableApiTermination'
        ? { DisableApiTermination: { Value: before === 'true' } }
        : attribute === 'instanceInitiatedShutdownBehavior' && before !== undefined
          ? { InstanceInitiatedShutdownBehavior: { Value: before } }
          : attribute === 'disableApiStop'
            ? { DisableApiStop: { Value: before === 'true' } }
            : undefined;
    if (change === undefined || before === undefined)
      throw new NotDone(`what ${attribute} was is not known: it stays as it is`);
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: instanceId, ...change }));
    return `${attribute} is ${before} again`;
  },
};

/** Which volumes go with the instance. A value is always sent: EC2 takes true for an absent one (aws-facts 2.6). */
export const actDeleteOnTermination: Act<'restore-delete-on-termination'> = {
  on: ({ devices }, { ec2Arn, instanceId }) => [
    {
      actions: ['ec2:ModifyInstanceAttribute'],
      resources: [
        ec2Arn(`instance/${instanceId}`),
        ...(devices.length > 8
          ? [ec2Arn('volume/*')]
          : devices.map((one) => ec2Arn(`volume/${one.volumeId}`))),
      ],
    },
  ],
  act: async ({ devices }, { ec2, instanceId, facts }) => {
    // Those too that were attached a moment ago, by the step before.
    const attached = [...facts.instance.attributes.deleteOnTermination, ...stillDetached(devices, facts)];
    const held = devices.filter(({ volumeId }) => attached.some((one) => one.volumeId === volumeId));
    await ec2.send(
      new ModifyInstanceAttributeCommand({
        InstanceId: instanceId,
        BlockDeviceMappings: held.map(({ deviceName, deleteOnTermination }) => ({
          DeviceName: deviceName,
          Ebs: { DeleteOnTermination: deleteOnTermination },
        })),
      }),
    );
    return `${held.length} volume(s) go or stay with the instance as before`;
  },
};

/** Back into the Auto Scaling group, which grows by one. */
export const actAutoScaling: Act<'attach-to-auto-scaling'> = {
  on: ({ groupName }, { autoScalingArn }) => [
    {
      actions: ['autoscaling:AttachInstances'],
      resources: [autoScalingArn(`autoScalingGroup:*:autoScalingGroupName/${groupName}`)],
    },
  ],
  act: async ({ groupName }, { autoScaling, instanceId }) => {
    try {
      await autoScaling.send(
        new AttachInstancesCommand({ AutoScalingGroupName: groupName, InstanceIds: [instanceId] }),
      );
    } catch (error) {
      // A second try after a lost reply: the read-back says whether it is the right group.
      if (
        faultCode(error) !== 'ValidationError' ||
        !(error instanceof Error) ||
        !/already part of/i.test(error.message)
      )
        throw error;
    }
    return `the instance is in ${groupName} again`;
  },
};

const tagged = (id: string): string =>
  id.startsWith('eni-') ? 'network-interface' : id.startsWith('vol-') ? 'volume' : 'instance';

/** Takes the incident's tag off interfaces and volumes, then off the instance: whatever carries it can still be dealt with. */
export const actTags: Act<'remove-tags'> = {
  on: ({ resourceIds }, { ec2Arn }) => [
    {
      actions: ['ec2:DeleteTags'],
      resources:
        resourceIds.length > 9
          ? [ec2Arn('instance/*'), ec2Arn('network-interface/*'), ec2Arn('volume/*')]
          : resourceIds.map((id) => ec2Arn(`${tagged(id)}/${id}`)),
    },
  ],
  act: async (_lift, { ec2, facts, incidentId }) => {
    const ids = facts.tagged.toSorted((a, b) => Number(a.startsWith('i-')) - Number(b.startsWith('i-')));
    for (const id of ids)
      await ec2.send(
        new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: TAGS.incident, Value: incidentId }] }),
      );
    return `the incident's tag is off ${ids.length} resource(s)`;
  },
};

/** Sets the metadata service's options to what they were, all of them. */
export const actMetadata: Act<'restore-metadata-options'> = {
  on: (_lift, { ec2Arn, instanceId }) => [
    { actions: ['ec2:ModifyInstanceMetadataOptions'], resources: [ec2Arn(`instance/${instanceId}`)] },
  ],
  act: async ({ options }, { ec2, instanceId }) => {
    await ec2.send(
      new ModifyInstanceMetadataOptionsCommand({
        InstanceId: instanceId,
        HttpEndpoint: options.httpEndpoint,
        HttpTokens: options.httpTokens,
        HttpPutResponseHopLimit: options.hopLimit,
        HttpProtocolIpv6: options.httpProtocolIpv6,
        InstanceMetadataTags: options.instanceMetadataTags,
      }),
    );
    return 'the metadata service answers as before';
  },
};

/** No role of ours ends an instance: what was launched in its place stays. */
export const actReplacement: Act<'keep-replacement'> = {
  on: () => [],
  act: () => {
    throw new NotDone('the replacement is left: whoever owns the service ends it');
  },
};
