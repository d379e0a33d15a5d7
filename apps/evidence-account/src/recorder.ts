import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  functionRoleArn,
  operatorRoleArn,
  RECORDER_FUNCTION_NAME,
  STEPS,
  type CordonConfig,
  type StepName,
} from '@cordon/incident';
import { functionStatements, functionTraceStatements, recorderStatements } from '@cordon/responder/needs';
import { HandlerFunction, type DeploymentNames } from '@cordon/constructs';

/** What the recorder is made of. */
interface RecorderProps {
  readonly names: DeploymentNames;
  readonly config: CordonConfig;
  /** Folder of its bundle. */
  readonly code: string;
  /** ARNs of the keys that it may use. */
  readonly keys: { readonly custody: string; readonly vault: string };
}

/** The steps whose own needs say that they ask the recorder. */
export const asksRecorder = (names: DeploymentNames): readonly StepName[] =>
  STEPS.filter((step) => functionStatements(names, step).some(({ Sid }) => Sid === 'AskRecorder'));

/**
 * The function that alone writes into the vault and signs custody. Each function of the security account that may ask it
 * is named; Lambda refuses a permission for a role that does not exist, so the security account is deployed first.
 */
export class Recorder extends Construct {
  /** ARN of its role, which the keeper shares. */
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { names, config, code, keys }: RecorderProps) {
    super(scope, id);
    const { resource, roleArn } = new HandlerFunction(this, 'Recorder', {
      name: RECORDER_FUNCTION_NAME,
      description: 'Reads facts from AWS, writes them into the vault once, and signs custody entries',
      code,
      timeoutSeconds: 60,
      config,
      statements: [...recorderStatements(names, keys, config.evidence), ...functionTraceStatements(config)],
      inResponse: true,
    });
    this.roleArn = roleArn;
    const { partition, securityAccount } = names;
    const askers = [
      ...asksRecorder(names).map(
        (step) => [step, functionRoleArn(partition, securityAccount, step)] as const,
      ),
      ['operator', operatorRoleArn(partition, securityAccount)] as const,
    ];
    for (const [name, principal] of askers) {
      new CfnPermission(this, `AskedBy-${name}`, {
        action: 'lambda:InvokeFunction',
        functionName: resource.ref,
        principal,
        principalOrgId: config.organizationId,
      });
    }
  }
}
