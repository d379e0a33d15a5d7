import { CfnPermission, CfnUrl, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { readApprover, type CordonConfig } from '@cordon/incident';

/** Who comes to a function by its URL. */
interface SignedUrlProps {
  readonly target: CfnFunction;
  /** Patterns of people, as `approvals.approvers` has them. */
  readonly people: readonly string[];
  /** The account of the function. */
  readonly account: string;
  readonly config: CordonConfig;
}

/**
 * Gives a function a URL whose callers AWS authenticates. In its own account a policy of the caller is needed, and enough. Other accounts of
 * people are admitted by the function's policy, within the organization alone; and because an account is admitted, not its people, each of them
 * needs a policy of their own as well. Both permissions are asked for. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export const openToPeople = (scope: Construct, { target, people, account, config }: SignedUrlProps): void => {
  new CfnUrl(scope, 'Url', { targetFunctionArn: target.attrArn, authType: 'AWS_IAM' });
  const accounts = new Set<string>(people.map((pattern) => readApprover(pattern).account));
  accounts.delete(account);
  for (const principal of accounts) {
    const admitted = { functionName: target.ref, principal, principalOrgId: config.organizationId };
    new CfnPermission(scope, `Url-${principal}`, {
      ...admitted,
      action: 'lambda:InvokeFunctionUrl',
      functionUrlAuthType: 'AWS_IAM',
    });
    new CfnPermission(scope, `ThroughUrl-${principal}`, {
      ...admitted,
      action: 'lambda:InvokeFunction',
      invokedViaFunctionUrl: true,
    });
  }
};
