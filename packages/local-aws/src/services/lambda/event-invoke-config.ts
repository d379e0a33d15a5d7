import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import type { LambdaFunction } from './state.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
const LIMITS = { retries: 2, leastAgeSeconds: 60, mostAgeSeconds: 21_600 };

/**
 * Lambda refuses a queue for failures that the function's role may not send to.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 *
 * @throws Error for what is no queue, or one that the role may not send to
 */
export const checkFailureQueue = (
  deployment: Deployment,
  fn: Pick<LambdaFunction, 'arn' | 'name' | 'roleArn' | 'region'>,
  queueArn: string,
): void => {
  if (queueArn.split(':')[2] !== 'sqs')
    throw new Error(
      `${fn.arn}: ${queueArn} is no queue; the local organization keeps failures in queues alone`,
    );
  const caller = deployment.host.callerForRole(fn.roleArn, fn.name);
  const check = { action: 'sqs:SendMessage', resource: queueArn, account: queueArn.split(':')[4] ?? '' };
  const decision = deployment.host.decideFor(caller, fn.region, check);
  if (decision.verdict === 'deny')
    throw new Error(
      `${fn.arn}: role ${fn.roleArn} may not SendMessage on ${queueArn}: ${decision.why}; allow it in the role`,
    );
};

/**
 * Says how a function is invoked in the background, and where its failures go: to a queue. Destinations for successes are not implemented.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
 *
 * @param functionNamed finds the function, or throws
 */
export const createEventInvokeConfig = (
  resource: ResolvedResource,
  deployment: Deployment,
  functionNamed: (reference: string) => LambdaFunction,
): Created => {
  const properties = new ResourceProperties(resource, [
    'FunctionName',
    'Qualifier',
    'MaximumRetryAttempts',
    'MaximumEventAgeInSeconds',
    'DestinationConfig',
  ]);
  const fn = functionNamed(properties.requiredText('FunctionName'));
  properties.oneOf('Qualifier', ['$LATEST']);
  const retries = properties.number('MaximumRetryAttempts');
  if (retries !== undefined && (retries < 0 || retries > LIMITS.retries))
    throw properties.refuse('MaximumRetryAttempts', `0 to ${LIMITS.retries}`);
  const age = properties.number('MaximumEventAgeInSeconds');
  if (age !== undefined && (age < LIMITS.leastAgeSeconds || age > LIMITS.mostAgeSeconds))
    throw properties.refuse(
      'MaximumEventAgeInSeconds',
      `${LIMITS.leastAgeSeconds} to ${LIMITS.mostAgeSeconds}`,
    );
  const failureArn = properties
    .within('DestinationConfig', ['OnFailure'])
    ?.within('OnFailure', ['Destination'])
    ?.requiredText('Destination');
  if (failureArn !== undefined) checkFailureQueue(deployment, fn, failureArn);
  fn.asynchronous = {
    ...(retries === undefined ? {} : { maximumRetryAttempts: retries }),
    ...(age === undefined ? {} : { maximumEventAgeSeconds: age }),
    ...(failureArn === undefined ? {} : { failureArn }),
  };
  return { ref: `${fn.name}-event-invoke-config`, attributes: {} };
};
