import { SESSION_LOG_GROUP_NAME } from '@cordon/incident';
import type { Names, Statement } from './statement.ts';

/**
 * What the recorder may do in the forensics account: see which sessions there were and for which incident a machine works, and read recordings. What lists sessions and instances
 * has no level below all of them. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export const sessionReaderStatements = ({
  partition,
  forensicsAccount,
}: Pick<Names, 'partition' | 'forensicsAccount'>): readonly Statement[] => [
  {
    Sid: 'SeeSessions',
    Effect: 'Allow',
    Action: ['ssm:DescribeSessions', 'ec2:DescribeInstances'],
    Resource: '*',
  },
  {
    Sid: 'ReadRecordings',
    Effect: 'Allow',
    Action: 'logs:FilterLogEvents',
    Resource: `arn:${partition}:logs:*:${forensicsAccount}:log-group:${SESSION_LOG_GROUP_NAME}:*`,
  },
];
