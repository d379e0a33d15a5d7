import { join } from 'node:path';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, type CordonConfig, type MetricName, type PhaseEvent } from '@cordon/incident';
import { HEARTBEAT_FUNCTION_NAME } from '@cordon/incident/heartbeat';
import { heartbeatStatements } from '@cordon/responder/needs';
import { alarm, callByClock, deploymentNames, HandlerFunction, functionAlarm } from '@cordon/constructs';

/** A sample is looked for so often; a run ends before the next begins. */
const EVERY = 'rate(15 minutes)';
const TIMEOUT_SECONDS = 240;

/** What it tells. */
const TOLD = [
  ['region-silent', 'A Region is silent: its findings may not reach us'],
  ['region-undelegated', 'GuardDuty does not take the security account for its administrator any more'],
] as const satisfies readonly (readonly [PhaseEvent['kind'], string])[];

/** What the construct is made of. */
interface HeartbeatProps {
  readonly config: CordonConfig;
  /** Folder that holds the bundle `heartbeat`. */
  readonly codeRoot: string;
  /** ARN. */
  readonly topic: string;
}

/**
 * What listens whether a Region's findings still come: a function on a clock, with alarms. Where a deployment does not want it, nothing of it
 * is there.
 */
export class Heartbeat extends Construct {
  /** Names of its alarms. */
  readonly alarms: readonly string[];

  constructor(scope: Construct, id: string, { config, codeRoot, topic }: HeartbeatProps) {
    super(scope, id);
    const clocked = new HandlerFunction(this, 'Function', {
      name: HEARTBEAT_FUNCTION_NAME,
      description: 'Cordon: asks each Region for a sample finding, and tells which one is silent',
      code: join(codeRoot, 'heartbeat'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      statements: heartbeatStatements(deploymentNames(config)),
    });
    callByClock(this, {
      ids: { rule: 'Clock', permission: 'CalledByClock' },
      name: HEARTBEAT_FUNCTION_NAME,
      description: 'Cordon: listens to Regions by the clock',
      every: EVERY,
      calls: clocked,
    });
    this.alarms = this.#alarms(topic);
  }

  #alarms(topic: string): readonly string[] {
    const failed = functionAlarm(this, 'Failed', {
      functionName: HEARTBEAT_FUNCTION_NAME,
      name: `${HEARTBEAT_FUNCTION_NAME}-failed`,
      description: `The function ${HEARTBEAT_FUNCTION_NAME} ended with an error`,
      metric: 'Errors',
      topic,
    });
    // Counted from the line of the log, so that it calls even where the topic did not take the message.
    const told = TOLD.map(([kind, what]) =>
      alarm(this, kind, {
        name: `cordon-${kind}`,
        description: `${what}; the log of ${HEARTBEAT_FUNCTION_NAME} and the event of that name say where`,
        namespace: METRICS_NAMESPACE,
        metric: 'Phases' satisfies MetricName,
        dimensions: { Kind: kind },
        statistic: 'Sum',
        topic,
      }),
    );
    return [failed, ...told].flatMap(({ alarmName }) => alarmName ?? []);
  }
}
