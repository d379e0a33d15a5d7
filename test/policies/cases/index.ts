import { deploymentAccount } from '@cordon/incident/deployment';
import { config } from '../../../cordon.config.ts';
import { denyChoice, type DenyChoice } from '../deny-choice.ts';
import { evidenceDeskCases } from './evidence-desk.ts';
import { evidenceKeyCases } from './evidence-keys.ts';
import { evidenceReadCases } from './evidence-reads.ts';
import { evidenceRoleCases } from './evidence-roles.ts';
import { evidenceVaultCases } from './evidence-vault.ts';
import { examinerResultsCases } from './examiner-results.ts';
import { forensicsCases } from './forensics.ts';
import { guardrailsResourcesCases } from './guardrails-resources.ts';
import { guardrailsStackSetsCases } from './guardrails-stack-sets.ts';
import { guardrailsOwnAccountsCases } from './guardrails-own-accounts.ts';
import { guardrailsMembersCases } from './guardrails-members.ts';
import { guardrailsEvidenceCases } from './guardrails-evidence.ts';
import { guardrailsContainedCases } from './guardrails-contained.ts';
import { functionCases } from './functions.ts';
import { machineRowCases } from './machine-rows.ts';
import { hasherCases } from './hasher.ts';
import { keepingCases } from './keeping.ts';
import { memberAcquireCases } from './member-acquire.ts';
import { memberCaptureCases } from './member-capture.ts';
import { memberContainCases } from './member-contain.ts';
import { memberDnsCases } from './member-dns.ts';
import { memberInspectCases } from './member-inspect.ts';
import { memberInstanceCases } from './member-instances.ts';
import { memberNetworkCases } from './member-network.ts';
import { memberOpeningCases } from './member-openings.ts';
import { memberReadSourceCases } from './member-read-source.ts';
import { memberReleasePathCases } from './member-release-paths.ts';
import { memberReleaseCases } from './member-release.ts';
import { memberReplaceCases } from './member-replace.ts';
import { memberRevokeCases } from './member-revoke.ts';
import { memberBoundDenyCases, memberWrittenDenyCases } from './member-written-deny.ts';
import { messagingCases } from './messaging.ts';
import { operatorCases } from './operator.ts';
import { regionVaultCases } from './region-vault.ts';
import { scheduleCases } from './schedules.ts';
import { sessionRecordingCases } from './session-recordings.ts';
import { staffCases } from './staff.ts';
import { trustCases } from './trusts.ts';
import { workflowChildCases } from './workflow-children.ts';
import type { PowerCase } from '../power-case.ts';

/** What only a deployment asks that attaches the one fixed deny: where a deny is written, the duties have other rights. */
const isOfAttaching = ({ as, action }: PowerCase): boolean =>
  (as === 'revoke' || as === 'release') &&
  /^iam:(TagRole|UntagRole|AttachRolePolicy|DetachRolePolicy|PutRolePolicy|GetRole|ListAttachedRolePolicies)$/.test(
    action,
  );

const ALL: Readonly<Record<string, readonly PowerCase[]>> = {
  functions: functionCases,
  hasher: hasherCases,
  keeping: keepingCases,
  'region-vault': regionVaultCases,
  'member-acquire': memberAcquireCases,
  'member-contain': memberContainCases,
  'member-dns': memberDnsCases,
  'member-inspect': memberInspectCases,
  'member-instances': memberInstanceCases,
  'member-network': memberNetworkCases,
  'member-openings': memberOpeningCases,
  'member-release': memberReleaseCases,
  'member-release-paths': memberReleasePathCases,
  ...(config.containment.replacement === undefined ? {} : { 'member-replace': memberReplaceCases }),
  ...(config.evidence.memory === undefined ? {} : { 'member-capture': memberCaptureCases }),
  ...(config.evidence.blockHashes?.fromMember === true
    ? { 'member-read-source': memberReadSourceCases }
    : {}),
  ...(config.evidence.blockHashes === undefined ? {} : { 'workflow-children': workflowChildCases }),
  'member-revoke': memberRevokeCases,
  messaging: messagingCases,
  operator: operatorCases,
  schedules: scheduleCases,
  staff: staffCases,
  'evidence-reads': evidenceReadCases,
  'session-recordings': sessionRecordingCases,
  trusts: trustCases,
  'guardrails-contained': guardrailsContainedCases,
  'guardrails-evidence': guardrailsEvidenceCases,
  'guardrails-members': guardrailsMembersCases,
  'guardrails-own-accounts': guardrailsOwnAccountsCases,
  'guardrails-resources': guardrailsResourcesCases,
  // Where StackSets have an account of their own, it is not among those of the cases.
  ...(deploymentAccount(config) === config.accounts.security && config.rollout?.administrator !== undefined
    ? { 'guardrails-stack-sets': guardrailsStackSetsCases }
    : {}),
  'evidence-desk': evidenceDeskCases,
  'evidence-keys': evidenceKeyCases,
  'evidence-roles': evidenceRoleCases,
  'evidence-vault': evidenceVaultCases,
  forensics: forensicsCases,
  'examiner-results': examinerResultsCases,
  'machine-rows': machineRowCases,
};

const casesOf = (choice: DenyChoice): typeof ALL => {
  switch (choice) {
    case 'attach':
      return ALL;
    case 'attach-and-bound':
      return { ...ALL, 'member-bound-deny': memberBoundDenyCases };
    case 'write':
      return {
        ...Object.fromEntries(
          Object.entries(ALL).map(([area, cases]) => [area, cases.filter((one) => !isOfAttaching(one))]),
        ),
        'member-written-deny': memberWrittenDenyCases,
      };
  }
};

/** Every case that the deployment's choices leave to be asked, by the file that holds it. */
export const CASES = casesOf(denyChoice(config.containment));
