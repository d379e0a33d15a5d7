import {
  arn,
  breakGlass,
  cdkDeploy,
  cdkPublish,
  CHANGE_ROLES,
  CHANGE_STACKS,
  roles,
  stackSetRoles,
  unless,
  type Where,
} from './principals.ts';

/**
 * How stacks come into an account that CDK deploys to. Whoever could take one of these roles, change it, or have CloudFormation use it
 * would be let through all that follows. An account elsewhere that the bootstrap trusts is bound by its own policies.
 *
 * @param deployers roles that may take CDK's, beside break-glass
 */
export const deploymentStatements = (where: Where, deployers: readonly string[]): readonly object[] => [
  {
    Sid: 'KeepDeployment',
    Effect: 'Deny',
    Action: CHANGE_ROLES,
    Resource: roles(where, 'cdk-*'),
    Condition: unless(breakGlass(where)),
  },
  {
    Sid: 'TakeNoDeployment',
    Effect: 'Deny',
    Action: 'sts:AssumeRole',
    Resource: roles(where, 'cdk-*'),
    Condition: unless(breakGlass(where), ...deployers),
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
    Action: CHANGE_STACKS,
    Resource: '*',
    Condition: unless(cdkDeploy(where), stackSetRoles(where), breakGlass(where)),
  },
  // The bucket that the next deployment takes the functions' code and the templates from. By its policy, an access list or another owner of
  // its name strangers would write there, whom no SCP binds; and what lies there already is not laid down again.
  {
    Sid: 'KeepCode',
    Effect: 'Deny',
    Action: ['s3:DeleteBucket', 's3:PutBucket*', 's3:PutObject', 's3:PutObjectAcl', 's3:ReplicateObject'],
    Resource: arn(where, 's3:::cdk-*-assets-*'),
    Condition: unless(cdkPublish(where), breakGlass(where)),
  },
];
