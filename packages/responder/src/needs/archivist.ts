import {
  ARCHIVIST_FUNCTION_NAME,
  KEEPER_FUNCTION_NAME,
  longestDays,
  TAGS,
  type CordonConfig,
} from '@cordon/incident';
import type { Names, Statement } from './statement.ts';

/**
 * The archivist in the evidence account: locks copies for longer and, where the deployment archives, sends them into the archive tier. It
 * reads no evidence, unlocks, shares and deletes nothing, and locks for no shorter time than `lockDays`, nor longer than the deployment's bound.
 */
export const archivistStatements = (
  names: Names,
  evidence: CordonConfig['evidence'],
): readonly Statement[] => {
  const own = `${names.homeRegion}:${names.evidenceAccount}`;
  const copies = `arn:${names.partition}:ec2:*::snapshot/*`;
  const isEvidence = { [`aws:ResourceTag/${TAGS.hop}`]: 'evidence' };
  return [
    { Sid: 'Read', Effect: 'Allow', Action: 'ec2:DescribeLockedSnapshots', Resource: '*' },
    {
      Sid: 'LockLonger',
      Effect: 'Allow',
      Action: 'ec2:LockSnapshot',
      Resource: copies,
      Condition: {
        StringEquals: isEvidence,
        // A governance lock can be made shorter by whoever may lock: https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-concepts.html
        NumericGreaterThanEquals: { 'ec2:SnapshotLockDuration': String(evidence.lockDays) },
        NumericLessThanEquals: { 'ec2:SnapshotLockDuration': String(longestDays(evidence)) },
      },
    },
    ...(evidence.archiveAfterDays === undefined
      ? []
      : [
          {
            Sid: 'Archive',
            Effect: 'Allow' as const,
            Action: 'ec2:ModifySnapshotTier',
            Resource: copies,
            Condition: { StringEquals: isEvidence },
          },
        ]),
    {
      Sid: 'AskKeeper',
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: `arn:${names.partition}:lambda:${own}:function:${KEEPER_FUNCTION_NAME}`,
    },
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:${names.partition}:logs:${own}:log-group:/aws/lambda/${ARCHIVIST_FUNCTION_NAME}:*`,
    },
  ];
};
