import { Aws, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { BUS_NAME, IAM_PATH, type CordonConfig } from '@cordon/incident';
import { alarm, deploymentNames, policyDocument, Queue, serviceTrust } from '@cordon/constructs';
import {
  FINDINGS_PATTERN,
  inspectorPattern,
  UNDELIVERED_ALARM_NAME,
  UNDELIVERED_PATTERN,
  WEAKNESSES_RULE_NAME,
} from './event-patterns.ts';
import { LandingBucket } from './landing-bucket.ts';
import { ToolsBucket } from './tools-bucket.ts';

/**
 * The security account in every Region. GuardDuty puts findings on the default bus of their own Region (aws-facts 1.1);
 * one rule forwards them to the home Region's bus. What cannot be forwarded waits in a queue beside the rule, and the
 * alarm about it takes the same way: an alarm's action cannot reach a topic of another Region.
 */
export class SecurityRegionStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: forwards findings of one Region to the home Region' });
    const { accounts, homeRegion, evidence } = config;
    const weaknesses = inspectorPattern(config);
    const bus = `arn:${Aws.PARTITION}:events:${homeRegion}:${accounts.security}:event-bus/${BUS_NAME}`;
    // Named by CloudFormation: the same stack in another Region makes another of the account's roles.
    const role = new CfnRole(this, 'ForwardRole', {
      path: IAM_PATH,
      assumeRolePolicyDocument: serviceTrust('events.amazonaws.com', Aws.ACCOUNT_ID),
      policies: [
        {
          policyName: 'forward',
          policyDocument: policyDocument([
            { Sid: 'PutOnHomeBus', Effect: 'Allow', Action: 'events:PutEvents', Resource: bus },
          ]),
        },
      ],
    });
    if (evidence.memory !== undefined) new ToolsBucket(this, 'Tools', accounts.security);
    if (evidence.memory?.landing !== undefined) new LandingBucket(this, 'Landing', deploymentNames(config));
    const undelivered = new Queue(this, 'Undelivered', {});
    const forward = (ruleId: string, description: string, eventPattern: object, name?: string): string =>
      new CfnRule(this, ruleId, {
        description,
        eventPattern,
        ...(name === undefined ? {} : { name }),
        targets: [
          {
            id: 'home-bus',
            arn: bus,
            roleArn: role.attrArn,
            deadLetterConfig: { arn: undelivered.resource.attrArn },
          },
        ],
      }).attrArn;
    undelivered.admit([
      forward('ForwardFindings', 'GuardDuty findings to the home Region', FINDINGS_PATTERN),
      ...(weaknesses === undefined
        ? []
        : [
            forward(
              'ForwardWeaknesses',
              'Findings of Amazon Inspector to the home Region',
              weaknesses,
              WEAKNESSES_RULE_NAME,
            ),
          ]),
      forward(
        'ForwardAlarm',
        'The alarm about findings that were not forwarded, to the home Region',
        UNDELIVERED_PATTERN,
      ),
    ]);
    alarm(this, 'UndeliveredAlarm', {
      name: UNDELIVERED_ALARM_NAME,
      description:
        'Findings of this Region did not reach the home Region; they wait in the queue of the rule',
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: undelivered.resource.attrQueueName },
      statistic: 'Maximum',
    });
  }
}
