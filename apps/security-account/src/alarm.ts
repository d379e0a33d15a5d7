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
  /** ARN of the topic to tell; absent where a rule forwards the alarm. */
  readonly topic?: string;
}

/** An alarm on one minute of a metric. No data is no news: the metrics watched here are written when something happens. */
export const alarm = (scope: Construct, id: string, props: AlarmProps): CfnAlarm =>
  new CfnAlarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    namespace: props.namespace,
    metricName: props.metric,
    dimensions: Object.entries(props.dimensions).map(([name, value]) => ({ name, value })),
    statistic: props.statistic,
    period: 60,
    evaluationPeriods: 1,
    threshold: props.threshold ?? 1,
    comparisonOperator: 'GreaterThanOrEqualToThreshold',
    treatMissingData: 'notBreaching',
    ...(props.topic === undefined ? {} : { alarmActions: [props.topic] }),
  });
