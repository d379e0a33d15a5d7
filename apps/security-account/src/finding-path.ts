import { Aws } from 'aws-cdk-lib';
import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { BUS_NAME, FINDINGS_QUEUE_NAME, SET_ASIDE_QUEUE_NAME, type CordonConfig } from '@cordon/incident';
import {
  FINDINGS_PATTERN,
  inspectorPattern,
  UNDELIVERED_PATTERN,
  WEAKNESSES_RULE_NAME,
} from './event-patterns.ts';
import { Queue } from './queue.ts';

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
  /** By what they hand on. */
  readonly rules: Readonly<Record<'findings' | 'undelivered', CfnRule>>;

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
    this.setAside = new Queue(this, 'SetAside', { name: SET_ASIDE_QUEUE_NAME });
    this.findings = new Queue(this, 'Findings', {
      name: FINDINGS_QUEUE_NAME,
      visibilityTimeoutSeconds: VISIBILITY_FACTOR * intakeTimeoutSeconds,
      deadLetters: { queue: this.setAside, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
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
        eventBusName: bus.ref,
        eventPattern,
        targets,
        ...(name === undefined ? {} : { name }),
      });
      return made;
    };
    this.rules = {
      findings: rule('ToIntake', FINDINGS_PATTERN, this.findings),
      // Set aside, not published: one queue and one alarm for every finding that did not get through.
      undelivered: rule('ToSetAside', UNDELIVERED_PATTERN, this.setAside),
    };
    const weaknesses = inspectorPattern(config);
    const taken = [
      this.rules.findings,
      ...(weaknesses === undefined
        ? []
        : [rule('WeaknessesToIntake', weaknesses, this.findings, WEAKNESSES_RULE_NAME)]),
    ].map(({ attrArn }) => attrArn);
    this.findings.admit(taken);
    this.setAside.admit([...taken, this.rules.undelivered.attrArn]);
  }
}
