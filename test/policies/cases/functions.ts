import {
  BUS_NAME,
  CHAINED_QUESTIONS,
  CHANGES_BUS_NAME,
  CHANGES_QUEUE_NAME,
  FINDINGS_QUEUE_NAME,
  functionName,
  INCIDENT_TABLE_NAME,
  OPERATOR_FUNCTION_NAME,
  RECORDER_FUNCTION_NAME,
  SET_ASIDE_QUEUE_NAME,
  STATE_MACHINE_NAME,
  STEPS,
  toolsBucketName,
  WORKFLOW_STEPS,
  TOPIC_NAME,
  type StepName,
} from '@cordon/incident';
import { ACCOUNTS, HOME, type AccountName } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { copyQueueCases } from './copy-queue.ts';
import { FINDING_READS } from './finding-reads.ts';
import { LANDING_WORK, type Work } from './landing-work.ts';
import { TELLERS } from './tellers.ts';

const homeArn = (service: string, rest: string, account: AccountName = 'security'): string =>
  `arn:aws:${service}:${HOME}:${ACCOUNTS[account]}:${rest}`;

const functionArn = (step: StepName): string => homeArn('lambda', `function:${functionName(step)}`);

/** AWS names the stream, and a stream is what it asks about, for writing and for making one. */
const streamArn = (group: string): string =>
  homeArn('logs', `log-group:${group}:log-stream:2026/11/21/[$LATEST]0a1b2c3d`);

const logsOf = (step: StepName): string => streamArn(`/aws/lambda/${functionName(step)}`);

const TABLE = homeArn('dynamodb', `table/${INCIDENT_TABLE_NAME}`);
const RECORDER = homeArn('lambda', `function:${RECORDER_FUNCTION_NAME}`, 'evidence');
const FINDINGS = homeArn('sqs', FINDINGS_QUEUE_NAME);
const CHANGES = homeArn('sqs', CHANGES_QUEUE_NAME);
const SET_ASIDE = homeArn('sqs', SET_ASIDE_QUEUE_NAME);

/** What functions do with their own roles, and whose work it is, written out once more; nobody else may. */
const WORK: readonly Work[] = [
  {
    does: 'reads an incident from the table',
    action: 'dynamodb:GetItem',
    on: TABLE,
    of: ['intake', 'inspect', 'release', 'lift-due'],
  },
  {
    does: 'lists what the table knows of an incident',
    action: 'dynamodb:Query',
    on: TABLE,
    of: [
      'intake',
      'inspect',
      'stop',
      'capture-memory',
      'replace',
      'release',
      'lift-due',
      'watch',
      'open-path',
      'close-openings',
    ],
  },
  {
    does: 'adds a record to the table',
    action: 'dynamodb:PutItem',
    on: TABLE,
    of: [
      'intake',
      'protect',
      'freeze',
      'isolate-network',
      'revoke-credentials',
      'stop',
      'capture-memory',
      'replace',
      'take-custody',
      'release',
      'open-path',
      'close-openings',
    ],
  },
  {
    does: 'changes a record of the table',
    action: 'dynamodb:UpdateItem',
    on: TABLE,
    of: ['intake', 'verify-containment', 'seal', 'release', 'watch'],
  },
  {
    does: 'deletes a record of the table',
    action: 'dynamodb:DeleteItem',
    on: TABLE,
    of: ['release', 'lift-due', 'close-openings'],
  },
  {
    does: 'asks the recorder for a custody entry',
    action: 'lambda:InvokeFunction',
    on: RECORDER,
    owner: 'evidence',
    of: [
      'intake',
      'freeze',
      'trace-sessions',
      'verify-containment',
      'capture-memory',
      'take-custody',
      'hash-blocks',
      'investigate',
      'seal',
      'release',
      'lift-due',
      'close-openings',
    ],
  },
  {
    does: 'reads a tool',
    action: 's3:GetObject',
    on: `arn:aws:s3:::${toolsBucketName(ACCOUNTS.security, HOME)}/0c0ffee0`,
    of: ['capture-memory'],
  },
  ...LANDING_WORK,
  {
    does: 'tells machines of a phase',
    action: 'events:PutEvents',
    on: homeArn('events', `event-bus/${BUS_NAME}`),
    of: TELLERS,
  },
  { does: 'tells people of a phase', action: 'sns:Publish', on: homeArn('sns', TOPIC_NAME), of: TELLERS },
  { does: 'takes a finding from the queue', action: 'sqs:ReceiveMessage', on: FINDINGS, of: ['intake'] },
  { does: 'deletes a finding that is dealt with', action: 'sqs:DeleteMessage', on: FINDINGS, of: ['intake'] },
  { does: 'asks how the queue is set', action: 'sqs:GetQueueAttributes', on: FINDINGS, of: ['intake'] },
  {
    does: 'gives a finding back to the queue for later',
    action: 'sqs:ChangeMessageVisibility',
    on: FINDINGS,
    of: ['intake'],
  },
  { does: 'takes a change from the queue', action: 'sqs:ReceiveMessage', on: CHANGES, of: ['watch'] },
  { does: 'deletes a change that was looked at', action: 'sqs:DeleteMessage', on: CHANGES, of: ['watch'] },
  {
    does: 'asks how the queue of changes is set',
    action: 'sqs:GetQueueAttributes',
    on: CHANGES,
    of: ['watch'],
  },
  {
    does: 'gives a change back to the queue for later',
    action: 'sqs:ChangeMessageVisibility',
    on: CHANGES,
    of: ['watch'],
  },
  { does: 'puts a change into the queue', action: 'sqs:SendMessage', on: CHANGES, of: [] },
  {
    does: 'puts a change on the bus',
    action: 'events:PutEvents',
    on: homeArn('events', `event-bus/${CHANGES_BUS_NAME}`),
    of: [],
  },
  { does: 'empties the queue of findings', action: 'sqs:PurgeQueue', on: FINDINGS, of: [] },
  { does: 'sets a finding aside', action: 'sqs:SendMessage', on: SET_ASIDE, of: ['intake'] },
  { does: 'deletes a finding that was set aside', action: 'sqs:DeleteMessage', on: SET_ASIDE, of: [] },
  ...FINDING_READS,
  {
    does: 'reads the tags of an account of the organization',
    action: 'organizations:ListTagsForResource',
    on: `arn:aws:organizations::${ACCOUNTS.management}:account/o-cordondrill/${ACCOUNTS.member}`,
    of: ['intake'],
  },
  {
    does: 'tags an account of the organization',
    action: 'organizations:TagResource',
    on: `arn:aws:organizations::${ACCOUNTS.management}:account/o-cordondrill/${ACCOUNTS.member}`,
    of: [],
  },
  {
    does: 'starts the workflow',
    action: 'states:StartExecution',
    on: homeArn('states', `stateMachine:${STATE_MACHINE_NAME}`),
    of: ['intake', 'watch'],
  },
  {
    does: 'ends a run of the workflow',
    action: 'states:StopExecution',
    on: homeArn('states', `execution:${STATE_MACHINE_NAME}:run-1`),
    of: [],
  },
  {
    does: 'has inspect find the Region of an instance',
    action: 'lambda:InvokeFunction',
    on: functionArn('inspect'),
    of: ['intake'],
  },
  {
    does: 'has a release performed',
    action: 'lambda:InvokeFunction',
    on: functionArn('release'),
    of: [],
  },
  { does: 'calls the freeze function', action: 'lambda:InvokeFunction', on: functionArn('freeze'), of: [] },
];

const workCases: readonly PowerCase[] = WORK.flatMap(({ does, action, on, owner, given, of }) => {
  const at = {
    action,
    on,
    ...(owner === undefined ? {} : { owner }),
    ...(given === undefined ? {} : { given }),
  };
  return STEPS.map((step): PowerCase => {
    const one = { ...at, as: `function ${step}` as const };
    if (of.includes(step)) return { ...one, name: `the ${step} function ${does}`, answer: 'allowed' };
    return {
      ...one,
      name: `the ${step} function, whose work that is not, ${does}`,
      // The control policies forbid much of it as well.
      guardrails: 'off',
      answer: { notAllowedBy: owner === undefined ? 'identity' : 'cross-account' },
    };
  });
});

/** Inspect counts members of a scaling group, and writes nothing else of the table. */
const countCases: readonly PowerCase[] = [
  ...['limit#scaling-group#222233334444#eu-west-1#web'].map((key): PowerCase => ({
    name: 'the inspect function counts a member of a scaling group',
    as: 'function inspect',
    action: 'dynamodb:PutItem',
    on: TABLE,
    given: { 'dynamodb:LeadingKeys': [key] },
    answer: 'allowed',
  })),
  ...[
    { does: 'lifts the halt switch', keys: ['limit#halt'] },
    { does: 'resets a circuit breaker', keys: ['limit#breaker#account#222233334444#ordinary'] },
    { does: 'writes an incident', keys: ['incident#inc-20261121-cases'] },
    { does: 'writes an incident beside a group', keys: ['limit#scaling-group#1#eu-west-1#a', 'limit#halt'] },
  ].map(({ does, keys }): PowerCase => ({
    name: `the inspect function, whose work that is not, ${does}`,
    as: 'function inspect',
    action: 'dynamodb:PutItem',
    on: TABLE,
    given: { 'dynamodb:LeadingKeys': keys },
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
];

/** Trace-sessions asks people about sessions, and reads and writes nothing else of the table. */
const questionCases: readonly PowerCase[] = [
  { does: 'asks people about a session', action: 'dynamodb:PutItem' },
  { does: 'reads what people said about a session', action: 'dynamodb:GetItem' },
].flatMap(({ does, action }): readonly PowerCase[] => [
  {
    name: `the trace-sessions function ${does}`,
    as: 'function trace-sessions',
    action,
    on: TABLE,
    given: { 'dynamodb:LeadingKeys': [CHAINED_QUESTIONS] },
    answer: 'allowed',
  },
  ...[
    {
      where: 'in the rows of an incident',
      given: { 'dynamodb:LeadingKeys': ['incident#inc-20261121-cases'] },
    },
    { where: 'beside the halt switch', given: { 'dynamodb:LeadingKeys': [CHAINED_QUESTIONS, 'limit#halt'] } },
    { where: 'nowhere in particular', given: {} },
  ].map(({ where, given }): PowerCase => ({
    name: `the trace-sessions function ${does} ${where}`,
    as: 'function trace-sessions',
    action,
    on: TABLE,
    given,
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
]);

/** The group after its own: any other would do. */
const another = (step: StepName): StepName => STEPS[(STEPS.indexOf(step) + 1) % STEPS.length] ?? step;

/** Lambda writes a function's log with the credentials of the function's role. */
const logCases: readonly PowerCase[] = STEPS.flatMap((step) => {
  const as = `function ${step}` as const;
  return [
    { does: 'begins a stream in', action: 'logs:CreateLogStream' },
    { does: 'writes lines into', action: 'logs:PutLogEvents' },
  ].flatMap(({ does, action }): readonly PowerCase[] => [
    { name: `the ${step} function ${does} its log`, as, action, on: logsOf(step), answer: 'allowed' },
    {
      name: `the ${step} function ${does} the log of the ${another(step)} function, to forge what it did`,
      as,
      action,
      on: logsOf(another(step)),
      answer: { notAllowedBy: 'identity' },
    },
  ]);
});

const callCases: readonly PowerCase[] = [
  ...WORKFLOW_STEPS.map((step): PowerCase => ({
    name: `the workflow calls its ${step} step`,
    as: 'workflow',
    action: 'lambda:InvokeFunction',
    on: functionArn(step),
    answer: 'allowed',
  })),
  {
    name: 'the workflow asks a person by the operator function',
    as: 'workflow',
    action: 'lambda:InvokeFunction',
    on: homeArn('lambda', `function:${OPERATOR_FUNCTION_NAME}`),
    answer: 'allowed',
  },
  {
    name: 'the workflow calls intake, which is no step of it',
    as: 'workflow',
    action: 'lambda:InvokeFunction',
    on: functionArn('intake'),
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  },
  {
    name: 'the workflow asks the recorder itself, past the step that knows what happened',
    as: 'workflow',
    action: 'lambda:InvokeFunction',
    on: RECORDER,
    owner: 'evidence',
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  },
];

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const deliveryCases: readonly PowerCase[] = [
  { does: 'sets up the delivery of its log', action: 'logs:CreateLogDelivery' },
  { does: 'reads how its log is delivered', action: 'logs:GetLogDelivery' },
  { does: 'changes how its log is delivered', action: 'logs:UpdateLogDelivery' },
  { does: 'ends the delivery of its log', action: 'logs:DeleteLogDelivery' },
  { does: 'lists deliveries of logs', action: 'logs:ListLogDeliveries' },
  { does: 'lets the delivery of logs write', action: 'logs:PutResourcePolicy' },
  { does: 'asks who may write logs', action: 'logs:DescribeResourcePolicies' },
].map(({ does, action }): PowerCase => ({
  name: `the workflow ${does}`,
  as: 'workflow',
  action,
  on: '*',
  answer: 'allowed',
}));

const workflowLogCases: readonly PowerCase[] = [
  {
    name: 'the workflow looks for the group of its log',
    as: 'workflow',
    action: 'logs:DescribeLogGroups',
    on: '*',
    answer: 'allowed',
  },
  {
    name: 'the workflow deletes the group of its log, to hide a run',
    as: 'workflow',
    action: 'logs:DeleteLogGroup',
    on: homeArn('logs', `log-group:/aws/vendedlogs/states/${STATE_MACHINE_NAME}`),
    answer: { notAllowedBy: 'identity' },
  },
];

/** What the functions of the steps and the workflow do with their own roles, and what each leaves to another. */
export const functionCases: readonly PowerCase[] = [
  ...workCases,
  ...countCases,
  ...copyQueueCases,
  ...questionCases,
  ...logCases,
  ...callCases,
  ...deliveryCases,
  ...workflowLogCases,
];
