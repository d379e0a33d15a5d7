import {
  BLOCK_HASHER_FUNCTION_NAME,
  BUS_NAME,
  CHANGES_QUEUE_NAME,
  CHAINED_QUESTIONS,
  dutyRoleName,
  functionName,
  IAM_PATH,
  INCIDENT_TABLE_NAME,
  limitKey,
  LOCKED_SOURCES,
  MACHINES,
  RECORDER_FUNCTION_NAME,
  scalingGroupName,
  SET_ASIDE_QUEUE_NAME,
  FINDINGS_QUEUE_NAME,
  STATE_MACHINE_NAME,
  STEP_DUTY,
  TOPIC_NAME,
  type CordonConfig,
  type Duty,
  type StepName,
} from '@cordon/incident';
import { landingStatements, toolsArn } from './capture.ts';
import type { Names, Statement } from './statement.ts';

/** ARN of a thing in the security account's home Region. */
export const homeArn = (names: Names, service: string, rest: string): string =>
  `arn:${names.partition}:${service}:${names.homeRegion}:${names.securityAccount}:${rest}`;

/** Which accounts a duty's role lives in: any member, the evidence account, or the forensics account. */
const accountsOf = (names: Names, duty: Duty): string =>
  duty === 'custodian' || duty === 'hasher'
    ? names.evidenceAccount
    : duty === 'examiner'
      ? names.forensicsAccount
      : '*';

const assume = (names: Names, duty: Duty): Statement => ({
  Sid: 'AssumeDuty',
  Effect: 'Allow',
  Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  Resource: `arn:${names.partition}:iam::${accountsOf(names, duty)}:role${IAM_PATH}${dutyRoleName(duty)}`,
});

/** Asking the evidence account's recorder for a custody entry. */
export const recorder = (names: Names): Statement => ({
  Sid: 'AskRecorder',
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: `arn:${names.partition}:lambda:${names.homeRegion}:${names.evidenceAccount}:function:${RECORDER_FUNCTION_NAME}`,
});

/** Asking the evidence account to hash blocks, in the Region where they are. */
const blockHasher = (names: Names): Statement => ({
  Sid: 'AskBlockHasher',
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: `arn:${names.partition}:lambda:*:${names.evidenceAccount}:function:${BLOCK_HASHER_FUNCTION_NAME}`,
});

/** Telling machines and people of a phase. */
export const telling = (names: Names): readonly Statement[] => [
  {
    Sid: 'TellMachines',
    Effect: 'Allow',
    Action: 'events:PutEvents',
    Resource: homeArn(names, 'events', `event-bus/${BUS_NAME}`),
  },
  { Sid: 'TellPeople', Effect: 'Allow', Action: 'sns:Publish', Resource: homeArn(names, 'sns', TOPIC_NAME) },
];

const table = (names: Names, ...actions: readonly string[]): Statement => ({
  Sid: 'Table',
  Effect: 'Allow',
  Action: actions.map((action) => `dynamodb:${action}`),
  Resource: homeArn(names, 'dynamodb', `table/${INCIDENT_TABLE_NAME}`),
});

/** A function's own log. */
export const logsOf = (names: Names, name: string): Statement => ({
  Sid: 'Log',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: homeArn(names, 'logs', `log-group:/aws/lambda/${name}:*`),
});

/** Whether an account is of the organization. */
const knowMembers = (names: Names): Statement => ({
  Sid: 'KnowMembers',
  Effect: 'Allow',
  Action: 'organizations:DescribeAccount',
  Resource: `arn:${names.partition}:organizations::*:account/*`,
});

const startWorkflow = (names: Names): Statement => ({
  Sid: 'StartWorkflow',
  Effect: 'Allow',
  Action: 'states:StartExecution',
  Resource: homeArn(names, 'states', `stateMachine:${STATE_MACHINE_NAME}`),
});

/** Neither has a resource level: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html */
const readFindings: Statement = {
  Sid: 'ReadFindings',
  Effect: 'Allow',
  Action: ['guardduty:ListDetectors', 'guardduty:GetFindings'],
  Resource: '*',
};

const intake = (names: Names): readonly Statement[] => [
  {
    Sid: 'TakeFindings',
    Effect: 'Allow',
    Action: [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ChangeMessageVisibility',
    ],
    Resource: homeArn(names, 'sqs', FINDINGS_QUEUE_NAME),
  },
  {
    Sid: 'SetAside',
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: homeArn(names, 'sqs', SET_ASIDE_QUEUE_NAME),
  },
  readFindings,
  knowMembers(names),
  // Only if a rule of the policy names tags of accounts.
  {
    Sid: 'KnowTags',
    Effect: 'Allow',
    Action: 'organizations:ListTagsForResource',
    Resource: `arn:${names.partition}:organizations::*:account/*`,
  },
  table(names, 'GetItem', 'PutItem', 'UpdateItem', 'Query'),
  startWorkflow(names),
  {
    Sid: 'FindRegion',
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: homeArn(names, 'lambda', `function:${functionName('inspect')}`),
  },
  recorder(names),
  ...telling(names),
];

/** Some partitions of the incident table and no other. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html */
export const onRows = (
  names: Names,
  { sid, actions, key }: { readonly sid: string; readonly actions: readonly string[]; readonly key: string },
): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actions.length === 1 ? `dynamodb:${actions[0]}` : actions.map((action) => `dynamodb:${action}`),
  Resource: homeArn(names, 'dynamodb', `table/${INCIDENT_TABLE_NAME}`),
  Condition: {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [key] },
    // ForAllValues holds where there is no key at all.
    Null: { 'dynamodb:LeadingKeys': 'false' },
  },
});

const OWN: Readonly<Record<StepName, (names: Names) => readonly Statement[]>> = {
  intake,
  // Whether the execution is an incident's own, what an earlier plan has secured, and who of a scaling group came before.
  inspect: (names) => [
    table(names, 'GetItem', 'Query'),
    onRows(names, {
      sid: 'CountScalingGroup',
      actions: ['PutItem'],
      key: limitKey(scalingGroupName('*', '*', '*')),
    }),
  ],
  protect: (names) => [table(names, 'PutItem')],
  freeze: (names) => [table(names, 'PutItem'), recorder(names), ...telling(names)],
  'isolate-network': (names) => [table(names, 'PutItem')],
  'revoke-credentials': (names) => [table(names, 'PutItem')],
  'open-path': (names) => [table(names, 'PutItem', 'Query'), ...telling(names)],
  'close-openings': (names) => [
    table(names, 'Query', 'PutItem', 'DeleteItem'),
    recorder(names),
    ...telling(names),
  ],
  'trace-sessions': (names) => [
    onRows(names, { sid: 'AskPeople', actions: ['GetItem', 'PutItem'], key: CHAINED_QUESTIONS }),
    // What the administrator sees of the finding, beside what the member sees.
    readFindings,
    knowMembers(names),
    recorder(names),
    ...telling(names),
  ],
  'verify-containment': (names) => [table(names, 'UpdateItem'), recorder(names), ...telling(names)],
  'capture-memory': (names) => [
    table(names, 'PutItem', 'Query'),
    // To sign a link to one tool, and to see whether it is there.
    { Sid: 'LinkToTools', Effect: 'Allow', Action: 's3:GetObject', Resource: toolsArn(names) },
    ...landingStatements(names),
    recorder(names),
    ...telling(names),
  ],
  stop: (names) => [table(names, 'PutItem', 'Query')],
  replace: (names) => [table(names, 'PutItem', 'Query')],
  'hand-over': (names) => [
    onRows(names, { sid: 'QueueCopies', actions: ['Query', 'PutItem', 'DeleteItem'], key: 'copies#*' }),
    onRows(names, { sid: 'KeepLocked', actions: ['Query', 'PutItem', 'DeleteItem'], key: LOCKED_SOURCES }),
    ...telling(names),
  ],
  'take-custody': (names) => [
    table(names, 'PutItem'),
    onRows(names, { sid: 'QueueCopies', actions: ['Query', 'DeleteItem'], key: 'copies#*' }),
    recorder(names),
    ...telling(names),
  ],
  'hash-blocks': (names) => [blockHasher(names), recorder(names), ...telling(names)],
  investigate: (names) => [
    onRows(names, { sid: 'NoteMachine', actions: ['PutItem'], key: MACHINES }),
    recorder(names),
    ...telling(names),
  ],
  'end-machines': (names) => [
    onRows(names, { sid: 'Machines', actions: ['Query', 'PutItem', 'DeleteItem'], key: MACHINES }),
    ...telling(names),
  ],
  seal: (names) => [table(names, 'UpdateItem'), recorder(names), ...telling(names)],
  release: (names) => [
    table(names, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
    recorder(names),
    ...telling(names),
  ],
  'lift-due': (names) => [table(names, 'GetItem', 'Query', 'DeleteItem'), recorder(names), ...telling(names)],
  watch: (names) => [
    {
      Sid: 'TakeChanges',
      Effect: 'Allow',
      Action: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ChangeMessageVisibility',
      ],
      Resource: homeArn(names, 'sqs', CHANGES_QUEUE_NAME),
    },
    table(names, 'Query', 'UpdateItem'),
    startWorkflow(names),
    ...telling(names),
  ],
};

/** What the deployment wants read in the security account beside GuardDuty; the action has no resource level. */
const readInspector = (step: StepName, { inspector }: Reading): readonly Statement[] =>
  (step === 'trace-sessions' || step === 'intake') && inspector !== undefined
    ? [{ Sid: 'ReadInspector', Effect: 'Allow', Action: 'inspector2:ListFindings', Resource: '*' }]
    : [];

/** What of a deployment's choices bears on what functions may read. */
type Reading = Pick<CordonConfig['evidence'], 'inspector'>;

/**
 * What a step's function may do with its own role, in the security account: assume its one duty, and its bookkeeping.
 *
 * @param evidence the deployment's choices; without them what every deployment has
 */
export const functionStatements = (
  names: Names,
  step: StepName,
  evidence: Reading = {},
): readonly Statement[] => {
  const duty = STEP_DUTY[step];
  return [
    ...(duty === undefined ? [] : [assume(names, duty)]),
    ...OWN[step](names),
    ...readInspector(step, evidence),
    logsOf(names, functionName(step)),
  ];
};
