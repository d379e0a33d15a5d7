import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** What an alarm watches. */
export interface AlarmProps {
  readonly name: string;
  /** What happened, for the person who is woken. */
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Maximum' | 'Sum';
  /** Alarms from this value on; 1 unless given. */
  readonly threshold?: number;
  /** Of one value; a minute unless given. Longer where a metric is written by a clock, so that the alarm does not go off anew each time. */
  readonly periodSeconds?: number;
  /** ARN of the topic to tell; absent where a rule forwards the alarm. */
  readonly topic?: string;
}

/** An alarm on a minute of a metric, or as long as is said. No data is no news: the metrics watched here are written when something happens. */
export const alarm = (scope: Construct, id: string, props: AlarmProps): CfnAlarm =>
  new CfnAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    namespace: props.namespace,
    metricName: props.metric,
    dimensions: Object.entries(props.dimensions).map(([name, value]) => ({ name, value })),
    statistic: props.statistic,
    period: props.periodSeconds ?? 60,
    evaluationPeriods: 1,
    threshold: props.threshold ?? 1,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    treatMissingData: 'notBreaching',
    ...(props.topic === undefined ? {} : { alarmActions: [props.topic] }),
  });

/** An alarm on a metric of one function. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export const functionAlarm = (
  scope: Construct,
  id: string,
  {
    functionName: FunctionName,
    ...props
  }: Pick<AlarmProps, 'name' | 'description' | 'topic'> & {
    readonly functionName: string;
    readonly metric: 'Errors' | 'Throttles';
  },
): CfnAlarm =>
  alarm(scope, id, {
    ...props,
    namespace: 'AWS/Lambda',
    dimensions: { FunctionName },
    statistic: 'Sum',
  });

/** What ends a call of a function without an answer of its own, by the last word of the alarm's name. */
const FUNCTION_METRICS = {
  failed: ['Errors', 'ended with an error'],
  throttled: ['Throttles', 'was refused a start, for too many run at once'],
} as const;

/** The two alarms on a function, `NAME-failed` and `NAME-throttled`: both are in the runbook `NAME-failed`. */
export const functionAlarms = (scope: Construct, functionName: string): void => {
  for (const [what, [metric, happened]] of Object.entries(FUNCTION_METRICS))
    functionAlarm(scope, `Alarm-${functionName}-${what}`, {
      functionName,
      name: `${functionName}-${what}`,
      description: `The function ${functionName} ${happened}; the runbook is ${functionName.replace(/^cordon-/, '')}-failed`,
      metric,
    });
};
