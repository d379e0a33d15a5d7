import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { IAM_PATH, QUARANTINE_PROFILE_NAME, TAGS, type IncidentRef } from '@cordon/incident';
import { clientFor, withoutRepeats } from '../../aws/connection.ts';
import { CAPTURE_READS, memoryDocumentArns } from '../../needs/capture.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident, type Services } from '../../services.ts';

/** What a step of a capture works with: one session of the duty, which reaches this incident's instance alone. */
export interface Work {
  readonly incident: IncidentRef;
  readonly services: Services;
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  /** For what must not be sent again by the SDK itself. */
  readonly ssmOnce: SSMClient;
}

/**
 * A session that reaches the incident's instance, our documents, and volumes that are named.
 *
 * @param on.volumeIds the volumes, once there are any
 * @param on.addsProfile whether the plan has the quarantine profile added
 */
export const captureWork = async (
  incident: IncidentRef,
  services: Services,
  {
    volumeIds,
    addsProfile = false,
  }: { readonly volumeIds: readonly string[]; readonly addsProfile?: boolean },
): Promise<Work> => {
  const { partition } = services;
  const arn = (rest: string): string => `arn:${partition}:ec2:${incident.region}:${incident.account}:${rest}`;
  const instance = arn(`instance/${incident.instanceId}`);
  const quarantineRole = `arn:${partition}:iam::${incident.account}:role${IAM_PATH}${QUARANTINE_PROFILE_NAME}`;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'capture',
    policy: sessionPolicy({
      reads: CAPTURE_READS,
      on: [
        {
          actions: ['ssm:GetDocument', 'ssm:SendCommand'],
          resources: memoryDocumentArns(partition, incident.region, incident.account),
        },
        { actions: ['ssm:SendCommand', 'ec2:AttachVolume', 'ec2:DetachVolume'], resources: [instance] },
        ...(addsProfile
          ? [
              { actions: ['ec2:AssociateIamInstanceProfile'], resources: [instance] },
              { actions: ['iam:PassRole'], resources: [quarantineRole] },
            ]
          : []),
        {
          actions: ['ec2:AttachVolume', 'ec2:DetachVolume', 'ec2:DeleteVolume'],
          resources: volumeIds.map((id) => arn(`volume/${id}`)),
        },
      ],
      creates: [{ actions: ['ec2:CreateVolume', 'ec2:CreateTags'], resources: [arn('volume/*')] }],
      incidentTag: { key: TAGS.incident, value: incident.incidentId },
    }),
  });
  return {
    incident,
    services,
    ec2: clientFor(EC2Client, connection),
    ssm: clientFor(SSMClient, connection),
    ssmOnce: clientFor(SSMClient, withoutRepeats(connection)),
  };
};
