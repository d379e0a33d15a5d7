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
