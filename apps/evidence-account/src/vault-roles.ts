import {
  dutyRoleArn,
  EVIDENCE_READER_ROLE_NAME,
  IAM_PATH,
  RECORDER_FUNCTION_NAME,
  type CordonConfig,
} from '@cordon/incident';
import type { DeploymentNames } from '@cordon/constructs';

/** ARNs of the roles that come to a vault, by name: a role need not be there yet when its vault is made. */
export const vaultRoles = ({ partition, evidenceAccount }: DeploymentNames, { evidence }: CordonConfig) => {
  const ours = (name: string): string => `arn:${partition}:iam::${evidenceAccount}:role${IAM_PATH}${name}`;
  return {
    recorder: ours(RECORDER_FUNCTION_NAME),
    reader: ours(EVIDENCE_READER_ROLE_NAME),
    // Nobody reads blocks until the deployment says so: roles and rights are made only then.
    hasher:
      evidence.blockHashes === undefined ? undefined : dutyRoleArn(partition, evidenceAccount, 'hasher'),
    disposer:
      evidence.disposers.length === 0 ? undefined : dutyRoleArn(partition, evidenceAccount, 'disposer'),
  };
};
