import { Aws } from 'aws-cdk-lib';
import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import {
  CHANGE_PATTERNS,
  CHANGE_SOURCES,
  CHANGES_BUS_NAME,
  CHANGES_QUEUE_NAME,
  FORWARD_CHANGES_ROLE_NAME,
  IAM_PATH,
  type CordonConfig,
} from '@cordon/incident';
import { Queue } from '@cordon/constructs';

/** A change is worth nothing once the look by the clock has come twice. */
const KEPT_SECONDS = 600;
/** Lambda takes no queue whose messages come back while the function may still be at work on them; a batch that failed is tried once more. */
const VISIBILITY_FACTOR = 2;

/** What the path of changes is made of. */
interface ChangePathProps {
  readonly config: CordonConfig;
  readonly watchTimeoutSeconds: number;
}

/**
 * A bus and a queue of their own for what members' rules send. Members are not trusted: the policy lets in their one role, and of it
 * nothing but changes of AWS's services, so that no finding and no phase event can come this way; the queue lets a flood wait without
 * holding anything else up, and forgets what is too old to matter. What is lost here, the watch finds by the clock.
 */
export class ChangePath extends Construct {
  readonly changes: Queue;

  constructor(scope: Construct, id: string, { config, watchTimeoutSeconds }: ChangePathProps) {
    super(scope, id);
    const bus = new CfnEventBus(this, 'Bus', {
      name: CHANGES_BUS_NAME,
      description: 'Changes in member accounts that may concern contained instances',
    });
    const detailTypes = [CHANGE_PATTERNS.calls, CHANGE_PATTERNS.starts].flatMap(
      (pattern) => pattern['detail-type'],
    );
    new CfnEventBusPolicy(this, 'BusPolicy', {
      eventBusName: bus.ref,
      statementId: 'MembersChanges',
      statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: bus.attrArn,
        Condition: {
          StringEquals: {
            'aws:PrincipalOrgID': config.organizationId,
            'events:detail-type': detailTypes,
            'events:source': [...CHANGE_SOURCES],
          },
          ArnLike: {
            'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::*:role${IAM_PATH}${FORWARD_CHANGES_ROLE_NAME}`,
          },
        },
      },
    });
    this.changes = new Queue(this, 'Changes', {
      name: CHANGES_QUEUE_NAME,
      visibilityTimeoutSeconds: VISIBILITY_FACTOR * watchTimeoutSeconds,
      retentionSeconds: KEPT_SECONDS,
    });
    const rule = new CfnRule(this, 'ToWatch', {
      name: CHANGES_QUEUE_NAME,
      description: 'Cordon: changes in members to the watch',
      eventBusName: bus.ref,
      eventPattern: { source: [...CHANGE_SOURCES], 'detail-type': detailTypes },
      targets: [
        {
          id: 'queue',
          arn: this.changes.resource.attrArn,
          retryPolicy: { maximumEventAgeInSeconds: KEPT_SECONDS, maximumRetryAttempts: 10 },
        },
      ],
    });
    this.changes.admit([rule.attrArn]);
  }
}
