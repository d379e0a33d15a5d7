import { Aws } from 'aws-cdk-lib';
import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { BUS_NAME, FINDINGS_QUEUE_NAME, SET_ASIDE_QUEUE_NAME, type CordonConfig } from '@cordon/incident';
import { ALARM_PREFIX } from './alarm.ts';
import { Queue } from './queue.ts';

/** Lambda's advice: six times the function's timeout, or a message comes back while it is still being worked on. */
const VISIBILITY_FACTOR = 6;
/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const MAX_RECEIVE_COUNT = 5;

/** What the path of findings is made of. */
export interface FindingPathProps {
  readonly config: CordonConfig;
  readonly intakeTimeoutSeconds: number;
  /** ARN of the topic that hears of alarms forwarded from the Regions. */
  readonly topic: string;
}

/** Bus, rule and queues that findings of all Regions take to intake; what cannot be read is set aside, never dropped. */
export class FindingPath extends Construct {
  readonly findings: Queue;
  readonly setAside: Queue;
  readonly rules: readonly CfnRule[];

  constructor(scope: Construct, id: string, { config, intakeTimeoutSeconds, topic }: FindingPathProps) {
    super(scope, id);
    const bus = new CfnEventBus(this, 'Bus', { name: BUS_NAME, description: 'Findings of all Regions, and Cordon phase events' });
    new CfnEventBusPolicy(this, 'BusPolicy', {
      eventBusName: bus.ref,
      statementId: 'OwnAccount',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${config.accounts.security}:root` },
        Action: 'events:PutEvents',
        Resource: bus.attrArn,
      },
    });
    this.setAside = new Queue(this, 'SetAside', { name: SET_ASIDE_QUEUE_NAME });
    this.findings = new Queue(this, 'Findings', {
      name: FINDINGS_QUEUE_NAME,
      visibilityTimeoutSeconds: VISIBILITY_FACTOR * intakeTimeoutSeconds,
      deadLetters: { queue: this.setAside, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    const toIntake = new CfnRule(this, 'ToIntake', {
      eventBusName: bus.ref,
      description: 'GuardDuty findings to intake',
      eventPattern: { source: ['aws.guardduty'], 'detail-type': ['GuardDuty Finding'] },
      targets: [{ id: 'findings', arn: this.findings.resource.attrArn }],
    });
    this.findings.admit(toIntake.attrArn);
    const toPeople = new CfnRule(this, 'ToPeople', {
      eventBusName: bus.ref,
      description: 'Alarms of the Regions to people',
      eventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: [{ prefix: ALARM_PREFIX.region }] },
      },
      targets: [{ id: 'topic', arn: topic }],
    });
    this.rules = [toIntake, toPeople];
  }
}
