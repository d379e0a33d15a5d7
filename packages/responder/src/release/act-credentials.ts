import {
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
} from '@aws-sdk/client-ec2';
import { QUARANTINE_PROFILE_NAME } from '@cordon/incident';
import { NotDone } from '../steps/attempt.ts';
import type { Act } from './act.ts';

/** Takes the quarantine profile off. */
export const actQuarantineProfile: Act<'end-quarantine-profile'> = {
  reads: ['ec2:DescribeIamInstanceProfileAssociations'],
  on: (_lift, { ec2Arn, instanceId }) => [
    { actions: ['ec2:DisassociateIamInstanceProfile'], resources: [ec2Arn(`instance/${instanceId}`)] },
  ],
  act: async (_lift, { ec2, instanceId }) => {
    const { IamInstanceProfileAssociations: associations = [] } = await ec2.send(
      new DescribeIamInstanceProfileAssociationsCommand({
        Filters: [
          { Name: 'instance-id', Values: [instanceId] },
          { Name: 'state', Values: ['associating', 'associated'] },
        ],
      }),
    );
    const ours = associations.filter(
      ({ IamInstanceProfile }) => IamInstanceProfile?.Arn?.endsWith(`/${QUARANTINE_PROFILE_NAME}`) === true,
    );
    for (const { AssociationId } of ours)
      await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId }));
    return 'the quarantine profile is off';
  },
};

/** No role of ours may pass a workload's role. */
export const actProfile: Act<'restore-profile'> = {
  on: () => [],
  act: ({ profileArn }) => {
    throw new NotDone(`${profileArn} cannot be associated by Cordon: somebody who may pass its role must`);
  },
};
