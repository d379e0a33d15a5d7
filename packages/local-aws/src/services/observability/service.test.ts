import { describe, expect, it } from 'vitest';
import { ACCOUNT, REGION, bench } from '../testing.ts';
import { observabilityService } from './service.ts';
import { observabilityState } from './state.ts';

const ALARM = {
  AlarmName: 'depth',
  ComparisonOperator: 'GreaterThanThreshold',
  EvaluationPeriods: 1,
  Threshold: 0,
  MetricName: 'ApproximateNumberOfMessagesVisible',
  Namespace: 'AWS/SQS',
  Statistic: 'Maximum',
  Period: 60,
  Dimensions: [{ Name: 'QueueName', Value: 'dead' }],
  AlarmActions: ['arn:aws:sns:eu-west-1:111111111111:pages'],
  TreatMissingData: 'notBreaching',
};

const widget = (metrics: unknown, more: object = {}) =>
  JSON.stringify({ widgets: [{ type: 'metric', properties: { region: REGION, metrics, ...more } }] });

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
describe('dashboards', () => {
  it('are kept as they are written', () => {
    const on = bench(observabilityService);
    const DashboardBody = widget([['AWS/EC2', 'CPUUtilization', 'InstanceId', 'i-1', { stat: 'Maximum' }]]);
    expect(on.create('AWS::CloudWatch::Dashboard', { DashboardName: 'all', DashboardBody }).ref).toBe('all');
    expect(on.world.of(observabilityState, ACCOUNT, REGION).dashboards.get('all')?.body).toBe(DashboardBody);
  });

  it.each([
    [{ DashboardName: 'a b', DashboardBody: widget([['a', 'b']]) }, 'letters, digits'],
    [{ DashboardBody: '{' }, 'JSON'],
    [{ DashboardBody: widget([['AWS/EC2', 'CPUUtilization', 'InstanceId']]) }, 'pairs of a dimension'],
    [{ DashboardBody: widget([]) }, 'metrics, from 1'],
    [
      { DashboardBody: JSON.stringify({ widgets: [{ type: 'picture', properties: {} }] }) },
      'widget 0 of type',
    ],
    [
      { DashboardBody: JSON.stringify({ widgets: [{ type: 'alarm', properties: { alarms: ['one'] } }] }) },
      'widget 0 with alarms',
    ],
  ])('refuses case %#', (properties, message) => {
    expect(() => bench(observabilityService).create('AWS::CloudWatch::Dashboard', properties)).toThrow(
      message,
    );
  });
});

describe('alarms and log groups', () => {
  it('are kept for who judges them', () => {
    const on = bench(observabilityService);
    expect(on.create('AWS::CloudWatch::Alarm', ALARM)).toEqual({
      ref: 'depth',
      attributes: { Arn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:depth` },
    });
    expect(
      on.create('AWS::Logs::LogGroup', { LogGroupName: '/a/b', RetentionInDays: 365 }).attributes,
    ).toEqual({ Arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/a/b:*` });
    const { alarms, logGroups } = on.world.of(observabilityState, ACCOUNT, REGION);
    expect(alarms.get('depth')?.alarmActions).toEqual(ALARM.AlarmActions);
    expect(logGroups.get('/a/b')?.retentionDays).toBe(365);
  });

  it.each([
    ['AWS::CloudWatch::Alarm', { ...ALARM, ThresholdMetricId: 'x' }, 'ThresholdMetricId'],
    ['AWS::CloudWatch::Alarm', { ...ALARM, Period: 45 }, 'multiple of 60'],
    ['AWS::CloudWatch::Alarm', { ...ALARM, DatapointsToAlarm: 2 }, 'at most EvaluationPeriods'],
    ['AWS::CloudWatch::Alarm', { ...ALARM, TreatMissingData: 'maybe' }, 'one of breaching'],
    ['AWS::CloudWatch::Alarm', { ...ALARM, Metrics: [{ Id: 'm1' }] }, 'nothing beside Metrics'],
    ['AWS::Logs::LogGroup', { RetentionInDays: 100 }, 'one of 1, 3'],
    ['AWS::Logs::LogGroup', { DataProtectionPolicy: {} }, 'DataProtectionPolicy'],
  ])('%s refuses case %#', (type, properties, message) => {
    expect(() => bench(observabilityService).create(type, properties)).toThrow(message);
  });
});
