import { chooseZones } from '../plan/dns-zones.ts';
import type { Finding } from '../finding/finding.ts';
import type { AccountId, FindingId, InstanceId, Instant, Region } from '../ids.ts';
import { type Decision, type Verdict, isStronger } from './verdict.ts';

/** What is known of an open incident when a later finding on its instance arrives. */
export interface OpenIncident {
  readonly account: AccountId;
  readonly region: Region;
  readonly instanceId: InstanceId;
  /** The strongest decision so far. */
  readonly decision: Decision;
  /** The highest severity so far, 0 to 10. */
  readonly severity?: number;
  /** Each finding attached so far, with the newest `updatedAt` seen of it. */
  readonly knownFindings: readonly { readonly id: FindingId; readonly updatedAt?: Instant }[];
  readonly knownRemoteAddresses: readonly string[];
  readonly knownDomains: readonly string[];
  readonly knownTypes: readonly string[];
  /** When containment was read back and found to hold; absent while it has not been. */
  readonly containedAt?: Instant;
}

/** What a later finding does to an open incident. */
export interface Assessment {
  readonly effect: 'duplicate' | 'attached' | 're-plan';
  /** Whether the finding is news from a host that was contained already, so that the containment may leak. */
  readonly containmentAlarm: boolean;
  /** Plain sentences; of the finding they hold only type, ids and validated addresses. */
  readonly reasons: readonly string[];
}

/**
 * Decides what a later finding, with the verdict of triage on it, does to an open incident of the same instance.
 * The same finding not updated since is a duplicate (aws-facts 1.3: `id` with `updatedAt`, never the envelope's id). Anything else
 * is attached; a stronger decision, a higher severity, a new type or a new remote address re-plans. Samples, archived
 * findings, exclusions and knocking from outside never re-plan: else anybody could keep an incident busy by changing
 * addresses. Throws when the finding does not name the incident's instance.
 */
export function assessLater(open: OpenIncident, finding: Finding, verdict: Verdict): Assessment {
  assertNames(finding, open);
  if (isDuplicate(open, finding)) {
    const reason = `finding ${finding.id} was attached before and has not been updated since`;
    return { effect: 'duplicate', containmentAlarm: false, reasons: [reason] };
  }
  const alarm = leakReason(open, finding);
  const news = bringsNews(finding, verdict) ? newsIn(open, finding, verdict) : [];
  const attached = `finding ${finding.id} of type ${finding.type} is attached`;
  return {
    effect: news.length > 0 ? 're-plan' : 'attached',
    containmentAlarm: alarm !== undefined,
    reasons: [attached, ...news, ...(alarm === undefined ? [] : [alarm])],
  };
}

function assertNames(finding: Finding, open: OpenIncident): void {
  const named = finding.subjects.some(
    (subject) =>
      subject.account === open.account &&
      subject.instanceId === open.instanceId &&
      // Instance ids do not repeat within an account, so a guessed Region need not agree.
      (subject.region === open.region || !subject.regionKnown),
  );
  if (named) return;
  const where = `${open.account}/${open.region}/${open.instanceId}`;
  throw new Error(
    `finding ${finding.id} does not name ${where}; attach it to the incident of an instance it names`,
  );
}

function isDuplicate(open: OpenIncident, finding: Finding): boolean {
  return open.knownFindings.some((known) => {
    if (known.id !== finding.id) return false;
    if (finding.updatedAt === undefined) return known.updatedAt === undefined;
    // Instants are canonical, so they compare as text.
    return known.updatedAt !== undefined && finding.updatedAt <= known.updatedAt;
  });
}

function bringsNews(finding: Finding, verdict: Verdict): boolean {
  switch (verdict.because) {
    case 'policy-responds':
    case 'severity-unknown':
      return true;
    case 'policy-observes':
      // Every scanner of the internet is a new address in these.
      return finding.resourceRole !== 'TARGET' || !/\/PortProbe/.test(finding.type);
    case 'sample':
    case 'archived':
    case 'no-instance':
    case 'never-contained':
    case 'account-excluded':
    case 'type-excluded':
    case 'attempt-from-outside':
      return false;
  }
}

function newsIn(open: OpenIncident, finding: Finding, verdict: Verdict): readonly string[] {
  const news: string[] = [];
  if (isStronger(verdict.decision, open.decision)) {
    news.push(`the decision rises from ${open.decision} to ${verdict.decision}`);
  }
  if (finding.severity !== undefined && finding.severity > (open.severity ?? 0)) {
    news.push(`the severity rises from ${open.severity ?? 'unknown'} to ${finding.severity}`);
  }
  if (!open.knownTypes.includes(finding.type)) news.push(`type ${finding.type} is new to the incident`);
  const fresh = finding.remoteAddresses.filter((address) => !open.knownRemoteAddresses.includes(address));
  if (fresh.length > 0) {
    news.push(`${fresh.length} remote address(es) are new to the incident: ${fresh.slice(0, 5).join(', ')}`);
  }
  // By zone: a tunnel asks for another name each time, and each would be news.
  const known = new Set(chooseZones(open.knownDomains).zones);
  const zones = chooseZones(finding.domains).zones.filter((zone) => !known.has(zone));
  if (zones.length > 0)
    news.push(`${zones.length} zone(s) of names that it asked for are new to the incident`);
  return news;
}

function leakReason(open: OpenIncident, finding: Finding): string | undefined {
  if (open.containedAt === undefined || finding.sample) return undefined;
  // What was last seen before containment is old news, however late GuardDuty tells it.
  const at = finding.lastSeen ?? finding.updatedAt;
  if (at === undefined) {
    return `finding ${finding.id} bears no time, and the instance is contained since ${open.containedAt}: check the containment`;
  }
  if (at <= open.containedAt) return undefined;
  return `activity at ${at} is later than containment at ${open.containedAt}: check the containment`;
}
