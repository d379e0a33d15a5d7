import { join } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  CHAT_TOPIC_NAME,
  IAM_PATH,
  NOTIFIER_FUNCTION_NAME,
  noticeQueueName,
  UNDELIVERED_NOTICES_QUEUE_NAME,
  type CordonConfig,
} from '@cordon/incident';
import { noticeWays, type NotificationSettings } from '@cordon/incident/notifications';
import { notifierStatements } from '@cordon/responder/needs';
import {
  alarm,
  deploymentNames,
  HandlerFunction,
  onlyEncryptedTransport,
  policyDocument,
  Queue,
  functionAlarm,
} from '@cordon/constructs';

/** Longer than a secret, and one answer of a receiver that lets us wait, take; ten messages are sent side by side. */
const TIMEOUT_SECONDS = 20;
/** Six times the timeout, as Lambda advises; and so long until a message that was not sent is tried again. */
const TRIED_EVERY_SECONDS = 6 * TIMEOUT_SECONDS;
/** An hour of tries: an outage of a receiver that lasts longer is a person's matter. */
const TRIES = 30;

/** What people are told by. */
interface NotificationsProps {
  readonly config: CordonConfig;
  readonly settings: NotificationSettings;
  /** Folder that holds the notifier's bundle. */
  readonly codeRoot: string;
  /** ARN of the topic that all is published to. */
  readonly topic: string;
}

/**
 * The ways that a deployment wants people to be told by, and nothing where it wants none. Mail is SNS's own. Each other way has a queue of its
 * own behind the topic, so that a receiver that is down holds up neither containment nor the other ways; what was not sent in an hour lies in
 * one queue, with an alarm.
 */
export class Notifications extends Construct {
  /** Names of its alarms. */
  readonly alarms: readonly string[];

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { settings, topic } = props;
    for (const [index, endpoint] of settings.email.entries())
      new CfnSubscription(this, `Mail${index}`, { topicArn: topic, protocol: 'email', endpoint });
    if (settings.chat) this.#chatTopic();
    this.alarms = noticeWays(settings).length > 0 ? this.#notifier(props) : [];
  }

  /** Of the notifier alone: what is rendered in a chat must come from nobody else. */
  #chatTopic(): void {
    const topic = new CfnTopic(this, 'Chat', { topicName: CHAT_TOPIC_NAME, displayName: 'Cordon' });
    const notifier = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role${IAM_PATH}${NOTIFIER_FUNCTION_NAME}`;
    new CfnTopicPolicy(this, 'ChatPolicy', {
      topics: [topic.ref],
      policyDocument: policyDocument([
        {
          Sid: 'OnlyNotifier',
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sns:Publish',
          Resource: topic.ref,
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': notifier } },
        },
        onlyEncryptedTransport('sns:Publish', topic.ref),
      ]),
    });
  }

  #notifier({ config, settings, codeRoot, topic }: NotificationsProps): readonly string[] {
    const undelivered = new Queue(this, 'Undelivered', { name: UNDELIVERED_NOTICES_QUEUE_NAME });
    const handler = new HandlerFunction(this, 'Function', {
      name: NOTIFIER_FUNCTION_NAME,
      description: 'Cordon: tells people where they are',
      code: join(codeRoot, 'notifier'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      statements: notifierStatements(deploymentNames(config), settings),
    });
    for (const way of noticeWays(settings)) {
      const queue = new Queue(this, `Notices-${way}`, {
        name: noticeQueueName(way),
        visibilityTimeoutSeconds: TRIED_EVERY_SECONDS,
        deadLetters: { queue: undelivered, maxReceiveCount: TRIES },
      });
      queue.admitTopic(topic);
      new CfnSubscription(this, `To-${way}`, {
        topicArn: topic,
        protocol: 'sqs',
        endpoint: queue.resource.attrArn,
      });
      // Two batches at a time at most for each way: a flood of messages leaves Lambda's concurrency to containment.
      new CfnEventSourceMapping(this, `From-${way}`, {
        functionName: handler.resource.ref,
        eventSourceArn: queue.resource.attrArn,
        batchSize: 10,
        scalingConfig: { maximumConcurrency: 2 },
        functionResponseTypes: ['ReportBatchItemFailures'],
      });
    }
    const failed = functionAlarm(this, 'notifier-failed', {
      functionName: NOTIFIER_FUNCTION_NAME,
      name: `${NOTIFIER_FUNCTION_NAME}-failed`,
      description: 'The function that tells people where they are ended with an error',
      metric: 'Errors',
      topic,
    });
    const waiting = alarm(this, 'notices-undelivered', {
      name: UNDELIVERED_NOTICES_QUEUE_NAME,
      description: `A message to people was not sent for an hour; the queue ${UNDELIVERED_NOTICES_QUEUE_NAME} says which`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: undelivered.resource.attrQueueName },
      statistic: 'Maximum',
      topic,
    });
    return [failed, waiting].flatMap(({ alarmName }) => alarmName ?? []);
  }
}
