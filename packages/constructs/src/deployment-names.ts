import { Aws } from 'aws-cdk-lib';
import type { CordonConfig } from '@cordon/incident';

/** What statements are written in terms of, as `Names` of `@cordon/responder/needs` wants it. */
export interface DeploymentNames {
  readonly partition: string;
  readonly account: string;
  readonly securityAccount: string;
  readonly evidenceAccount: string;
  readonly forensicsAccount: string;
  readonly homeRegion: string;
  readonly organizationId: string;
  /** Set where hosts may send memory to the landing buckets. */
  readonly landing?: true;
}

/**
 * Names for a template that is synthesized once for every account and Region: partition and own account are
 * CloudFormation's to fill in, the product's accounts and its home Region are literals.
 */
export const deploymentNames = ({
  accounts,
  homeRegion,
  organizationId,
  evidence,
}: CordonConfig): DeploymentNames => ({
  partition: Aws.PARTITION,
  account: Aws.ACCOUNT_ID,
  securityAccount: accounts.security,
  evidenceAccount: accounts.evidence,
  forensicsAccount: accounts.forensics,
  homeRegion,
  organizationId,
  ...(evidence.memory?.landing === undefined ? {} : { landing: true as const }),
});
