import { createHash } from 'node:crypto';

import type { Place } from './place.ts';
import { refuse } from './place.ts';
import type { StackEnvironment } from './stack-environment.ts';

type Pseudo = (environment: StackEnvironment, place: Place) => string;

// AWS::NoValue is not among them: it is read as a node of its own. AWS::NotificationARNs is a list that no environment gives.
const PSEUDO_PARAMETERS: ReadonlyMap<string, Pseudo> = new Map<string, Pseudo>([
  ['AWS::AccountId', (environment) => environment.account],
  ['AWS::Region', (environment) => environment.region],
  ['AWS::Partition', (environment) => environment.partition],
  ['AWS::StackName', (environment) => environment.stackName],
  ['AWS::StackId', stackId],
  ['AWS::URLSuffix', urlSuffix],
]);

/** Tells whether `name` is a pseudo parameter that `pseudoParameter` can give. */
export function isPseudoParameter(name: string): boolean {
  return PSEUDO_PARAMETERS.has(name);
}

/**
 * Gives the value of a pseudo parameter, or undefined if `name` is not one.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
 */
export function pseudoParameter(
  name: string,
  environment: StackEnvironment,
  place: Place,
): string | undefined {
  return PSEUDO_PARAMETERS.get(name)?.(environment, place);
}

// AWS ends the id with a random UUID; here it comes from the stack's own names, so that a deployment can be repeated.
function stackId({ partition, region, account, stackName }: StackEnvironment): string {
  const hex = createHash('sha256').update(`${partition}/${region}/${account}/${stackName}`).digest('hex');
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/${uuid}`;
}

function urlSuffix({ partition }: StackEnvironment, place: Place): string {
  switch (partition) {
    case 'aws':
    case 'aws-us-gov':
      return 'amazonaws.com';
    case 'aws-cn':
      return 'amazonaws.com.cn';
    default:
      return refuse(
        place,
        `the URL suffix of partition '${partition}' is not known; wanted aws, aws-us-gov or aws-cn`,
      );
  }
}
