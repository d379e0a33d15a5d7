import {
  APPROVALS_TABLE_NAME,
  deskPeople,
  IAM_PATH,
  INCIDENT_TABLE_NAME,
  OPERATOR_FUNCTION_NAME,
  STATE_MACHINE_NAME,
  type CordonConfig,
} from '@cordon/incident';
import { policyDocument } from '@cordon/constructs';
import { deploymentAccount } from '@cordon/incident/deployment';
import { deploymentStatements } from './deployment-statements.ts';
import {
  arn,
  bootstrap,
  breakGlass,
  ours,
  ownAccounts,
  roles,
  STACK_SET_WRITES,
  stackSetAdministrator,
  unless,
  type Rollout,
  type Where,
} from './principals.ts';

/**
 * Of these accounts one may be the one that StackSets are delegated to: there `cordon-stack-sets` says who may. Nobody needs them in the others.
 */
const stackSetStatement = (config: Rollout): object => {
  const account = deploymentAccount(config);
  return {
    Sid: 'MakeNoStackSet',
    Effect: 'Deny',
    Action: STACK_SET_WRITES,
    Resource: '*',
    Condition: {
      ...(ownAccounts(config).includes(account)
        ? { StringNotEquals: { 'aws:PrincipalAccount': account } }
        : {}),
      ...unless(breakGlass(config)),
    },
  };
};

const byDeployment = (where: Where): object => unless(bootstrap(where), breakGlass(where));

/** Who may decide, and who may come to evidence. */
type Approving = Pick<CordonConfig, 'approvals' | 'evidence' | 'homeRegion'>;

/** The role of the function that people decide by. */
const operator = (where: Where): string => roles(where, `${IAM_PATH.slice(1)}${OPERATOR_FUNCTION_NAME}`);

/** The code that runs, and who has it run. */
const functionStatements = ({ approvals, evidence, ...where }: Approving): readonly object[] => {
  const functions = arn(where, 'lambda:*:*:function:cordon-*');
  const [OURS, BREAK_GLASS] = [ours(where), breakGlass(where)];
  return [
    {
      Sid: 'KeepFunctions',
      Effect: 'Deny',
      Action: [
        'lambda:Add*',
        'lambda:Create*',
        'lambda:Delete*',
        'lambda:Put*',
        'lambda:Remove*',
        'lambda:Update*',
      ],
      Resource: functions,
      Condition: byDeployment(where),
    },
    // A queue of somebody else's in front of a function would call it, too.
    {
      Sid: 'KeepSources',
      Effect: 'Deny',
      // To create, delete, update.
      Action: 'lambda:*teEventSourceMapping',
      Resource: '*',
      Condition: { ArnLike: { 'lambda:FunctionArn': functions }, ...byDeployment(where) },
    },
    // Called by name, a function believes what its input says of who calls; by its URL, AWS says it. Two functions have one:
    // the operator's and the evidence desk, and each looks itself who of these may ask it for what.
    {
      Sid: 'CallNoFunction',
      Effect: 'Deny',
      Action: ['lambda:InvokeAsync', 'lambda:InvokeFunction'],
      Resource: functions,
      Condition: {
        BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' },
        ...unless(OURS, BREAK_GLASS),
      },
    },
    {
      Sid: 'CallNoUrl',
      Effect: 'Deny',
      Action: 'lambda:InvokeFunctionUrl',
      Resource: functions,
      Condition: unless(BREAK_GLASS, ...new Set([...approvals.approvers, ...deskPeople({ evidence })])),
    },
  ];
};

/** What waits for a person, and the tokens by which the workflow goes on: whoever holds one could answer in a person's place. */
const approvalStatements = (where: Where): readonly object[] => [
  {
    Sid: 'KeepTokens',
    Effect: 'Deny',
    Action: [
      // Of one item or many, to read, write or check.
      'dynamodb:*Item',
      'dynamodb:CreateBackup',
      'dynamodb:EnableKinesisStreamingDestination',
      'dynamodb:Export*',
      'dynamodb:PartiQL*',
      'dynamodb:Query',
      'dynamodb:Restore*',
      'dynamodb:Scan',
    ],
    Resource: tableArn(where, APPROVALS_TABLE_NAME),
    Condition: unless(operator(where), breakGlass(where)),
  },
  // Tokens stand in the history of an execution, too. The action has no resource level.
  {
    Sid: 'AnswerNoWorkflow',
    Effect: 'Deny',
    Action: 'states:SendTask*',
    Resource: '*',
    Condition: unless(operator(where), breakGlass(where)),
  },
];

const tableArn = (where: Where, name: string): string => arn(where, `dynamodb:*:*:table/${name}`);

/** The sequence of an incident, and what is written of it. */
const recordStatements = (where: Where): readonly object[] => {
  const table = tableArn(where, INCIDENT_TABLE_NAME);
  return [
    {
      Sid: 'KeepWorkflow',
      Effect: 'Deny',
      Action: ['states:DeleteStateMachine', 'states:UpdateStateMachine'],
      Resource: arn(where, `states:*:*:stateMachine:${STATE_MACHINE_NAME}`),
      Condition: byDeployment(where),
    },
    {
      Sid: 'KeepTable',
      Effect: 'Deny',
      // A policy of the table would let strangers write, whom no SCP binds; a time to live would end incidents.
      Action: [
        'dynamodb:DeleteTable',
        'dynamodb:PutResourcePolicy',
        'dynamodb:UpdateContinuousBackups',
        'dynamodb:UpdateTable',
        'dynamodb:UpdateTimeToLive',
      ],
      Resource: [table, tableArn(where, APPROVALS_TABLE_NAME)],
      Condition: byDeployment(where),
    },
    {
      Sid: 'WriteNoIncident',
      Effect: 'Deny',
      // By their ends: to delete, update and write many, in both ways to say it.
      Action: ['dynamodb:*teItem', 'dynamodb:PartiQL*te', 'dynamodb:PartiQLInsert', 'dynamodb:PutItem'],
      Resource: table,
      Condition: unless(ours(where), breakGlass(where)),
    },
  ];
};

/**
 * For the security, evidence and forensics accounts: what runs there is changed by a deployment alone, and nobody calls a
 * step's function, or writes an incident, in the workflow's place.
 */
export const ownAccountGuardrail = (config: Approving & Rollout): object =>
  policyDocument([
    ...deploymentStatements(
      config,
      ownAccounts(config).includes(deploymentAccount(config)) ? stackSetAdministrator(config) : [],
    ),
    stackSetStatement(config),
    ...functionStatements(config),
    ...recordStatements(config),
    ...approvalStatements(config),
  ]);
