import { CHAT_TOPIC_NAME, NOTIFIER_FUNCTION_NAME, noticeQueueName, type NoticeWay } from '@cordon/incident';
import { noticeWays, type NotificationSettings } from '@cordon/incident/notifications';
import { homeArn, logsOf } from './functions.ts';
import type { Names, Statement } from './statement.ts';

/** Fields of a finding that a note has nothing to do with. */
const NOT_OURS = [
  'Confidence',
  'Criticality',
  'RelatedFindings',
  'Severity.Label',
  'Severity.Normalized',
  'Severity.Product',
  'Types',
  'UserDefinedFields',
  'VerificationState',
];

/**
 * Findings have no resource of their own (the hub may be named or not, so that `*` is what always holds): what is written is narrowed
 * instead, to notes and two workflow states; nothing can be suppressed.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html,
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html
 */
const SECURITY_HUB: readonly Statement[] = [
  { Sid: 'FindFindings', Effect: 'Allow', Action: 'securityhub:GetFindings', Resource: '*' },
  {
    Sid: 'NoteFindings',
    Effect: 'Allow',
    Action: 'securityhub:BatchUpdateFindings',
    Resource: '*',
    Condition: {
      StringEqualsIfExists: { 'securityhub:ASFFSyntaxPath/Workflow.Status': ['NOTIFIED', 'RESOLVED'] },
      Null: Object.fromEntries(NOT_OURS.map((field) => [`securityhub:ASFFSyntaxPath/${field}`, 'true'])),
    },
  },
];

const waysOf = (
  names: Names,
  { webhook }: NotificationSettings,
): Readonly<Record<NoticeWay, readonly Statement[]>> => ({
  chat: [
    { Sid: 'Chat', Effect: 'Allow', Action: 'sns:Publish', Resource: homeArn(names, 'sns', CHAT_TOPIC_NAME) },
  ],
  webhook: [
    {
      // The key aws/ssm lets whoever may read the parameter decrypt it: https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
      Sid: 'ReadSecret',
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: homeArn(names, 'ssm', `parameter${webhook?.secretParameter ?? '/cordon/none'}`),
    },
  ],
  'security-hub': SECURITY_HUB,
});

/** What the notifier may do with its own role: take messages of the ways that the deployment wants, and send by these. It takes no duty. */
export const notifierStatements = (names: Names, settings: NotificationSettings): readonly Statement[] => {
  const ways = noticeWays(settings);
  const of = waysOf(names, settings);
  return [
    {
      Sid: 'TakeNotices',
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: ways.map((way) => homeArn(names, 'sqs', noticeQueueName(way))),
    },
    ...ways.flatMap((way) => of[way]),
    logsOf(names, NOTIFIER_FUNCTION_NAME),
  ];
};
