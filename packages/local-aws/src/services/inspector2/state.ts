import type { Finding } from '@aws-sdk/client-inspector2';
import { defineState } from '../../core/world.ts';

/** Amazon Inspector in one account and Region, where it is enabled. */
export interface Inspector {
  /** What this account sees, by ARN: of itself, and of its members where it is the delegated administrator. */
  readonly findings: Map<string, Finding>;
  readonly members: Set<string>;
}

/** State of Amazon Inspector, per account and Region. */
export const inspectorState = defineState<{ inspector?: Inspector }>('inspector2', 'regional', () => ({}));
