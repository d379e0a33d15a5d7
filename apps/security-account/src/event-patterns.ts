import type { CordonConfig } from '@cordon/incident';

/** Findings as GuardDuty puts them on the bus. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-guardduty.html */
export const FINDINGS_PATTERN = { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] };

/**
 * Findings of Amazon Inspector about instances, from the lowest severity that the policy observes; the rest of the policy is intake's.
 * https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
 */
const weaknessesPattern = (observeFrom: 'CRITICAL' | 'HIGH' | 'MEDIUM'): object => {
  const severities = ['CRITICAL', 'HIGH', 'MEDIUM'];
  return {
    source: ['aws.inspector2'],
    'detail-type': ['Inspector2 Finding'],
    detail: {
      severity: severities.slice(0, severities.indexOf(observeFrom) + 1),
      status: ['ACTIVE'],
      resources: { type: ['AWS_EC2_INSTANCE'] },
    },
  };
};

/** Name of the rule that forwards them, and of the one that takes them from our bus. */
export const WEAKNESSES_RULE_NAME = 'cordon-weaknesses';

/** What a deployment wants of Amazon Inspector's events; undefined where it wants none. */
export const inspectorPattern = ({ policy, evidence }: CordonConfig): object | undefined =>
  evidence.inspector === undefined || policy.inspector === undefined
    ? undefined
    : weaknessesPattern(policy.inspector.observeFrom);

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
