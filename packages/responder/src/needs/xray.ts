import type { CordonConfig } from '@cordon/incident';
import type { Statement } from './statement.ts';

/** Whether a deployment wants traces. */
type Wanted = Pick<CordonConfig, 'xray'>;

/**
 * None of X-Ray's actions here has a resource level, and none reads a trace:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
const sending = ({ xray }: Wanted, ...more: readonly string[]): readonly Statement[] =>
  xray === undefined
    ? []
    : [
        {
          Sid: 'SendSegments',
          Effect: 'Allow',
          Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', ...more],
          Resource: '*',
        },
      ];

/**
 * What Lambda needs of a function's role so that X-Ray hears of its runs; nothing where the deployment does not want it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export const functionTraceStatements = (wanted: Wanted): readonly Statement[] => sending(wanted);

/**
 * What Step Functions needs of a state machine's role, which asks for sampling rules itself.
 * https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
 */
export const workflowTraceStatements = (wanted: Wanted): readonly Statement[] =>
  sending(wanted, 'xray:GetSamplingRules', 'xray:GetSamplingTargets');
