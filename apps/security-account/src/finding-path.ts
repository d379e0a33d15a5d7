import { Aws } from 'aws-cdk-lib';
import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import {
  ALARMS_QUEUE_NAME,
  BUS_NAME,
  FINDINGS_QUEUE_NAME,
  IAM_PATH,
  SET_ASIDE_QUEUE_NAME,
  type CordonConfig,
} from '@cordon/incident';
import {
  alarmsOf,
  FINDINGS_PATTERN,
  inspectorPattern,
  UNDELIVERED_PATTERN,
  WEAKNESSES_RULE_NAME,
} from './event-patterns.ts';
import { Queue } from '@cordon/constructs';

/** Lambda's advice: six times the function's timeout, or a message comes back while it is still being worked on. */
const VISIBILITY_FACTOR = 6;
/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const MAX_RECEIVE_COUNT = 5;

/** What the path of findings is made of. */
interface FindingPathProps {
  readonly config: CordonConfig;
  readonly intakeTimeoutSeconds: number;
}

/** Bus, rule and queues that findings of all Regions take to intake; what cannot be read is set aside, never dropped. */
export class FindingPath extends Construct {
  readonly findings: Queue;
  readonly setAside: Queue;
  /** Alarms of the evidence account, each a message. */
  readonly alarms: Queue;
  /** By what they hand on. */
  readonly rules: Readonly<Record<'findings' | 'undelivered' | 'alarms', CfnRule>>;

  constructor(scope: Construct, id: string, { config, intakeTimeoutSeconds }: FindingPathProps) {
    super(scope, id);
    const bus = new CfnEventBus(this, 'Bus', {
      name: BUS_NAME,
      description: 'Findings of all Regions, and Cordon phase events',
    });
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
    this.#admitAlarms(bus, config);
    this.setAside = new Queue(this, 'SetAside', { name: SET_ASIDE_QUEUE_NAME });
    this.findings = new Queue(this, 'Findings', {
      name: FINDINGS_QUEUE_NAME,
      visibilityTimeoutSeconds: VISIBILITY_FACTOR * intakeTimeoutSeconds,
      deadLetters: { queue: this.setAside, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    this.alarms = new Queue(this, 'Alarms', { name: ALARMS_QUEUE_NAME });
    const rule = (id: string, eventPattern: object, queue: Queue, name?: string): CfnRule => {
      // What EventBridge cannot deliver is set aside as well: without a dead-letter queue it would be gone.
      const targets = [
        {
          id: 'queue',
          arn: queue.resource.attrArn,
          deadLetterConfig: { arn: this.setAside.resource.attrArn },
        },
      ];
      const made = new CfnRule(this, id, {
        ...(name === undefined ? {} : { name }),
        eventBusName: bus.ref,
        eventPattern,
        targets,
      });
      return made;
    };
    this.rules = {
      findings: rule('ToIntake', FINDINGS_PATTERN, this.findings),
      // Set aside, not published: one queue and one alarm for every finding that did not get through.
      undelivered: rule('ToSetAside', UNDELIVERED_PATTERN, this.setAside),
      alarms: rule('ToAlarms', alarmsOf(config.accounts.evidence), this.alarms, ALARMS_QUEUE_NAME),
    };
    const weaknesses = inspectorPattern(config);
    const taken = [
      this.rules.findings,
      ...(weaknesses === undefined
        ? []
        : [rule('WeaknessesToIntake', weaknesses, this.findings, WEAKNESSES_RULE_NAME)]),
    ].map(({ attrArn }) => attrArn);
    this.findings.admit(taken);
    this.alarms.admit([this.rules.alarms.attrArn]);
    this.setAside.admit([...taken, this.rules.undelivered.attrArn, this.rules.alarms.attrArn]);
  }

  /** Of the evidence account its alarms alone, by the role of its rules: no finding and no phase event can come from there. */
  #admitAlarms(bus: CfnEventBus, config: CordonConfig): void {
    new CfnEventBusPolicy(this, 'EvidenceAlarms', {
      eventBusName: bus.ref,
      statementId: 'EvidenceAlarms',
      statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${config.accounts.evidence}:root` },
        Action: 'events:PutEvents',
        Resource: bus.attrArn,
        Condition: {
          ArnLike: {
            'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${config.accounts.evidence}:role${IAM_PATH}*`,
          },
          StringEquals: {
            'events:source': 'aws.cloudwatch',
            'events:detail-type': 'CloudWatch Alarm State Change',
          },
        },
      },
    });
  }
}
