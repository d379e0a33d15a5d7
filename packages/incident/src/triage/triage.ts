import type { Finding, Subject } from '../finding/finding.ts';
import { isCredentialExfiltration } from '../finding/subjects.ts';
import type { AccountId } from '../ids.ts';
import type { Policy } from './policy.ts';
import type { Decision, Ground, Verdict } from './verdict.ts';

/** Cordon's own accounts. */
export interface OwnAccounts {
  readonly evidenceAccount: AccountId;
  readonly forensicsAccount: AccountId;
  readonly securityAccount: AccountId;
}

interface Ruling {
  readonly decision: Decision;
  readonly because: Ground;
  readonly reason: string;
  readonly page: boolean;
}

/**
 * Decides what is done about a finding. Pure; the rules in their order:
 *
 *   sample > archived > no instance > never contained > account excluded > type excluded
 *          > attempt from outside > severity unknown > severity below > respond
 *
 * A sample is never acted on, whatever else holds. Other findings that touch the evidence or the forensics account, or an account that
 * the policy never contains, are paged under every rule, and so are sequences with instances that could not be read.
 */
export function triage(finding: Finding, policy: Policy, own: OwnAccounts): Verdict {
  if (finding.sample) {
    const reason = `finding ${finding.id} is a sample that somebody had GuardDuty make up: nothing happened`;
    return { decision: 'observe', because: 'sample', reasons: [reason], page: false, respondTo: [] };
  }
  const untouchable = new Set<AccountId>([
    own.evidenceAccount,
    own.forensicsAccount,
    ...policy.neverContainAccounts,
  ]);
  const containable = finding.subjects.filter((subject) => !untouchable.has(subject.account));
  const candidates = containable.filter((subject) => !policy.excludeAccounts.includes(subject.account));
  const ruling =
    rulingOnWhat(finding) ??
    rulingOnWhere(finding, containable, candidates) ??
    rulingOnHowBad(finding, policy);
  const concerns = concernsIn(finding, untouchable, own);
  return {
    decision: ruling.decision,
    because: ruling.because,
    reasons: [ruling.reason, ...concerns, ...leftOut(finding, ruling, candidates)],
    page: ruling.page || concerns.length > 0,
    respondTo: ruling.decision === 'respond' ? candidates : [],
  };
}

function rulingOnWhat(finding: Finding): Ruling | undefined {
  if (finding.archived) {
    // Archiving by hand does not stop the events: aws-facts 1.2.
    const reason = `finding ${finding.id} is archived: somebody with the administrator account has dealt with it`;
    return { decision: 'observe', because: 'archived', reason, page: false };
  }
  if (finding.subjects.length > 0) return undefined;
  const stolen = isCredentialExfiltration(finding.type);
  const reason = stolen
    ? `${finding.type} says that an instance's credentials are used elsewhere, but names no instance: find it by hand`
    : `${finding.type} (resource type ${finding.resourceType}) names no EC2 instance: the finding is kept, nothing is done`;
  return { decision: 'ignore', because: 'no-instance', reason, page: stolen };
}

function rulingOnWhere(
  finding: Finding,
  containable: readonly Subject[],
  candidates: readonly Subject[],
): Ruling | undefined {
  const accounts = [...new Set(finding.subjects.map((subject) => subject.account))].join(', ');
  if (containable.length === 0) {
    const reason = `instances in account ${accounts} are never contained: a person must decide`;
    return { decision: 'observe', because: 'never-contained', reason, page: true };
  }
  if (candidates.length > 0) return undefined;
  const reason = `the policy leaves account ${accounts} to its owners`;
  return { decision: 'observe', because: 'account-excluded', reason, page: false };
}

function rulingOnHowBad(finding: Finding, policy: Policy): Ruling {
  const { type, severity } = finding;
  if (policy.excludeTypes.includes(type)) {
    const reason = `the policy only observes findings of type ${type}`;
    return { decision: 'observe', because: 'type-excluded', reason, page: false };
  }
  if (isAttemptFromOutside(finding)) {
    const reason = `${type} with the instance as target is somebody knocking, not a compromise`;
    return { decision: 'observe', because: 'attempt-from-outside', reason, page: false };
  }
  if (severity === undefined) {
    const reason = `finding ${finding.id} of type ${type} has no usable severity: a person must judge it`;
    return { decision: 'observe', because: 'severity-unknown', reason, page: true };
  }
  const threshold = `the policy's threshold of ${policy.respondAtSeverity}`;
  if (severity < policy.respondAtSeverity) {
    const reason = `${type} has severity ${severity}, below ${threshold}`;
    return { decision: 'observe', because: 'severity-below', reason, page: false };
  }
  const reason = `${type} has severity ${severity}, at or above ${threshold}`;
  return { decision: 'respond', because: 'severity-reached', reason, page: true };
}

/**
 * Whether a finding tells of password guessing against the instance. Only for the brute-force types does the role say so: for
 * DNS findings the culprit is the TARGET as well (aws-facts 1.3).
 */
function isAttemptFromOutside(finding: Finding): boolean {
  return finding.resourceRole === 'TARGET' && /\/(SSH|RDP|WinRM)BruteForce([.!]|$)/.test(finding.type);
}

function concernsIn(finding: Finding, untouchable: ReadonlySet<AccountId>, own: OwnAccounts) {
  const touched = new Set([finding.account, ...finding.subjects.map((subject) => subject.account)]);
  const concerns = [...touched]
    .filter((account) => untouchable.has(account))
    .map((account) => `the finding touches account ${account}, whose instances are never contained`);
  if (touched.has(own.securityAccount)) {
    concerns.push(
      `the finding touches the security account ${own.securityAccount}, from which the response runs`,
    );
  }
  if (finding.skippedSubjects.length > 0) {
    concerns.push(
      `${finding.skippedSubjects.length} instance(s) named by the finding could not be read: see the finding`,
    );
  }
  return concerns;
}

function leftOut(finding: Finding, ruling: Ruling, candidates: readonly Subject[]): readonly string[] {
  const count = finding.subjects.length - candidates.length;
  if (ruling.decision !== 'respond' || count === 0) return [];
  return [`${count} of ${finding.subjects.length} instances are left out because of their accounts`];
}
