import { join } from 'node:path';
import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, type CordonConfig } from '@cordon/incident';
import {
  COVERAGE_FUNCTION_NAME,
  COVERAGE_TABLE_NAME,
  triedDuties,
  TRIED_BY,
  tryFunctionName,
} from '@cordon/incident/coverage';
import { coverageStatements } from '@cordon/responder/needs';
import { alarm, callByClock, deploymentNames, HandlerFunction, functionAlarm } from '@cordon/constructs';
import type { Steps } from './steps.ts';

/** A run begins accounts for six minutes, and ends before the next begins. */
const EVERY = 'rate(10 minutes)';
const TIMEOUT_SECONDS = 540;
/** Of a function that tries one duty in one account; less than it is waited for. */
const TRY_TIMEOUT_SECONDS = 50;
/** Holds a value of each run, so that a late account is one alarm and not one in every ten minutes. */
const ALARM_PERIOD_SECONDS = 1_200;

/** What the construct is made of. */
interface CoverageProps {
  readonly config: CordonConfig;
  /** Folder that holds the bundles `coverage` and `try-duty`. */
  readonly codeRoot: string;
  readonly steps: Steps;
  /** ARN. */
  readonly topic: string;
}

/**
 * What tries every account before an incident does: a table, a function on a clock that finds and judges, and one function for each duty that
 * tries it. These have the roles of functions that perform the duties, so that no role in a member trusts anybody more; the function on the
 * clock may call them and acts as no duty itself. Where a deployment does not want it, nothing of it is there.
 */
export class Coverage extends Construct {
  /** Names of its alarms. */
  readonly alarms: readonly string[];

  constructor(scope: Construct, id: string, props: CoverageProps) {
    super(scope, id);
    const { config, codeRoot, steps, topic } = props;
    this.#table();
    const tried = triedDuties(config).map((duty) => {
      const name = tryFunctionName(duty);
      new HandlerFunction(this, `Try-${duty}`, {
        name,
        description: `Cordon: tries the duty ${duty} in an account, and changes nothing`,
        code: join(codeRoot, 'try-duty'),
        timeoutSeconds: TRY_TIMEOUT_SECONDS,
        config,
        role: steps.functions[TRIED_BY[duty]].roleArn,
      });
      return name;
    });
    const clocked = new HandlerFunction(this, 'Function', {
      name: COVERAGE_FUNCTION_NAME,
      description: 'Cordon: finds accounts, has them tried, and says which are protected',
      code: join(codeRoot, 'coverage'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      statements: coverageStatements(deploymentNames(config)),
    });
    callByClock(this, {
      ids: { rule: 'Clock', permission: 'CalledByClock' },
      name: COVERAGE_FUNCTION_NAME,
      description: 'Cordon: looks which accounts are protected',
      every: EVERY,
      calls: clocked,
    });
    this.alarms = this.#alarms([COVERAGE_FUNCTION_NAME, ...tried], topic);
  }

  /** It says how things stand, and is made anew by a day of tries: kept by nobody, and no evidence. */
  #table(): void {
    const table = new CfnTable(this, 'Table', {
      tableName: COVERAGE_TABLE_NAME,
      attributeDefinitions: [
        { attributeName: 'account', attributeType: 'S' },
        { attributeName: 'region', attributeType: 'S' },
      ],
      keySchema: [
        { attributeName: 'account', keyType: 'HASH' },
        { attributeName: 'region', keyType: 'RANGE' },
      ],
      billingMode: 'PAY_PER_REQUEST',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      sseSpecification: { sseEnabled: true },
    });
    table.applyRemovalPolicy(RemovalPolicy.DESTROY);
  }

  #alarms(functions: readonly string[], topic: string): readonly string[] {
    const late = alarm(this, 'Late', {
      name: 'cordon-accounts-late',
      description:
        'Accounts are not protected in the time that the configuration gives; cordon coverage says why',
      namespace: METRICS_NAMESPACE,
      metric: 'Coverage',
      dimensions: { Verdict: 'late' },
      statistic: 'Maximum',
      periodSeconds: ALARM_PERIOD_SECONDS,
      topic,
    });
    const failed = functions.map((functionName) =>
      functionAlarm(this, `Failed-${functionName}`, {
        functionName,
        name: `${functionName}-failed`,
        description: `The function ${functionName} ended with an error; the runbook is coverage-failed`,
        metric: 'Errors',
        topic,
      }),
    );
    return [late, ...failed].map(({ alarmName = '' }) => alarmName);
  }
}
