import type { Deployment } from '../../core/operation.ts';
import type { ResourceProperties } from '../resource-properties.ts';
import type { LambdaFunction } from './state.ts';

/**
 * Active tracing takes rights of the function's role. Lambda's page names them; that it refuses a role without the first one is what people have met
 * ("The provided execution role does not have permissions to call PutTraceSegments on XRAY"), no page of AWS's. Traces themselves have no place here.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 *
 * @throws Error for a mode that Lambda does not have, and for a role that may not send segments
 */
export const checkTracing = (
  properties: ResourceProperties,
  { host }: Deployment,
  { arn, name, roleArn, region }: Pick<LambdaFunction, 'arn' | 'name' | 'roleArn' | 'region'>,
): void => {
  const mode = properties.within('TracingConfig', ['Mode'])?.oneOf('Mode', ['Active', 'PassThrough']);
  if (mode !== 'Active') return;
  const caller = host.callerForRole(roleArn, name);
  const { verdict, why } = host.decideFor(caller, region, {
    action: 'xray:PutTraceSegments',
    resource: '*',
    account: caller.account,
  });
  if (verdict === 'deny')
    throw new Error(
      `${arn}: the role ${roleArn} does not have permissions to call PutTraceSegments on XRAY: ${why}; allow it in the role, or leave TracingConfig out`,
    );
};
