import {
  CreateTagsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { TAGS, type IncidentRef } from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';

type Volumes = readonly { readonly volumeId: string; readonly deviceName: string }[];

/**
 * Tags each volume with the incident, so that guardrails keep it from everybody else, and detaches it; a failure of one keeps no other from
 * being held. One that is detached already is left as it is.
 */
export const detachVolumes = async (
  ec2: EC2Client,
  incident: IncidentRef,
  volumes: Volumes,
): Promise<string> => {
  const Tags = [{ Key: TAGS.incident, Value: incident.incidentId }];
  const tried = await Promise.allSettled(
    volumes.map(async ({ volumeId, deviceName }) => {
      await ec2.send(new CreateTagsCommand({ Resources: [volumeId], Tags }));
      try {
        await ec2.send(
          new DetachVolumeCommand({
            VolumeId: volumeId,
            InstanceId: incident.instanceId,
            Device: deviceName,
          }),
        );
      } catch (error) {
        // `IncorrectState`: available, or detaching by an earlier try. The read-back says which.
        if (faultCode(error) !== 'IncorrectState') throw error;
      }
    }),
  );
  const failed = tried.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return `${volumes.length} volume(s) are being detached`;
};

/** The volumes that EC2 does not say are available, with what it says of each. */
export const whatIsStillAttached = async (ec2: EC2Client, volumes: Volumes): Promise<readonly string[]> => {
  const { Volumes: found = [] } = await ec2.send(
    new DescribeVolumesCommand({
      Filters: [{ Name: 'volume-id', Values: volumes.map(({ volumeId }) => volumeId) }],
    }),
  );
  const stateOf = (id: string): string => found.find(({ VolumeId }) => VolumeId === id)?.State ?? 'gone';
  return volumes
    .filter(({ volumeId }) => stateOf(volumeId) !== 'available')
    .map(({ volumeId }) => `${volumeId} is ${stateOf(volumeId)}`);
};
