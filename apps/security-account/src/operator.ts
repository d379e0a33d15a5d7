import { join } from 'node:path';
import { Construct } from 'constructs';
import { OPERATOR_FUNCTION_NAME, type CordonConfig } from '@cordon/incident';
import { functionTraceStatements, operatorStatements } from '@cordon/responder/needs';
import { deploymentNames, HandlerFunction, openToPeople } from '@cordon/constructs';

/** What the operator's entrance is made of. */
interface OperatorProps {
  readonly config: CordonConfig;
  /** Folder that holds its bundle. */
  readonly codeRoot: string;
}

/** Longer than a release of one instance, and than inspect. The workflow's own calls of it end in seconds. */
const TIMEOUT_SECONDS = 300;

/**
 * The function that people decide by, and its URL, whose callers AWS authenticates. In its own account a policy of the caller is
 * needed, and enough. Other accounts of approvers are admitted by the function's policy, within the organization alone; and because
 * an account is admitted, not its people, each of them needs a policy of their own as well. Both permissions are asked for.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export class Operator extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, { config, codeRoot }: OperatorProps) {
    super(scope, id);
    this.handler = new HandlerFunction(this, 'Function', {
      name: OPERATOR_FUNCTION_NAME,
      description: 'Cordon: asks people, and takes their decisions',
      code: join(codeRoot, 'operator'),
      timeoutSeconds: TIMEOUT_SECONDS,
      config,
      statements: [...operatorStatements(deploymentNames(config)), ...functionTraceStatements(config)],
      inResponse: true,
    });
    openToPeople(this, {
      target: this.handler.resource,
      people: config.approvals.approvers,
      account: config.accounts.security,
      config,
    });
  }
}
