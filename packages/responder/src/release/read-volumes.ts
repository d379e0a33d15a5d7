import {
  DescribeInstanceAttributeCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { TAGS, type IncidentRef, type Lift, type ReleaseFacts } from '@cordon/incident';

/** What the end of a host left: volumes that were detached, and whether it may be stopped. Asks nothing where there is nothing to lift. */
export const readVolumes = async (
  ec2: EC2Client,
  lifts: readonly Lift[],
  { incidentId, instanceId }: IncidentRef,
): Promise<Pick<ReleaseFacts, 'volumes' | 'stopProtected' | 'tagged'>> => {
  const ids = [
    ...new Set(
      lifts.flatMap((lift) =>
        lift.kind === 'attach-volumes' ? lift.volumes.map(({ volumeId }) => volumeId) : [],
      ),
    ),
  ];
  const lifted = lifts.some(
    (lift) => lift.kind === 'restore-attribute' && lift.attribute === 'disableApiStop',
  );
  const [described, protection] = await Promise.all([
    ids.length === 0
      ? undefined
      : ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: ids }] })),
    lifted
      ? ec2.send(
          new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'disableApiStop' }),
        )
      : undefined,
  ]);
  const found = described?.Volumes ?? [];
  return {
    volumes: found.map(({ VolumeId = '', State = 'unknown', Attachments = [] }) => {
      const at = Attachments.find((one) => one.State !== 'detached');
      return {
        volumeId: VolumeId,
        state: State,
        ...(at?.InstanceId === undefined
          ? {}
          : { attachedTo: { instanceId: at.InstanceId, deviceName: at.Device ?? '' } }),
      };
    }),
    ...(protection?.DisableApiStop?.Value === undefined
      ? {}
      : { stopProtected: protection.DisableApiStop.Value }),
    tagged: found
      .filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === TAGS.incident && Value === incidentId))
      .flatMap(({ VolumeId }) => VolumeId ?? []),
  };
};
