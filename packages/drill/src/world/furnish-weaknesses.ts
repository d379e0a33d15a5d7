import { addInspectorFinding, type Organization } from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';
import { HOSTILE_TAG } from './furnish-suspect.ts';

/** What there is to be exploited: names are of the database, titles as long and as strange as a package's maker likes. */
const WEAKNESSES = [
  ['CRITICAL', 'CVE-2026-1001', true],
  ['HIGH', 'CVE-2026-1002', false],
  ['MEDIUM', 'CVE-2026-1003', false],
] as const;

/** Has Amazon Inspector know weaknesses of a suspect. @param administrator account of Inspector's delegated administrator */
export const furnishWeaknesses = (
  organization: Organization,
  { account, region, instanceId }: Suspect,
  administrator: string,
): void => {
  for (const [severity, vulnerabilityId, exploitAvailable] of WEAKNESSES)
    addInspectorFinding(organization, {
      administrator,
      account,
      region,
      instanceId,
      severity,
      vulnerabilityId,
      title: `${vulnerabilityId} - ${HOSTILE_TAG}`,
      exploitAvailable,
    });
};
