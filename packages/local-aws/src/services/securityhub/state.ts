import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { defineState } from '../../core/world.ts';

/** Security Hub in one account and Region, where it is enabled. */
export interface Hub {
  /** What this account sees, by id: of itself, and of its members where it is the administrator. */
  readonly findings: Map<string, AwsSecurityFinding>;
}

/** State of Security Hub, per account and Region. */
export const securityHubState = defineState<{ hub?: Hub }>('securityhub', 'regional', () => ({}));
