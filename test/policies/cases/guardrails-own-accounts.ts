import {
  APPROVALS_TABLE_NAME,
  INCIDENT_TABLE_NAME,
  OPERATOR_FUNCTION_NAME,
  RECORDER_FUNCTION_NAME,
  STATE_MACHINE_NAME,
} from '@cordon/incident';
import { ACCOUNTS, type Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { arnOf, each, iamOf, letThrough, refused, type Request } from './guardrails-rows.ts';

const ATTACKER: Who = 'administrator of security';
const by = (sid: string): readonly string[] => [`SCP cordon-own-accounts/${sid}`];

const CDK_ROLE = iamOf(`role/cdk-hnb659fds-cfn-exec-role-${ACCOUNTS.security}-eu-west-1`, 'security');
const DEPLOY_ROLE = iamOf(`role/cdk-hnb659fds-deploy-role-${ACCOUNTS.security}-eu-west-1`, 'security');
const TRUST = 'iam:UpdateAssumeRolePolicy';
const passing: Request = {
  action: 'iam:PassRole',
  on: CDK_ROLE,
  given: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
};
const taking: Request = { action: 'sts:AssumeRole', on: DEPLOY_ROLE };

/** One action for each pattern of what changes a role. */
const ROLE_CHANGES: readonly (readonly [action: string, does: string, given?: Request['given']])[] = [
  ['iam:AttachRolePolicy', 'gives the role that deploys another power'],
  ['iam:CreateRole', 'makes a role with the name of one that deploys'],
  ['iam:DeleteRole', 'deletes the role that deploys'],
  ['iam:DetachRolePolicy', 'takes a power from the role that deploys'],
  ['iam:PutRolePolicy', 'writes a power into the role that deploys'],
  ['iam:TagRole', 'tags the role that deploys', { 'aws:TagKeys': ['team'] }],
  ['iam:UntagRole', 'takes a tag from the role that deploys', { 'aws:TagKeys': ['team'] }],
  [TRUST, 'has the role that deploys trust somebody else'],
];

const STACK = arnOf('cloudformation', 'stack/CordonSecurityHome/0a1b', 'security');
const STACK_CHANGES: readonly (readonly [action: string, does: string, on?: string])[] = [
  ['ContinueUpdateRollback', 'has CloudFormation leave a stack half rolled back'],
  ['CreateChangeSet', 'has CloudFormation prepare another template'],
  ['DeleteStack', 'has CloudFormation delete what Cordon is'],
  ['ExecuteChangeSet', 'has CloudFormation deploy a change that lay ready'],
  ['RollbackStack', 'has CloudFormation go back to an older Cordon'],
  ['UpdateStack', 'has CloudFormation deploy another template in its place'],
];

const BUCKET = `arn:aws:s3:::cdk-hnb659fds-assets-${ACCOUNTS.security}-eu-west-1`;
const CODE = `${BUCKET}/0a1b2c.zip`;
const publishing: Request = { action: 's3:PutObject', on: CODE };

const deployment: readonly PowerCase[] = [
  ...refused(
    by('KeepDeployment'),
    ROLE_CHANGES.map(([action, does, given]) => ({
      as: ATTACKER,
      does,
      action,
      on: CDK_ROLE,
      ...(given === undefined ? {} : { given }),
    })),
  ),
  ...refused(
    by('TakeNoDeployment'),
    each([ATTACKER, 'cdk of security', 'root of security'], {
      does: 'takes the role that deploys',
      ...taking,
    }),
  ),
  ...refused(by('TakeNoDeployment'), [
    {
      as: 'administrator of evidence',
      does: 'takes the role that deploys the vault',
      action: 'sts:AssumeRole',
      on: iamOf(`role/cdk-hnb659fds-deploy-role-${ACCOUNTS.evidence}-eu-west-1`, 'evidence'),
    },
  ]),
  ...refused(by('PassNoDeployment'), [
    { as: ATTACKER, does: 'hands CloudFormation the role that deploys', ...passing },
  ]),
  ...refused(
    by('KeepStacks'),
    STACK_CHANGES.map(([action, does, on = STACK]) => ({
      as: ATTACKER,
      does,
      action: `cloudformation:${action}`,
      on,
    })),
  ),
  ...refused(by('KeepCode'), [
    { as: ATTACKER, does: 'lays down other code for the next deployment', ...publishing },
    {
      as: ATTACKER,
      does: 'has code replicated for the next deployment',
      action: 's3:ReplicateObject',
      on: CODE,
    },
    { as: ATTACKER, does: 'lets strangers lay down code', action: 's3:PutBucketPolicy', on: BUCKET },
    {
      as: ATTACKER,
      does: 'lets strangers lay down code by an access list',
      action: 's3:PutBucketAcl',
      on: BUCKET,
    },
    { as: ATTACKER, does: 'gives code that lies there to a stranger', action: 's3:PutObjectAcl', on: CODE },
    {
      as: ATTACKER,
      does: 'deletes the bucket, so that a stranger can make one of its name',
      action: 's3:DeleteBucket',
      on: BUCKET,
    },
  ]),
  ...letThrough([
    { as: 'break-glass of security', does: 'mends the role that deploys', action: TRUST, on: CDK_ROLE },
    { as: 'break-glass of security', does: 'takes the role that deploys', ...taking },
    ...each(['cdk deploy of security', 'break-glass of security'], {
      does: 'hands CloudFormation the role that deploys',
      ...passing,
    }),
    ...each(['cdk deploy of security', 'stack set in security', 'break-glass of security'], {
      does: 'brings a new version of a stack',
      action: 'cloudformation:UpdateStack',
      on: STACK,
    }),
    ...each(['cdk publish of security', 'break-glass of security'], {
      does: 'lays down the code of a deployment',
      ...publishing,
    }),
    {
      as: ATTACKER,
      does: 'changes a role of its own',
      action: TRUST,
      on: iamOf('role/administrator', 'security'),
    },
    {
      as: ATTACKER,
      does: 'passes a role of its own',
      ...passing,
      on: iamOf('role/administrator', 'security'),
    },
    {
      as: ATTACKER,
      does: 'writes into a bucket of its own',
      action: 's3:PutObject',
      on: 'arn:aws:s3:::mine/a',
    },
  ]),
];

const FUNCTION = arnOf('lambda', 'function:cordon-take-custody', 'security');
const RECORDER = arnOf('lambda', `function:${RECORDER_FUNCTION_NAME}`, 'evidence');
const OPERATOR = arnOf('lambda', `function:${OPERATOR_FUNCTION_NAME}`, 'security');
const SOURCE = arnOf('lambda', 'event-source-mapping:0a1b', 'security');
const ofFunction = { 'lambda:FunctionArn': FUNCTION };
const FUNCTION_CHANGES: readonly (readonly [action: string, does: string])[] = [
  ['AddPermission', 'lets strangers call a function'],
  ['CreateFunctionUrlConfig', 'gives a function an address of its own'],
  ['DeleteFunction', 'deletes a function'],
  ['PutFunctionConcurrency', 'has a function never run'],
  ['RemovePermission', 'takes the right to call a function from who needs it'],
  ['UpdateFunctionCode', 'gives a function other code'],
];
const rewriting: Request = { action: 'lambda:UpdateFunctionCode', on: FUNCTION };
const mapping: Request = {
  action: 'lambda:CreateEventSourceMapping',
  on: '*',
  given: ofFunction,
};
const calling: Request = { action: 'lambda:InvokeFunction', on: FUNCTION };

const functions: readonly PowerCase[] = [
  ...refused(by('KeepFunctions'), [
    ...FUNCTION_CHANGES.map(([action, does]) => ({
      as: ATTACKER,
      does,
      action: `lambda:${action}`,
      on: FUNCTION,
    })),
    {
      as: 'administrator of evidence',
      does: 'gives the recorder other code, which could sign anything',
      action: 'lambda:UpdateFunctionCode',
      on: RECORDER,
    },
    { as: 'cdk deploy of security', does: 'gives a function other code', ...rewriting },
  ]),
  ...refused(by('KeepSources'), [
    { as: ATTACKER, does: 'puts a queue of its own in front of a function', ...mapping },
    {
      as: ATTACKER,
      does: 'has intake wait long for findings',
      action: 'lambda:UpdateEventSourceMapping',
      on: SOURCE,
      given: ofFunction,
    },
    {
      as: ATTACKER,
      does: 'takes the findings queue from intake',
      action: 'lambda:DeleteEventSourceMapping',
      on: SOURCE,
      given: ofFunction,
    },
  ]),
  ...refused(by('CallNoFunction'), [
    ...['InvokeAsync', 'InvokeFunction'].map((action) => ({
      as: ATTACKER,
      does: `calls a step in the workflow's place with ${action}`,
      action: `lambda:${action}`,
      on: FUNCTION,
    })),
    {
      as: 'administrator of evidence',
      does: 'has the recorder sign for it',
      action: 'lambda:InvokeFunction',
      on: RECORDER,
    },
    { as: 'cdk of security', does: "calls a step in the workflow's place", ...calling },
    {
      as: 'approver',
      does: 'calls the operator function past its URL, to say itself who calls',
      action: 'lambda:InvokeFunction',
      on: OPERATOR,
      given: { 'lambda:InvokedViaFunctionUrl': 'false' },
    },
  ]),
  ...refused(by('CallNoUrl'), [
    {
      as: ATTACKER,
      does: 'decides through the URL of the operator function',
      action: 'lambda:InvokeFunctionUrl',
      on: OPERATOR,
    },
  ]),
  ...letThrough([
    ...each(['approver', 'break-glass of security'], {
      does: 'decides through the URL of the operator function',
      action: 'lambda:InvokeFunctionUrl',
      on: OPERATOR,
    }),
    {
      as: 'approver',
      does: 'reaches the operator function through its URL',
      action: 'lambda:InvokeFunction',
      on: OPERATOR,
      given: { 'lambda:InvokedViaFunctionUrl': 'true' },
    },
    {
      as: ATTACKER,
      does: 'calls the URL of a function of its own',
      action: 'lambda:InvokeFunctionUrl',
      on: arnOf('lambda', 'function:mine', 'security'),
    },
  ]),
  ...letThrough([
    ...each(['cdk of security', 'break-glass of security'], { does: 'brings new code', ...rewriting }),
    ...each(['cdk of security', 'break-glass of security'], { does: 'sets a source of events', ...mapping }),
    ...each(['workflow', 'break-glass of security'], { does: 'calls a step', ...calling }),
    {
      as: ATTACKER,
      does: 'changes a function of its own',
      action: 'lambda:UpdateFunctionCode',
      on: arnOf('lambda', 'function:mine', 'security'),
    },
    {
      as: ATTACKER,
      does: 'calls a function of its own',
      action: 'lambda:InvokeFunction',
      on: arnOf('lambda', 'function:mine', 'security'),
    },
    {
      as: ATTACKER,
      does: 'puts a queue in front of a function of its own',
      ...mapping,
      given: { 'lambda:FunctionArn': arnOf('lambda', 'function:mine', 'security') },
    },
  ]),
];

const MACHINE = arnOf('states', `stateMachine:${STATE_MACHINE_NAME}`, 'security');
const TABLE = arnOf('dynamodb', `table/${INCIDENT_TABLE_NAME}`, 'security');
const TABLE_CHANGES: readonly (readonly [action: string, does: string])[] = [
  ['DeleteTable', 'deletes every incident'],
  ['PutResourcePolicy', 'lets strangers write incidents'],
  ['UpdateContinuousBackups', 'turns the backups of incidents off'],
  ['UpdateTable', 'takes the protection from the table of incidents'],
  ['UpdateTimeToLive', 'has incidents end by themselves'],
];
const WRITES = [
  'BatchWriteItem',
  'DeleteItem',
  'PartiQLDelete',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PutItem',
  'UpdateItem',
] as const;
const redefining: Request = { action: 'states:UpdateStateMachine', on: MACHINE };
const retabling: Request = { action: 'dynamodb:UpdateTable', on: TABLE };
const writing: Request = { action: 'dynamodb:PutItem', on: TABLE };

const records: readonly PowerCase[] = [
  ...refused(by('KeepWorkflow'), [
    { as: ATTACKER, does: 'deletes the workflow', action: 'states:DeleteStateMachine', on: MACHINE },
    { as: ATTACKER, does: 'has the workflow skip evidence', ...redefining },
  ]),
  ...refused(
    by('KeepTable'),
    TABLE_CHANGES.map(([action, does]) => ({ as: ATTACKER, does, action: `dynamodb:${action}`, on: TABLE })),
  ),
  ...refused(
    by('WriteNoIncident'),
    WRITES.map((action) => ({
      as: ATTACKER,
      does: `rewrites an incident by ${action}`,
      action: `dynamodb:${action}`,
      on: TABLE,
    })),
  ),
  ...letThrough([
    ...each(['cdk of security', 'break-glass of security'], { does: 'brings a new workflow', ...redefining }),
    ...each(['cdk of security', 'break-glass of security'], { does: 'changes the table', ...retabling }),
    ...each(['function freeze', 'break-glass of security'], { does: 'writes an incident', ...writing }),
    {
      as: ATTACKER,
      does: 'runs the workflow again, as runbooks say',
      action: 'states:StartExecution',
      on: MACHINE,
    },
    {
      as: ATTACKER,
      does: 'changes a state machine of its own',
      action: 'states:UpdateStateMachine',
      on: arnOf('states', 'stateMachine:mine', 'security'),
    },
  ]),
];

const APPROVALS = arnOf('dynamodb', `table/${APPROVALS_TABLE_NAME}`, 'security');
const TOKEN_ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateBackup',
  'DeleteItem',
  'EnableKinesisStreamingDestination',
  'ExportTableToPointInTime',
  'GetItem',
  'PartiQLSelect',
  'PutItem',
  'Query',
  'RestoreTableToPointInTime',
  'Scan',
  'UpdateItem',
] as const;
const reading: Request = { action: 'dynamodb:GetItem', on: APPROVALS };
const answering: Request = { action: 'states:SendTaskSuccess', on: '*' };

const approvals: readonly PowerCase[] = [
  ...refused(
    by('KeepTokens'),
    TOKEN_ACTIONS.map((action) => ({
      as: ATTACKER,
      does: `takes a task token, or puts a question of its own, by ${action}`,
      action: `dynamodb:${action}`,
      on: APPROVALS,
    })),
  ),
  ...refused(by('KeepTable'), [
    { as: ATTACKER, does: 'deletes all that waits', action: 'dynamodb:DeleteTable', on: APPROVALS },
  ]),
  ...refused(by('AnswerNoWorkflow'), [
    { as: ATTACKER, does: "answers the workflow in a person's place", ...answering },
    {
      as: ATTACKER,
      does: 'has the workflow give up asking',
      action: 'states:SendTaskFailure',
      on: '*',
    },
  ]),
  ...letThrough([
    ...each(['operator function', 'break-glass of security'], { does: 'reads what waits', ...reading }),
    ...each(['operator function', 'break-glass of security'], {
      does: 'tells the workflow what was decided',
      ...answering,
    }),
    {
      as: ATTACKER,
      does: 'reads a table of its own',
      action: 'dynamodb:GetItem',
      on: arnOf('dynamodb', 'table/mine', 'security'),
    },
  ]),
];

/** Cases about the security, evidence and forensics accounts. */
export const guardrailsOwnAccountsCases: readonly PowerCase[] = [
  ...deployment,
  ...functions,
  ...records,
  ...approvals,
];
