import { Construct } from 'constructs';
import { BUS_NAME, functionName, OPERATOR_FUNCTION_NAME, STEPS } from '@cordon/incident';
import { alarm, type AlarmProps } from '@cordon/constructs';
import type { FindingPath } from './finding-path.ts';
import type { ResponseWorkflow } from './response-workflow.ts';

/** A finding is read within seconds; five minutes in the queue mean that intake does not get on. */
const QUEUE_AGE_SECONDS = 300;

/** What the alarms watch, and whom they tell. */
interface HomeAlarmsProps {
  readonly path: FindingPath;
  readonly workflow: ResponseWorkflow;
  /** ARN. */
  readonly topic: string;
}

/** Everything between a finding and its sealed incident that can stand still or fail without anybody seeing it. */
export class HomeAlarms extends Construct {
  /** Their names. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, { path, workflow, topic }: HomeAlarmsProps) {
    super(scope, id);
    const names: string[] = [];
    const watch: Watch = (name, props) => {
      names.push(`cordon-${name}`);
      alarm(this, name, { ...props, name: `cordon-${name}`, topic });
    };
    watch('findings-waiting', {
      description: `The oldest finding has waited for intake for ${QUEUE_AGE_SECONDS} seconds`,
      namespace: 'AWS/SQS',
      metric: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: path.findings.resource.attrQueueName },
      statistic: 'Maximum',
      threshold: QUEUE_AGE_SECONDS,
    });
    watch('findings-set-aside', {
      description:
        'A finding could not be read, dealt with, or forwarded by its Region; the set-aside queue says which',
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: path.setAside.resource.attrQueueName },
      statistic: 'Maximum',
    });
    // What was sent, not what lies there: a second alarm must call as the first did, whether or not somebody emptied the queue.
    watch('evidence-alarmed', {
      description: 'An alarm of the evidence account went off; the queue cordon-evidence-alarms says which',
      namespace: 'AWS/SQS',
      metric: 'NumberOfMessagesSent',
      dimensions: { QueueName: path.alarms.resource.attrQueueName },
      statistic: 'Sum',
    });
    for (const [metric, name, what] of [
      ['ExecutionsFailed', 'workflow-failed', 'failed or needs a person'],
      ['ExecutionsTimedOut', 'workflow-timed-out', 'did not end in time'],
      ['ExecutionsAborted', 'workflow-aborted', 'was stopped by somebody'],
    ] as const) {
      watch(name, {
        description: `A response ${what}; a person must look at it`,
        namespace: 'AWS/States',
        metric,
        dimensions: { StateMachineArn: workflow.resource.attrArn },
        statistic: 'Sum',
      });
    }
    for (const [what, rule] of Object.entries(path.rules)) {
      watch(`rule-${what}-failed`, {
        description: 'An event of the home bus could not be put into its queue',
        namespace: 'AWS/Events',
        metric: 'FailedInvocations',
        dimensions: { EventBusName: BUS_NAME, RuleName: rule.ref },
        statistic: 'Sum',
      });
    }
    const functions = [
      ...STEPS.map((step) => [step, functionName(step)] as const),
      ['operator', OPERATOR_FUNCTION_NAME] as const,
    ];
    for (const [what, FunctionName] of functions) {
      watch(`${what}-failed`, {
        description: `The function of step ${what} ended with an error`,
        namespace: 'AWS/Lambda',
        metric: 'Errors',
        dimensions: { FunctionName },
        statistic: 'Sum',
      });
    }
    this.names = names;
  }
}

/** Makes an alarm of a name. */
type Watch = (name: string, props: Omit<AlarmProps, 'name' | 'topic'>) => void;
