import { SESSION_DENY_TAG_KEYS, TAGS } from '@cordon/incident';
import { TRY_INCIDENT_ID, type CoverageCheck } from '@cordon/incident/coverage';
import { sessionDenyPolicyArn } from '../needs/revoke.ts';
import type { Place } from './probes.ts';
import { simulate, type Question } from './simulate.ts';

/** Where calls of IAM go: it is one service for all Regions. https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
const iamRegion = (partition: string): string => (partition === 'aws-us-gov' ? 'us-gov-west-1' : 'us-east-1');

/** A role that no account has: resources need not be there to be simulated. */
const SOME_ROLE = 'role/cordon-coverage-try';
const SOME_SNAPSHOT = 'snapshot/snap-00000000000000000';

/** The denying of sessions on a role, in the way that the deployment chose. */
export const simulateRevoke = (place: Place): Promise<CoverageCheck> => {
  const { partition, account, config } = place;
  const upon = {
    resource: `arn:${partition}:iam::${account}:${SOME_ROLE}`,
    region: iamRegion(partition),
  };
  const organization = { 'aws:ResourceOrgID': config.organizationId };
  const question: Question =
    config.containment.sessionDeny === 'put-role-policy'
      ? { ...upon, actions: ['iam:PutRolePolicy'], context: organization }
      : {
          ...upon,
          actions: ['iam:TagRole', 'iam:AttachRolePolicy'],
          context: {
            ...organization,
            'aws:TagKeys': SESSION_DENY_TAG_KEYS,
            'iam:PolicyARN': sessionDenyPolicyArn({ partition, account }),
          },
        };
  return simulate({ ...place, duty: 'revoke' }, 'denying sessions', [question]);
};

const named = (prefix: string): Readonly<Record<string, string>> => ({
  [`${prefix}/${TAGS.incident}`]: TRY_INCIDENT_ID,
  [`${prefix}/${TAGS.intermediate}`]: 'true',
});

/** The way of a snapshot out of the account, in one Region: copied under the transit key, shared, and locked where the deployment locks. */
export const simulateAcquire = (place: Place): Promise<CoverageCheck> => {
  const { partition, region, config } = place;
  const { sourceLock } = config.evidence;
  const upon = {
    region,
    resource: `arn:${partition}:ec2:${region}::${SOME_SNAPSHOT}`,
    // A dry run shows that the duty may make snapshots of an incident, where an instance runs.
    control: 'ec2:CreateSnapshots',
  };
  return simulate({ ...place, duty: 'acquire' }, 'sharing, copying and locking snapshots', [
    {
      ...upon,
      actions: ['ec2:ModifySnapshotAttribute', ...(sourceLock === 'off' ? [] : ['ec2:LockSnapshot'])],
      context: {
        ...named('aws:ResourceTag'),
        ...named('aws:RequestTag'),
        'aws:ResourceOrgID': config.organizationId,
        'ec2:Add/userId': config.accounts.evidence,
        ...(sourceLock === 'off' ? {} : { 'ec2:SnapshotLockDuration': sourceLock.days }),
      },
    },
    // EC2 gives no organization of what is copied:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
    { ...upon, actions: ['ec2:CopySnapshot'], context: named('aws:RequestTag') },
  ]);
};
