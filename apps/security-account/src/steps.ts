import { join } from 'node:path';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionName, OPEN_PATH_SECONDS, type CordonConfig, type StepName } from '@cordon/incident';
import { functionStatements, functionTraceStatements, tryLogStatements } from '@cordon/responder/needs';
import { deploymentNames, HandlerFunction, type Queue } from '@cordon/constructs';
import { perStep } from './per-step.ts';

/** What the functions are made of. */
interface StepsProps {
  readonly config: CordonConfig;
  /** Folder that holds one bundle per step. */
  readonly codeRoot: string;
}

/**
 * How long a step's function may run. Each is less than the workflow waits for it, so that no function is still at work
 * when the workflow calls it again.
 */
export const STEP_TIMEOUT_SECONDS: Readonly<Record<StepName, number>> = {
  intake: 60,
  inspect: 50,
  protect: 80,
  freeze: 140,
  'isolate-network': 80,
  'revoke-credentials': 80,
  'trace-sessions': 80,
  'open-path': OPEN_PATH_SECONDS,
  'close-openings': 50,
  'verify-containment': 50,
  'capture-memory': 50,
  stop: 50,
  replace: 80,
  'hand-over': 80,
  'take-custody': 80,
  // It waits for the block hasher, which runs ten minutes at most, and then for the recorder.
  'hash-blocks': 700,
  investigate: 80,
  // The schedule comes every quarter of an hour.
  'end-machines': 240,
  seal: 110,
  release: 240,
  'lift-due': 240,
  // The schedule comes every five minutes: a run ends before the next begins.
  watch: 240,
};

/** One function per step, each with a role that holds that step's needs. */
export class Steps extends Construct {
  readonly functions: Readonly<Record<StepName, HandlerFunction>>;

  constructor(scope: Construct, id: string, { config, codeRoot }: StepsProps) {
    super(scope, id);
    const names = deploymentNames(config);
    this.functions = perStep(
      (step) =>
        new HandlerFunction(this, step, {
          name: functionName(step),
          description: `Cordon: ${step}`,
          code: join(codeRoot, step),
          timeoutSeconds: STEP_TIMEOUT_SECONDS[step],
          config,
          statements: [
            ...functionStatements(names, step, config.evidence),
            ...(config.coverage === undefined ? [] : tryLogStatements(names, step)),
            ...functionTraceStatements(config),
          ],
          inResponse: true,
        }),
    );
  }

  /**
   * The watch takes changes in tens, gathered for two seconds, and two batches at a time at most: a flood of them leaves Lambda's
   * concurrency to the rest, and the schedule calls beside it.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html#events-sqs-max-concurrency
   */
  lookAt(changes: Queue): void {
    new CfnEventSourceMapping(this, 'Changes', {
      functionName: this.functions.watch.resource.ref,
      eventSourceArn: changes.resource.attrArn,
      batchSize: 10,
      maximumBatchingWindowInSeconds: 2,
      scalingConfig: { maximumConcurrency: 2 },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
  }

  /** Intake takes findings in tens and gives back, one by one, those that it could not deal with. */
  takeFrom(findings: Queue): void {
    new CfnEventSourceMapping(this, 'Findings', {
      functionName: this.functions.intake.resource.ref,
      eventSourceArn: findings.resource.attrArn,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
  }
}
