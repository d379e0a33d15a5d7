import { Aws, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { BUS_NAME, IAM_PATH, type CordonConfig } from '@cordon/incident';
import { policyDocument, serviceTrust } from '@cordon/constructs';
import { ALARM_PREFIX, alarm } from './alarm.ts';
import { Queue } from './queue.ts';

/**
 * The security account in every Region. GuardDuty puts findings on the default bus of their own Region (aws-facts 1.1);
 * one rule forwards them to the home Region's bus. What cannot be forwarded waits in a queue beside the rule, and the
 * alarm about it takes the same way: an alarm's action cannot reach a topic of another Region.
 */
export class SecurityRegionStack extends Stack {
  constructor(scope: Construct, id: string, { accounts, homeRegion }: CordonConfig) {
    super(scope, id, { description: 'Cordon: forwards findings of one Region to the home Region' });
    const bus = `arn:${Aws.PARTITION}:events:${homeRegion}:${accounts.security}:event-bus/${BUS_NAME}`;
    // Named by CloudFormation: the same stack in another Region makes another of the account's roles.
    const role = new CfnRole(this, 'ForwardRole', {
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('events.amazonaws.com', Aws.ACCOUNT_ID),
      policies: [
        {
          policyName: 'forward',
          policyDocument: policyDocument([{ Sid: 'PutOnHomeBus', Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }]),
        },
      ],
    });
    const undelivered = new Queue(this, 'Undelivered', {});
    const rule = new CfnRule(this, 'Forward', {
      description: 'GuardDuty findings, and alarms about their forwarding, to the home Region',
      eventPattern: {
        $or: [
          { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] },
          {
            source: ['aws.cloudwatch'],
            'detail-type': ['CloudWatch Alarm State Change'],
            detail: { alarmName: [{ prefix: ALARM_PREFIX.region }], state: { value: ['ALARM'] } },
          },
        ],
      },
      targets: [
        {
          id: 'home-bus',
          arn: bus,
          roleArn: role.attrArn,
          deadLetterConfig: { arn: undelivered.resource.attrArn },
        },
      ],
    });
    undelivered.admit(rule.attrArn);
    alarm(this, 'UndeliveredAlarm', {
      name: `${ALARM_PREFIX.region}findings-undelivered`,
      description: 'Findings of this Region did not reach the home Region; they wait in the queue of the rule',
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: undelivered.resource.attrQueueName },
      statistic: 'Maximum',
    });
  }
}
