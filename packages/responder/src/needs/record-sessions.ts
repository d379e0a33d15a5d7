import { KEY_ALIASES, SESSION_LOG_GROUP_NAME } from '@cordon/incident';
import type { Names, Statement } from './statement.ts';

/**
 * What the agent of the forensic machine needs to stream a session into its log group: it writes there, and can read nothing back. What describes has no
 * level below the account's log groups.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
export const recordSessionsStatements = ({
  partition,
  account,
}: Pick<Names, 'partition' | 'account'>): readonly Statement[] => {
  const group = `arn:${partition}:logs:*:${account}:log-group:${SESSION_LOG_GROUP_NAME}`;
  return [
    {
      Sid: 'RecordSessions',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      Resource: `${group}:*`,
    },
    { Sid: 'FindLogGroup', Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: '*' },
  ];
};

/**
 * What the agent of the forensic machine needs to speak with whoever started a session under the key of sessions: the person's tool makes a data key, the agent decrypts it.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-enable-encryption.html
 */
export const sessionChannelStatements = ({
  partition,
  account,
}: Pick<Names, 'partition' | 'account'>): readonly Statement[] => [
  {
    Sid: 'OpenChannel',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: `arn:${partition}:kms:*:${account}:key/*`,
    Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': KEY_ALIASES.sessions } },
  },
];
