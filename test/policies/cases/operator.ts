import {
  APPROVALS_TABLE_NAME,
  BUS_NAME,
  CHAINED_QUESTIONS,
  functionName,
  INCIDENT_TABLE_NAME,
  MACHINES,
  OPERATOR_FUNCTION_NAME,
  RECORDER_FUNCTION_NAME,
  RELEASE_FUNCTION_NAME,
  STATE_MACHINE_NAME,
  STEPS,
  TOPIC_NAME,
} from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { arnOf } from './guardrails-rows.ts';

const at = (service: string, rest: string): string => arnOf(service, rest, 'security');
const APPROVALS = at('dynamodb', `table/${APPROVALS_TABLE_NAME}`);
const INCIDENTS = at('dynamodb', `table/${INCIDENT_TABLE_NAME}`);
const RECORDER = arnOf('lambda', `function:${RECORDER_FUNCTION_NAME}`, 'evidence');
const logOf = (name: string): string =>
  at('logs', `log-group:/aws/lambda/${name}:log-stream:2026/11/21/[$LATEST]0a1b2c3d`);

type Row = Pick<PowerCase, 'action' | 'on' | 'owner' | 'given'> & { readonly does: string };

const MAY: readonly Row[] = [
  ...['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => ({
    does: `keeps what waits by ${action}`,
    action: `dynamodb:${action}`,
    on: APPROVALS,
  })),
  ...['GetItem', 'PutItem'].map((action) => ({
    does: `opens an incident on a person's word by ${action}`,
    action: `dynamodb:${action}`,
    on: INCIDENTS,
  })),
  {
    does: 'lists what people are asked about sessions',
    action: 'dynamodb:Query',
    on: INCIDENTS,
    given: { 'dynamodb:LeadingKeys': [CHAINED_QUESTIONS] },
  },
  {
    does: 'lists forensic machines',
    action: 'dynamodb:Query',
    on: INCIDENTS,
    given: { 'dynamodb:LeadingKeys': [MACHINES] },
  },
  {
    does: 'starts the workflow',
    action: 'states:StartExecution',
    on: at('states', `stateMachine:${STATE_MACHINE_NAME}`),
  },
  { does: 'tells the workflow what was decided', action: 'states:SendTaskSuccess', on: '*' },
  ...[functionName('inspect'), RELEASE_FUNCTION_NAME].map((name) => ({
    does: `asks ${name}`,
    action: 'lambda:InvokeFunction',
    on: at('lambda', `function:${name}`),
  })),
  { does: 'has a decision recorded', action: 'lambda:InvokeFunction', on: RECORDER, owner: 'evidence' },
  { does: 'tells machines', action: 'events:PutEvents', on: at('events', `event-bus/${BUS_NAME}`) },
  { does: 'tells people', action: 'sns:Publish', on: at('sns', TOPIC_NAME) },
  ...['CreateLogStream', 'PutLogEvents'].map((action) => ({
    does: `writes its log by ${action}`,
    action: `logs:${action}`,
    on: logOf(OPERATOR_FUNCTION_NAME),
  })),
];

const MAY_NOT: readonly Row[] = [
  {
    does: 'lists the rows of an incident',
    action: 'dynamodb:Query',
    on: INCIDENTS,
    given: { 'dynamodb:LeadingKeys': ['incident#inc-20261121-cases'] },
  },
  {
    does: 'lists forensic machines and the rows of an incident',
    action: 'dynamodb:Query',
    on: INCIDENTS,
    given: { 'dynamodb:LeadingKeys': [MACHINES, 'incident#inc-20261121-cases'] },
  },
  { does: 'lists rows of no partition', action: 'dynamodb:Query', on: INCIDENTS, given: {} },
  { does: 'deletes a question', action: 'dynamodb:DeleteItem', on: APPROVALS },
  { does: 'changes how an incident stands', action: 'dynamodb:UpdateItem', on: INCIDENTS },
  { does: 'deletes an incident', action: 'dynamodb:DeleteItem', on: INCIDENTS },
  { does: 'has the workflow give up asking', action: 'states:SendTaskFailure', on: '*' },
  {
    does: 'ends a run of the workflow',
    action: 'states:StopExecution',
    on: at('states', `execution:${STATE_MACHINE_NAME}:run-1`),
  },
  {
    does: 'cuts an instance itself',
    action: 'lambda:InvokeFunction',
    on: at('lambda', `function:${functionName('isolate-network')}`),
  },
  {
    does: 'takes a duty',
    action: 'sts:AssumeRole',
    on: `arn:aws:iam::${ACCOUNTS.security}:role/cordon/cordon-contain`,
  },
  {
    does: "writes another function's log",
    action: 'logs:PutLogEvents',
    on: logOf(functionName('intake')),
  },
];

/** What the function that people decide by may do, and that no other function reads what waits or answers the workflow. */
export const operatorCases: readonly PowerCase[] = [
  ...MAY.map(({ does, ...asked }): PowerCase => ({
    name: `the operator function ${does}`,
    as: 'operator function',
    ...asked,
    answer: 'allowed',
  })),
  ...MAY_NOT.map(({ does, ...asked }): PowerCase => ({
    name: `the operator function ${does}`,
    as: 'operator function',
    ...asked,
    guardrails: 'off',
    answer: { notAllowedBy: 'identity' },
  })),
  ...STEPS.flatMap((step): readonly PowerCase[] => [
    {
      name: `the ${step} function reads the task tokens`,
      as: `function ${step}`,
      action: 'dynamodb:GetItem',
      on: APPROVALS,
      guardrails: 'off',
      answer: { notAllowedBy: 'identity' },
    },
    {
      name: `the ${step} function answers the workflow in a person's place`,
      as: `function ${step}`,
      action: 'states:SendTaskSuccess',
      on: '*',
      guardrails: 'off',
      answer: { notAllowedBy: 'identity' },
    },
  ]),
  {
    name: 'the operator function asks the recorder after the security account left the organization',
    as: 'operator function',
    action: 'lambda:InvokeFunction',
    on: `arn:aws:lambda:${HOME}:${ACCOUNTS.evidence}:function:${RECORDER_FUNCTION_NAME}`,
    owner: 'evidence',
    given: { 'aws:PrincipalOrgID': 'o-elsewhere1' },
    guardrails: 'off',
    answer: { notAllowedBy: 'cross-account' },
  },
];
