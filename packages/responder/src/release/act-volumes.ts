import { AttachVolumeCommand } from '@aws-sdk/client-ec2';
import { stillDetached } from '@cordon/incident';
import type { Act } from './act.ts';

/**
 * Attaches each volume under its former device name, those that are not attached yet. One that cannot be keeps no other from it; the
 * first reason is told.
 */
export const actVolumes: Act<'attach-volumes'> = {
  on: ({ volumes }, { ec2Arn, instanceId, kmsArn }) => [
    {
      actions: ['ec2:AttachVolume'],
      resources: [
        ec2Arn(`instance/${instanceId}`),
        ...(volumes.length > 8
          ? [ec2Arn('volume/*')]
          : volumes.map(({ volumeId }) => ec2Arn(`volume/${volumeId}`))),
      ],
    },
    // EC2 makes grants on its keys in the name of whoever attaches an encrypted volume.
    { actions: ['kms:CreateGrant'], resources: [kmsArn('key/*')] },
  ],
  act: async ({ volumes }, { ec2, instanceId, facts }) => {
    const left = stillDetached(volumes, facts);
    const tried = await Promise.allSettled(
      left.map(({ volumeId, deviceName }) =>
        ec2.send(new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: deviceName })),
      ),
    );
    const failed = tried.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return `${left.length} volume(s) are attached again, each under its former device name`;
  },
};
