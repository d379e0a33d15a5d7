import { DISPOSER_FUNCTION_NAME, dutyRoleArn, KEEPER_FUNCTION_NAME, TAGS, vaultArns } from '@cordon/incident';
import { ofIncident, SESSION_INCIDENT, type Names, type Statement } from './statement.ts';

/**
 * The disposer duty in the evidence account: deletes copies and objects of its session's incident, and nothing else. What is locked or under
 * hold EC2 and S3 keep from it: it can unlock nothing, bypass no governance and lift no hold. Ledgers and certificates it cannot reach.
 */
export const disposerStatements = (names: Names): readonly Statement[] => {
  return [
    {
      Sid: 'DestroyCopies',
      Effect: 'Allow',
      Action: 'ec2:DeleteSnapshot',
      Resource: `arn:${names.partition}:ec2:*::snapshot/*`,
      Condition: { StringEquals: { [`aws:ResourceTag/${TAGS.hop}`]: 'evidence', ...ofIncident } },
    },
    {
      Sid: 'DestroyObjects',
      Effect: 'Allow',
      Action: 's3:DeleteObjectVersion',
      Resource: vaultArns(names.partition, names.evidenceAccount).flatMap((vault) => [
        `${vault}/incidents/${SESSION_INCIDENT}/objects/*`,
        `${vault}/incidents/${SESSION_INCIDENT}-*/objects/*`,
      ]),
    },
  ];
};

/** What the disposer's function may do with its own role: ask the keeper what is next, act as its duty, and log. */
export const disposerFunctionStatements = (names: Names): readonly Statement[] => {
  const own = `${names.homeRegion}:${names.evidenceAccount}`;
  return [
    {
      Sid: 'AskKeeper',
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: `arn:${names.partition}:lambda:${own}:function:${KEEPER_FUNCTION_NAME}`,
    },
    {
      Sid: 'AssumeDuty',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Resource: dutyRoleArn(names.partition, names.evidenceAccount, 'disposer'),
    },
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:${names.partition}:logs:${own}:log-group:/aws/lambda/${DISPOSER_FUNCTION_NAME}:*`,
    },
  ];
};
