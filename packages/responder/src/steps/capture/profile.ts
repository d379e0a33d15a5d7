import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
} from '@aws-sdk/client-ec2';
import { QUARANTINE_PROFILE_NAME } from '@cordon/incident';
import { NotDone } from '../attempt.ts';
import type { Work } from './work.ts';

/**
 * Gives an instance without a profile the quarantine one. What is there now decides, not what was planned: one that somebody associated since
 * stays, and is what the read-back tells of.
 *
 * @throws NotDone where another profile is there
 */
export const addProfile = async ({ ec2, incident: { instanceId } }: Work): Promise<string> => {
  const { IamInstanceProfileAssociations: associations = [] } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({
      Filters: [
        { Name: 'instance-id', Values: [instanceId] },
        { Name: 'state', Values: ['associating', 'associated'] },
      ],
    }),
  );
  const arn = associations[0]?.IamInstanceProfile?.Arn;
  if (arn?.endsWith(`/${QUARANTINE_PROFILE_NAME}`) === true) return 'the quarantine profile is associated';
  if (arn !== undefined) throw new NotDone(`${arn} was associated meanwhile`);
  await ec2.send(
    new AssociateIamInstanceProfileCommand({
      InstanceId: instanceId,
      IamInstanceProfile: { Name: QUARANTINE_PROFILE_NAME },
    }),
  );
  return 'the quarantine profile was added, for there was none';
};
