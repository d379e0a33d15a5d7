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
import {
  arn,
  bootstrap,
  breakGlass,
  cdkDeploy,
  cdkPublish,
  CHANGE_ROLES,
  CHANGE_STACKS,
  ours,
  roles,
  stackSetRoles,
  unless,
  type Where,
} from './principals.ts';

/**
 * How the product comes into its accounts. Whoever could take one of these roles, change it, or have CloudFormation use it
 * would be let through all that follows. An account elsewhere that the bootstrap trusts is bound by its own policies.
 */
const deploymentStatements = (where: Where): readonly object[] => [
  {
    Sid: 'KeepDeployment',
    Effect: 'Deny',
    Action: [...CHANGE_ROLES, 'sts:AssumeRole'],
    Resource: roles(where, 'cdk-*'),
    Condition: unless(breakGlass(where)),
  },
  {
    Sid: 'PassNoDeployment',
    Effect: 'Deny',
    Action: 'iam:PassRole',
    Resource: roles(where, 'cdk-*'),
    Condition: unless(cdkDeploy(where), breakGlass(where)),
  },
  // Every stack that CDK made is changed with that one role, whoever asks; a StackSet's reaches the members' roles.
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
  {
    Sid: 'KeepStacks',
    Effect: 'Deny',
    Action: [
      ...CHANGE_STACKS,
      'cloudformation:CreateStackInstances',
      'cloudformation:CreateStackSet',
      'cloudformation:DeleteStackInstances',
      'cloudformation:UpdateStackInstances',
      'cloudformation:UpdateStackSet',
    ],
    Resource: '*',
    Condition: unless(cdkDeploy(where), stackSetRoles(where), breakGlass(where)),
  },
  // The bucket that the next deployment takes the functions' code from. By its policy, an access list or another owner of
  // its name strangers would write there, whom no SCP binds; and what lies there already is not laid down again.
  {
    Sid: 'KeepCode',
    Effect: 'Deny',
    Action: ['s3:DeleteBucket', 's3:PutBucket*', 's3:PutObject', 's3:PutObjectAcl', 's3:ReplicateObject'],
    Resource: arn(where, 's3:::cdk-*-assets-*'),
    Condition: unless(cdkPublish(where), breakGlass(where)),
  },
];

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
      Action: [
        'lambda:CreateEventSourceMapping',
        'lambda:DeleteEventSourceMapping',
        'lambda:UpdateEventSourceMapping',
      ],
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
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:CreateBackup',
      'dynamodb:DeleteItem',
      'dynamodb:EnableKinesisStreamingDestination',
      'dynamodb:Export*',
      'dynamodb:GetItem',
      'dynamodb:PartiQL*',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Restore*',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
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
      Action: [
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:PartiQLDelete',
        'dynamodb:PartiQLInsert',
        'dynamodb:PartiQLUpdate',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      Resource: table,
      Condition: unless(ours(where), breakGlass(where)),
    },
  ];
};

/**
 * For the security, evidence and forensics accounts: what runs there is changed by a deployment alone, and nobody calls a
 * step's function, or writes an incident, in the workflow's place.
 */
export const ownAccountGuardrail = (config: Approving): object =>
  policyDocument([
    ...deploymentStatements(config),
    ...functionStatements(config),
    ...recordStatements(config),
    ...approvalStatements(config),
  ]);
