import type { Finding, Subject } from '../finding/finding.ts';
import { isCredentialExfiltration } from '../finding/subjects.ts';
import type { AccountId } from '../ids.ts';
import { decidePolicy, type PolicyDecision } from '../policy/decide-policy.ts';
import type { PolicyFacts } from '../policy/match-rule.ts';
import { POLICY_TAG_KEY, type Policy } from '../policy/policy.ts';
import type { Decision, Ground, Verdict } from './verdict.ts';

/** Cordon's own accounts. */
export interface OwnAccounts {
  readonly evidenceAccount: AccountId;
  readonly forensicsAccount: AccountId;
  readonly securityAccount: AccountId;
}

/** What is known of an account's place; a part that could not be read is undefined. */
export interface AccountPlace {
  /** Ids of the root and of all units above the account, the root first. */
  readonly units?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What triage knows beside the finding and the policy. */
export interface TriageContext extends OwnAccounts {
  /** Places by account; nothing is known of one that is absent. */
  readonly places?: ReadonlyMap<string, AccountPlace> | undefined;
}

/** What the policy decides from about one instance that a finding names. Undefined where the finding has no usable severity. */
export const policyFacts = (
  finding: Finding,
  subject: Subject,
  place: AccountPlace | undefined,
): PolicyFacts | undefined =>
  finding.severity === undefined
    ? undefined
    : {
        findingType: finding.type,
        severity: finding.severity,
        account: subject.account,
        units: place?.units,
        accountTags: place?.tags,
        instanceTags:
          subject.tags === undefined
            ? undefined
            : subject.tags.policy === undefined
              ? {}
              : { [POLICY_TAG_KEY]: subject.tags.policy },
      };

interface Ruling {
  readonly decision: Decision;
  readonly because: Ground;
  readonly reason: string;
  readonly page: boolean;
  /** Those of the candidates that the policy wants an incident for. */
  readonly respondTo?: readonly Subject[];
}

/**
 * Decides what is done about a finding. Pure; the rules in their order:
 *
 *   sample > archived > no instance > never contained > account excluded > type excluded
 *          > attempt from outside > severity unknown > the policy's rules
 *
 * A sample is never acted on, whatever else holds. Other findings that touch the evidence or the forensics account, or an account that
 * the policy never contains, are paged under every rule, and so are sequences with instances that could not be read.
 */
export function triage(finding: Finding, policy: Policy, own: TriageContext): Verdict {
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
    rulingOnAttempts(finding, policy) ??
    rulingByRules(finding, candidates, { policy, places: own.places });
  const concerns = concernsIn(finding, untouchable, own);
  return {
    decision: ruling.decision,
    because: ruling.because,
    reasons: [ruling.reason, ...concerns, ...leftOut(finding, ruling, candidates)],
    page: ruling.page || concerns.length > 0,
    respondTo: ruling.respondTo ?? [],
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

function rulingOnAttempts(finding: Finding, policy: Policy): Ruling | undefined {
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
  return undefined;
}

/** An incident for each instance for which the rules ask or contain; the rules are told for each account once. */
function rulingByRules(
  finding: Finding,
  candidates: readonly Subject[],
  { policy, places }: { readonly policy: Policy } & Pick<TriageContext, 'places'>,
): Ruling {
  const decided = candidates.flatMap((subject): readonly (readonly [Subject, PolicyDecision])[] => {
    const facts = policyFacts(finding, subject, places?.get(subject.account));
    return facts === undefined ? [] : [[subject, decidePolicy(policy, facts)]];
  });
  const responding = decided.filter(([, { settings }]) => settings.mode !== 'observe');
  const [, strongest] = responding.find(([, { settings }]) => settings.mode === 'contain') ??
    responding[0] ?? [undefined, decided[0]?.[1]];
  const what = `${finding.type} has severity ${finding.severity ?? 'unknown'}`;
  const reason = `${what}: the policy says ${strongest?.settings.mode ?? 'observe'}; ${(strongest?.because ?? []).join('; ')}`;
  return responding.length === 0
    ? { decision: 'observe', because: 'policy-observes', reason, page: false }
    : {
        decision: 'respond',
        because: 'policy-responds',
        reason,
        page: true,
        respondTo: responding.map(([subject]) => subject),
      };
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
  if (ruling.respondTo === undefined) return [];
  const all = finding.subjects.length;
  const byAccount = all - candidates.length;
  const byRules = candidates.length - ruling.respondTo.length;
  return [
    ...(byAccount === 0 ? [] : [`${byAccount} of ${all} instances are left out because of their accounts`]),
    ...(byRules === 0 ? [] : [`${byRules} of ${all} instances are only observed by the rules of the policy`]),
  ];
}
