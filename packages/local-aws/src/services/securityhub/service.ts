import type { Service } from '../../core/operation.ts';
import { batchUpdateFindings } from './batch-update-findings.ts';
import { getFindings } from './get-findings.ts';

/**
 * Security Hub, as far as findings of GuardDuty are read and noted. What it has, a world says (`addSecurityHubFinding`).
 * Not there: standards, insights, members, aggregation, what it imports by itself, and its events.
 */
export const securityHubService: Service = {
  name: 'securityhub',
  operations: { BatchUpdateFindings: batchUpdateFindings, GetFindings: getFindings },
};
