import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { onlyEncryptedTransport, policyDocument } from './policy-document.ts';

/** The most that SQS keeps. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const FOURTEEN_DAYS_SECONDS = 14 * 24 * 3_600;

/** What a queue is made of. */
interface QueueProps {
  /** Absent: CloudFormation names it. */
  readonly name?: string;
  readonly visibilityTimeoutSeconds?: number;
  /** As long as SQS can when absent. */
  readonly retentionSeconds?: number;
  readonly deadLetters?: { readonly queue: Queue; readonly maxReceiveCount: number };
}

/** An encrypted queue that keeps messages as long as SQS can, where nothing else is said. */
export class Queue extends Construct {
  readonly resource: CfnQueue;

  constructor(scope: Construct, id: string, props: QueueProps) {
    super(scope, id);
    const { name, visibilityTimeoutSeconds, retentionSeconds, deadLetters } = props;
    this.resource = new CfnQueue(this, 'Queue', {
      ...(name === undefined ? {} : { queueName: name }),
      messageRetentionPeriod: retentionSeconds ?? FOURTEEN_DAYS_SECONDS,
      sqsManagedSseEnabled: true,
      ...(visibilityTimeoutSeconds === undefined ? {} : { visibilityTimeout: visibilityTimeoutSeconds }),
      ...(deadLetters === undefined
        ? {}
        : {
            redrivePolicy: {
              deadLetterTargetArn: deadLetters.queue.resource.attrArn,
              maxReceiveCount: deadLetters.maxReceiveCount,
            },
          }),
    });
  }

  /** Lets these rules of EventBridge send to the queue, and nobody without TLS. */
  admit(ruleArns: readonly string[]): void {
    this.#admit({ Sid: 'FromRules', Principal: { Service: 'events.amazonaws.com' } }, ruleArns);
  }

  /**
   * Lets a topic send to the queue, and nobody without TLS.
   * https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
   */
  admitTopic(topicArn: string): void {
    this.#admit({ Sid: 'FromTopic', Principal: { Service: 'sns.amazonaws.com' } }, topicArn);
  }

  #admit(
    { Sid, Principal }: { readonly Sid: string; readonly Principal: object },
    sources: string | readonly string[],
  ): void {
    const { attrArn } = this.resource;
    new CfnQueuePolicy(this, 'Policy', {
      queues: [this.resource.ref],
      policyDocument: policyDocument([
        {
          Sid,
          Effect: 'Allow',
          Principal,
          Action: 'sqs:SendMessage',
          Resource: attrArn,
          Condition: { ArnEquals: { 'aws:SourceArn': sources } },
        },
        onlyEncryptedTransport('sqs:*', attrArn),
      ]),
    });
  }
}
