import { HEARTBEAT_FUNCTION_NAME, HEARTBEATS } from '@cordon/incident/heartbeat';
import { logsOf, onRows, telling } from './functions.ts';
import type { Names, Statement } from './statement.ts';

/**
 * Whether GuardDuty runs in a Region and takes us for the administrator, and asking it for a sample: none has a resource level but the reading of
 * a detector, whose id is random. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html
 */
const listenTo = (names: Names): readonly Statement[] => [
  {
    Sid: 'AskForSamples',
    Effect: 'Allow',
    Action: [
      'guardduty:ListDetectors',
      'guardduty:DescribeOrganizationConfiguration',
      'guardduty:CreateSampleFindings',
    ],
    Resource: '*',
  },
  {
    Sid: 'ReadDetectors',
    Effect: 'Allow',
    Action: 'guardduty:GetDetector',
    Resource: `arn:${names.partition}:guardduty:*:${names.securityAccount}:detector/*`,
  },
];

/** What the function that listens to Regions may do, where there is one: ask GuardDuty, keep its own rows, tell. It acts as no duty. */
export const heartbeatStatements = (names: Names): readonly Statement[] => [
  ...listenTo(names),
  onRows(names, { sid: 'Heartbeats', actions: ['Query', 'UpdateItem'], key: HEARTBEATS }),
  ...telling(names),
  logsOf(names, HEARTBEAT_FUNCTION_NAME),
];
