import {
  APPROVALS_TABLE_NAME,
  CHAINED_QUESTIONS,
  functionName,
  INCIDENT_TABLE_NAME,
  MACHINES,
  OPERATOR_FUNCTION_NAME,
  RELEASE_FUNCTION_NAME,
  STATE_MACHINE_NAME,
} from '@cordon/incident';
import { homeArn, logsOf, onRows, recorder, telling } from './functions.ts';
import type { Names, Statement } from './statement.ts';

/**
 * The function that people decide by. It takes no duty: what it decides others perform, and what it asks of a member account
 * inspect reads.
 */
export const operatorStatements = (names: Names): readonly Statement[] => [
  {
    Sid: 'KeepWhatWaits',
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    Resource: homeArn(names, 'dynamodb', `table/${APPROVALS_TABLE_NAME}`),
  },
  {
    Sid: 'OpenIncident',
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    Resource: homeArn(names, 'dynamodb', `table/${INCIDENT_TABLE_NAME}`),
  },
  onRows(names, { sid: 'ListMachines', actions: ['Query'], key: MACHINES }),
  onRows(names, { sid: 'ListQuestions', actions: ['Query'], key: CHAINED_QUESTIONS }),
  {
    Sid: 'StartWorkflow',
    Effect: 'Allow',
    Action: 'states:StartExecution',
    Resource: homeArn(names, 'states', `stateMachine:${STATE_MACHINE_NAME}`),
  },
  // It has no resource level: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
  { Sid: 'AnswerWorkflow', Effect: 'Allow', Action: 'states:SendTaskSuccess', Resource: '*' },
  {
    Sid: 'AskOthers',
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: [functionName('inspect'), RELEASE_FUNCTION_NAME].map((name) =>
      homeArn(names, 'lambda', `function:${name}`),
    ),
  },
  recorder(names),
  ...telling(names),
  logsOf(names, OPERATOR_FUNCTION_NAME),
];
