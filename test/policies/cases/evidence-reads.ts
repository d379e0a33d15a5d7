import {
  ALARMS_QUEUE_NAME,
  BUS_NAME,
  READ_TRAIL_NAME,
  READ_WATCH_FUNCTION_NAME,
  READS_NAME,
  READS_SET_ASIDE_QUEUE_NAME,
  TOPIC_NAME,
  trailBucketName,
} from '@cordon/incident';
import { ACCOUNTS, HOME, type AccountName, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { each, letThrough, refused } from './guardrails-rows.ts';

const at = (service: string, rest: string, account: AccountName = 'evidence'): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS[account]}:${rest}`;
const QUEUE = at('sqs', READS_NAME);
const TRAIL = at('cloudtrail', `trail/${READ_TRAIL_NAME}`);

const recorderCases: readonly PowerCase[] = [
  ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].flatMap(
    (action): readonly PowerCase[] => [
      {
        name: `the watch of reads, in the recorder's role, takes what waits (${action})`,
        as: 'recorder',
        action,
        on: QUEUE,
        answer: 'allowed',
      },
      {
        name: `the watch of reads, in the recorder's role, takes from what was set aside (${action})`,
        as: 'recorder',
        action,
        on: at('sqs', READS_SET_ASIDE_QUEUE_NAME),
        answer: { notAllowedBy: 'identity' },
      },
    ],
  ),
  ...['CreateLogStream', 'PutLogEvents'].map((action): PowerCase => ({
    name: `the watch of reads, in the recorder's role, writes its log by ${action}`,
    as: 'recorder',
    action: `logs:${action}`,
    on: at('logs', `log-group:/aws/lambda/${READ_WATCH_FUNCTION_NAME}:log-stream:2026/11/21/[$LATEST]0a1b`),
    answer: 'allowed',
  })),
  {
    name: "the watch of reads, in the recorder's role, calls people",
    as: 'recorder',
    action: 'sns:Publish',
    on: at('sns', TOPIC_NAME, 'security'),
    owner: 'security',
    answer: 'allowed',
  },
  {
    name: "the watch of reads, in the recorder's role, publishes elsewhere",
    as: 'recorder',
    action: 'sns:Publish',
    on: at('sns', 'noise'),
    answer: { notAllowedBy: 'identity' },
  },
  ...(['administrator of evidence', 'custodian'] as const).map((as): PowerCase => ({
    name: `the ${as} tells our people that all is well`,
    as,
    action: 'sns:Publish',
    on: at('sns', TOPIC_NAME, 'security'),
    owner: 'security',
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  })),
];

/** Queues, and the rule that each takes messages of. */
const QUEUES = [
  { name: READS_NAME, account: 'evidence', rule: `${READS_NAME}/${READS_NAME}` },
  { name: READS_SET_ASIDE_QUEUE_NAME, account: 'evidence', rule: `${READS_NAME}/${READS_NAME}` },
  { name: ALARMS_QUEUE_NAME, account: 'security', rule: `${BUS_NAME}/${ALARMS_QUEUE_NAME}` },
] as const;

const queueCases: readonly PowerCase[] = QUEUES.flatMap(({ name, account, rule }): readonly PowerCase[] => {
  const send = { action: 'sqs:SendMessage', on: at('sqs', name, account), owner: account } as const;
  return [
    {
      ...send,
      name: `its rule sends to the queue ${name}`,
      as: 'service events.amazonaws.com',
      given: { 'aws:SourceArn': at('events', `rule/${rule}`, account) },
      answer: 'allowed',
    },
    {
      ...send,
      name: `a rule of somebody in the ${account} account sends to the queue ${name}`,
      as: 'service events.amazonaws.com',
      given: { 'aws:SourceArn': at('events', 'rule/send-everything', account) },
      answer: { notAllowedBy: 'resource' },
    },
    {
      ...send,
      name: `a topic sends to the queue ${name}`,
      as: 'service sns.amazonaws.com',
      given: { 'aws:SourceArn': at('sns', 'noise', account) },
      answer: { notAllowedBy: 'resource' },
    },
    ...(['sqs:SendMessage', 'sqs:GetQueueUrl'] as const).map((action): PowerCase => ({
      name: `the administrator of ${account} calls ${action} at the queue ${name} over a way that is not encrypted`,
      as: `administrator of ${account}`,
      action,
      on: send.on,
      given: { 'aws:SecureTransport': 'false' },
      answer: { deniedBy: [`${account}/queue ${name}/OnlyEncryptedTransport`] },
    })),
  ];
});

const ALARM = { 'events:source': 'aws.cloudwatch', 'events:detail-type': 'CloudWatch Alarm State Change' };
const PUT = { action: 'events:PutEvents' } as const;
const onBus = (name: string, account: AccountName) =>
  ({ ...PUT, on: at('events', `event-bus/${name}`, account), owner: account }) as const;

const busCases: readonly PowerCase[] = [
  {
    ...onBus(READS_NAME, 'evidence'),
    name: 'the rules of the evidence account put a read on the bus of reads',
    as: 'rules of evidence',
    answer: 'allowed',
  },
  {
    ...onBus('mine', 'evidence'),
    name: 'the rules of the evidence account put a read on a bus of somebody',
    as: 'rules of evidence',
    answer: { notAllowedBy: 'identity' },
  },
  {
    ...onBus(READS_NAME, 'evidence'),
    name: 'the administrator of member puts a forged read on the bus of reads',
    as: 'administrator of member',
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  },
  {
    ...onBus(BUS_NAME, 'security'),
    name: 'the rules of the evidence account put an alarm on the home bus',
    as: 'rules of evidence',
    given: ALARM,
    answer: 'allowed',
  },
  ...[
    { what: 'a finding', given: { ...ALARM, 'events:source': 'aws.guardduty' } },
    { what: 'another kind of event', given: { ...ALARM, 'events:detail-type': 'GuardDuty Finding' } },
  ].map(({ what, given }): PowerCase => ({
    ...onBus(BUS_NAME, 'security'),
    name: `the rules of the evidence account put ${what} on the home bus`,
    as: 'rules of evidence',
    given,
    answer: { notAllowedBy: 'cross-account' },
  })),
  {
    ...onBus(BUS_NAME, 'security'),
    name: 'the administrator of evidence puts an alarm on the home bus by hand',
    as: 'administrator of evidence',
    given: ALARM,
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  },
];

const BUCKET = `arn:aws:s3:::${trailBucketName(ACCOUNTS.evidence)}`;
const FILE = `${BUCKET}/AWSLogs/${ACCOUNTS.evidence}/CloudTrail/${HOME}/2026/11/21/a.json.gz`;
const denied = (sid: string): PowerCase['answer'] => ({ deniedBy: [`bucket cordon-trail/${sid}`] });
const OF_TRAIL = { 'aws:SourceArn': TRAIL };
const WHOLE = { ...OF_TRAIL, 's3:x-amz-acl': 'bucket-owner-full-control' };
const ENDS = [
  'BypassGovernanceRetention',
  'DeleteObject',
  'DeleteObjectVersion',
  'ReplicateDelete',
  'ReplicateObject',
  'UpdateObjectEncryption',
];
const WEAKENS_BUCKET = [
  'DeleteBucket',
  'DeleteBucketPolicy',
  'PutBucketAcl',
  'PutBucketObjectLockConfiguration',
  'PutBucketOwnershipControls',
  'PutBucketPolicy',
  'PutBucketPublicAccessBlock',
  'PutBucketVersioning',
  'PutEncryptionConfiguration',
  'PutLifecycleConfiguration',
  'PutReplicationConfiguration',
];
const WEAKENS_FILE = ['PutObjectAcl', 'PutObjectRetention', 'PutObjectLegalHold'];

const bucketCases: readonly PowerCase[] = [
  {
    name: 'our trail looks at its bucket',
    as: 'service cloudtrail.amazonaws.com',
    action: 's3:GetBucketAcl',
    on: BUCKET,
    owner: 'evidence',
    given: OF_TRAIL,
    answer: 'allowed',
  },
  {
    name: 'our trail writes a file',
    as: 'service cloudtrail.amazonaws.com',
    action: 's3:PutObject',
    on: FILE,
    owner: 'evidence',
    given: { ...WHOLE, 'aws:PrincipalIsAWSService': 'true' },
    answer: 'allowed',
  },
  ...(
    [
      [
        "somebody's trail looks at our bucket",
        's3:GetBucketAcl',
        BUCKET,
        { 'aws:SourceArn': at('cloudtrail', 'trail/x', 'outside') },
      ],
      [
        "somebody's trail writes a file",
        's3:PutObject',
        FILE,
        { ...WHOLE, 'aws:SourceArn': at('cloudtrail', 'trail/x', 'outside') },
      ],
      ['our trail writes a file that is not wholly ours', 's3:PutObject', FILE, OF_TRAIL],
      ['our trail writes beside its folder', 's3:PutObject', `${BUCKET}/a`, WHOLE],
    ] as const
  ).map(([name, action, on, given]): PowerCase => ({
    name,
    as: 'service cloudtrail.amazonaws.com',
    action,
    on,
    owner: 'evidence',
    given: { ...given, 'aws:PrincipalIsAWSService': 'true' },
    answer: { notAllowedBy: 'resource' },
  })),
  ...(['administrator of evidence', 'break-glass of evidence', 'recorder'] as const).map((as): PowerCase => ({
    name: `the ${as} writes a file of the trail`,
    as,
    action: 's3:PutObject',
    on: FILE,
    answer: denied('OnlyTrailWrites'),
  })),
  ...ENDS.flatMap((action) =>
    (['administrator of evidence', 'root of evidence', 'break-glass of evidence'] as const).map(
      (as): PowerCase => ({
        name: `the ${as} ends a file of the trail (${action})`,
        as,
        action: `s3:${action}`,
        on: FILE,
        answer: denied('NobodyEnds'),
      }),
    ),
  ),
  ...[
    ...WEAKENS_BUCKET.map((action) => [action, BUCKET] as const),
    ...WEAKENS_FILE.map((action) => [action, FILE] as const),
  ].flatMap(([action, on]) =>
    (['administrator of evidence', 'cdk of evidence'] as const).map((as): PowerCase => ({
      name: `the ${as} weakens what keeps the trail (${action})`,
      as,
      action: `s3:${action}`,
      on,
      answer: denied('NobodyWeakens'),
    })),
  ),
  {
    name: "break-glass changes the policy of the trail's bucket",
    as: 'break-glass of evidence',
    action: 's3:PutBucketPolicy',
    on: BUCKET,
    answer: 'allowed',
  },
  {
    name: 'the administrator of evidence reads the trail',
    as: 'administrator of evidence',
    action: 's3:GetObject',
    on: FILE,
    answer: 'allowed',
  },
  ...(
    [
      ['s3:GetObject', FILE],
      ['s3:ListBucket', BUCKET],
    ] as const
  ).map(([action, on]): PowerCase => ({
    name: `the administrator of evidence reads the trail over a way that is not encrypted (${action})`,
    as: 'administrator of evidence',
    action,
    on,
    given: { 'aws:SecureTransport': 'false' },
    answer: denied('OnlyEncryptedTransport'),
  })),
];

const by = (sid: string): readonly string[] => [`SCP cordon-evidence/${sid}`];
const ATTACKERS: readonly Who[] = ['administrator of evidence', 'root of evidence', 'recorder'];
const KEPT = [
  {
    sid: 'KeepTrail',
    on: TRAIL,
    actions: ['DeleteTrail', 'PutEventSelectors', 'StopLogging', 'UpdateTrail'].map(
      (one) => `cloudtrail:${one}`,
    ),
  },
  {
    sid: 'KeepReadRules',
    on: at('events', `rule/${READS_NAME}`),
    actions: ['DeleteRule', 'DisableRule', 'PutRule', 'PutTargets', 'RemoveTargets'].map(
      (one) => `events:${one}`,
    ),
  },
] as const;

const guardrailCases: readonly PowerCase[] = [
  ...KEPT.flatMap(({ sid, on, actions }) =>
    actions.flatMap((action) => [
      ...refused(by(sid), each(ATTACKERS, { does: `keeps reads from being known by ${action}`, action, on })),
      ...letThrough(
        each(['break-glass of evidence', 'cdk of evidence'], {
          does: `changes what tells of reads by ${action}`,
          action,
          on,
        }),
      ),
    ]),
  ),
  ...['DeleteMessage', 'DeleteQueue', 'PurgeQueue', 'ReceiveMessage', 'SetQueueAttributes'].flatMap((one) => {
    const row = { does: `takes reads that wait by ${one}`, action: `sqs:${one}`, on: QUEUE };
    return [
      ...refused(by('KeepReads'), each(['administrator of evidence', 'root of evidence', 'custodian'], row)),
      ...letThrough(each(['break-glass of evidence', 'cdk of evidence'], row)),
    ];
  }),
];

/** Who hears of reads of evidence and tells of them, and who could keep them from being known. */
export const evidenceReadCases: readonly PowerCase[] = [
  ...recorderCases,
  ...queueCases,
  ...busCases,
  ...bucketCases,
  ...guardrailCases,
];
