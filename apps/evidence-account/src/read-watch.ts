import { join } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  READ_WATCH_FUNCTION_NAME,
  READS_NAME,
  READS_SET_ASIDE_QUEUE_NAME,
  type CordonConfig,
} from '@cordon/incident';
import { alarm, HandlerFunction, Queue } from '@cordon/constructs';

const TIMEOUT_SECONDS = 60;
/** Lambda's advice: six times the function's timeout. */
const VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS;
const MAX_RECEIVE_COUNT = 5;

/** What the watch is made of. */
interface ReadWatchProps {
  readonly config: CordonConfig;
  /** Folder that holds the bundle `read-watch`. */
  readonly codeRoot: string;
  /** ARN of the recorder's role, in which it acts: one role alone writes the vault and signs. */
  readonly recorder: string;
}

/**
 * Where reads of all Regions arrive: a bus, a queue, and the function that writes them into the ledger. A flood waits in the queue, is taken in tens
 * by two at a time, and fills no ledger: what one day's entries do not hold is in the trail alone.
 */
export class ReadWatch extends Construct {
  constructor(scope: Construct, id: string, { config, codeRoot, recorder }: ReadWatchProps) {
    super(scope, id);
    const bus = new CfnEventBus(this, 'Bus', {
      name: READS_NAME,
      description: 'Reads of evidence, of all Regions',
    });
    new CfnEventBusPolicy(this, 'BusPolicy', {
      eventBusName: bus.ref,
      statementId: 'OwnAccount',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${config.accounts.evidence}:root` },
        Action: 'events:PutEvents',
        Resource: bus.attrArn,
      },
    });
    const setAside = new Queue(this, 'SetAside', { name: READS_SET_ASIDE_QUEUE_NAME });
    const reads = new Queue(this, 'Reads', {
      name: READS_NAME,
      visibilityTimeoutSeconds: VISIBILITY_SECONDS,
      deadLetters: { queue: setAside, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    const rule = new CfnRule(this, 'ToQueue', {
      name: READS_NAME,
      description: 'Cordon: reads of evidence to their queue',
      eventBusName: bus.ref,
      // Nothing but what the Regions' rules sent is on this bus.
      eventPattern: { 'detail-type': ['AWS API Call via CloudTrail'] },
      targets: [
        {
          id: 'queue',
          arn: reads.resource.attrArn,
          deadLetterConfig: { arn: setAside.resource.attrArn },
        },
      ],
    });
    reads.admit([rule.attrArn]);
    setAside.admit([rule.attrArn]);
    const { resource } = new HandlerFunction(this, 'Function', {
      name: READ_WATCH_FUNCTION_NAME,
      description: 'Cordon: writes who read evidence into its ledger',
      code: join(codeRoot, 'read-watch'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      role: recorder,
    });
    new CfnEventSourceMapping(this, 'Messages', {
      functionName: resource.ref,
      eventSourceArn: reads.resource.attrArn,
      batchSize: 10,
      maximumBatchingWindowInSeconds: 10,
      scalingConfig: { maximumConcurrency: 2 },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
    alarm(this, 'SetAsideAlarm', {
      name: READS_SET_ASIDE_QUEUE_NAME,
      description:
        'A read of evidence could not be written into its ledger; the queue of this name says which',
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: setAside.resource.attrQueueName },
      statistic: 'Maximum',
    });
  }
}
