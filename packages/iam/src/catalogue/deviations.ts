import type { ResourceTypeUse } from './open-catalogue.ts';

/** Where AWS documents otherwise than its service reference, or the reference cannot say what it means. */
export interface Deviation {
  readonly action: string;
  /** Types marked as required of which a request names one. */
  readonly oneOf?: readonly string[];
  /** Keys that AWS gives although the reference does not list them. */
  readonly keys?: readonly string[];
  /** Types that the action takes although the reference does not list them. */
  readonly types?: readonly ResourceTypeUse[];
  readonly reason: string;
  /** The page of AWS that says so. */
  readonly source: string;
}

/** All known deviations; each must be needed by a check of the local organization. */
export const deviations: readonly Deviation[] = [
  {
    action: 'dynamodb:ConditionCheckItem',
    keys: ['dynamodb:EnclosingOperation'],
    reason:
      "the developer guide's policy that allows ConditionCheckItem within transactions alone is written with this key",
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html',
  },
  {
    action: 'ssm:GetParameters',
    oneOf: ['parameter', 'public-parameter'],
    types: [
      {
        name: 'public-parameter',
        required: false,
        arn: 'arn:${Partition}:ssm:${Region}::parameter/${ParameterNameWithoutLeadingSlash}',
        conditionKeys: [],
      },
    ],
    reason: 'parameters that AWS publishes belong to no account of ours: their ARNs have none',
    source:
      'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html',
  },
  {
    action: 'states:DescribeExecution',
    oneOf: ['execution', 'express'],
    reason:
      'an execution is of a standard or of an express workflow; the reference marks both types as required',
    source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html',
  },
  {
    action: 'states:ListExecutions',
    oneOf: ['statemachine', 'maprun'],
    reason:
      'a request names stateMachineArn or mapRunArn, not both; the reference marks both types as required',
    source: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html',
  },
];

/** The same of actions that no operation of the local organization shows, and power cases ask about. */
export const deviationsOfCases: readonly Deviation[] = [
  {
    action: 'states:RedriveExecution',
    types: [
      {
        name: 'labelled execution',
        required: false,
        arn: 'arn:${Partition}:states:${Region}:${Account}:execution:${StateMachineName}/${MapRunLabel}:${ExecutionId}',
        conditionKeys: [],
      },
    ],
    reason:
      "the page on redriving Map Runs allows the machine's role its children by their label; the reference knows that type, and lists it for no action",
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html',
  },
];
