import {
  COVERAGE_FUNCTION_NAME,
  COVERAGE_TABLE_NAME,
  TRIED_DUTIES,
  tryFunctionName,
  dutyTriedBy,
  type TriedDuty,
} from '@cordon/incident/coverage';
import { dutyRoleArn, type StepName } from '@cordon/incident';
import { homeArn, logsOf, telling } from './functions.ts';
import type { Names, Statement } from './statement.ts';

/**
 * What the function of coverage may do: list accounts, ask the functions that try, keep its table, tell. It acts as no duty. ListAccounts has
 * no resource level: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
 */
export const coverageStatements = (names: Names): readonly Statement[] => [
  { Sid: 'ListAccounts', Effect: 'Allow', Action: 'organizations:ListAccounts', Resource: '*' },
  {
    Sid: 'AskToTry',
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: TRIED_DUTIES.map((duty) => homeArn(names, 'lambda', `function:${tryFunctionName(duty)}`)),
  },
  {
    Sid: 'KeepCoverage',
    Effect: 'Allow',
    Action: ['dynamodb:Scan', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    Resource: homeArn(names, 'dynamodb', `table/${COVERAGE_TABLE_NAME}`),
  },
  ...telling(names),
  logsOf(names, COVERAGE_FUNCTION_NAME),
];

/** What a step's role may do more where duties are tried by it: write the log of the function that tries. */
export const tryLogStatements = (names: Names, step: StepName): readonly Statement[] => {
  const duty = dutyTriedBy(step);
  return duty === undefined ? [] : [{ ...logsOf(names, tryFunctionName(duty)), Sid: 'LogOfTrying' }];
};

/**
 * A dry run of the transit key by the acquire duty: directly, for no condition of KMS tells a dry run from a run, and EC2 makes none for its callers.
 * Were it a run, it would give a data key in ciphertext that the duty cannot decrypt.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html
 */
export const TRY_TRANSIT_ACTION = 'kms:GenerateDataKeyWithoutPlaintext';

/** The acquire duty's side of it. */
export const tryTransitStatement = (names: Names): Statement => ({
  Sid: 'TryTransitKey',
  Effect: 'Allow',
  Action: TRY_TRANSIT_ACTION,
  Resource: `arn:${names.partition}:kms:*:${names.evidenceAccount}:key/*`,
});

/** Duties whose calls a dry run cannot show: IAM has none, and EC2 wants what only an incident has made. */
export type SimulatedDuty = Extract<TriedDuty, 'revoke' | 'acquire'>;

/**
 * A duty may ask IAM what its own role may, and no other's: the simulator tells of whomever it is asked.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export const simulateStatement = ({ partition, account }: Names, duty: SimulatedDuty): Statement => ({
  Sid: 'Simulate',
  Effect: 'Allow',
  Action: 'iam:SimulatePrincipalPolicy',
  Resource: dutyRoleArn(partition, account, duty),
});
