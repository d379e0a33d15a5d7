/** Findings as GuardDuty puts them on the bus. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-guardduty.html */
export const FINDINGS_PATTERN = { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] };

/** The alarm of a Region about findings that did not leave it. */
export const UNDELIVERED_ALARM_NAME = 'cordon-findings-undelivered';

/** Alarms of ours in another account, when they go off. */
export const alarmsOf = (account: string): object => ({
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  account: [account],
  detail: { alarmName: [{ prefix: 'cordon-' }], state: { value: ['ALARM'] } },
});

/** That alarm, when it goes off. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export const UNDELIVERED_PATTERN = {
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: { alarmName: [UNDELIVERED_ALARM_NAME], state: { value: ['ALARM'] } },
};
