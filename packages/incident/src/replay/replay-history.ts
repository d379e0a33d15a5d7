import type { Finding, Subject } from '../finding/finding.ts';
import { caseIdFor } from '../ids.ts';
import { applyLimits, type LimitRows } from '../limits/apply-limits.ts';
import type { Budget } from '../limits/count-case.ts';
import type { Posture } from '../plan/posture.ts';
import { decidePolicy, postureOf } from '../policy/decide-policy.ts';
import type { Policy } from '../policy/policy.ts';
import { strengthen } from '../policy/strengthen.ts';
import { policyFacts, triage, type TriageContext } from '../triage/triage.ts';
import type { Ground } from '../triage/verdict.ts';

/** A finding of the past, and what people said of it since. */
export interface PastFinding {
  /** As GuardDuty has it now. */
  readonly finding: Finding;
  readonly feedback?: 'useful' | 'not-useful' | undefined;
}

/** An incident that would have been opened. */
export interface ReplayedIncident {
  /** ISO time at which its finding came. */
  readonly at: string;
  readonly findingId: string;
  readonly findingType: string;
  readonly severity: number;
  readonly account: string;
  readonly region: string;
  /** False where the finding does not say the Region: `region` is the finding's own. */
  readonly regionKnown: boolean;
  readonly instanceId: string;
  readonly caseId: string;
  readonly scalingGroup?: string;
  readonly roleName?: string;
  readonly posture: Posture;
  /** Findings that would have joined it. */
  readonly laterFindings: number;
}

/** What a policy would have made of a history. */
export interface ReplayedHistory {
  readonly findings: number;
  readonly incidents: readonly ReplayedIncident[];
  /** Findings that opened nothing, by the ground of triage. */
  readonly notOpened: Readonly<Partial<Record<Ground, number>>>;
  readonly breakerTrips: readonly (Pick<Budget, 'scope' | 'id' | 'most'> & { readonly at: string })[];
}

/** When a finding came: its first event; of an update later GuardDuty keeps no trace. */
const cameAt = ({ finding }: PastFinding): string =>
  finding.createdAt ?? finding.firstSeen ?? finding.updatedAt ?? '1970-01-01T00:00:00.000Z';

const MINUTE_MS = 60_000;

/**
 * Runs a history through triage, policy and limits in the order of time, with nothing but what is given: what would have
 * been opened, and how. Pure. Three things differ from the day itself: a finding is taken as it was last updated; one that was
 * archived since is taken as it came; and an instance's incident stays open to the end, so that later findings join it.
 */
export const replayHistory = (
  history: readonly PastFinding[],
  { policy, context }: { readonly policy: Policy; readonly context: TriageContext },
): ReplayedHistory => {
  const book = new Book(policy, context);
  const ordered = history.toSorted(
    (a, b) => cameAt(a).localeCompare(cameAt(b)) || a.finding.id.localeCompare(b.finding.id),
  );
  for (const past of ordered) book.take({ ...past.finding, archived: false }, cameAt(past));
  return { findings: history.length, ...book.result() };
};

/** The incident table as it would have filled. */
class Book {
  readonly #policy: Policy;
  readonly #context: TriageContext;
  readonly #incidents = new Map<string, ReplayedIncident>();
  readonly #notOpened: Partial<Record<Ground, number>> = {};
  readonly #trips: ReplayedHistory['breakerTrips'][number][] = [];
  #rows: LimitRows = { breakers: {}, resets: {}, groups: {} };

  constructor(policy: Policy, context: TriageContext) {
    this.#policy = policy;
    this.#context = context;
  }

  take(finding: Finding, at: string): void {
    const verdict = triage(finding, this.#policy, this.#context);
    if (verdict.decision !== 'respond')
      this.#notOpened[verdict.because] = (this.#notOpened[verdict.because] ?? 0) + 1;
    for (const subject of verdict.respondTo) this.#open(finding, subject, at);
  }

  #open(finding: Finding, subject: Subject, at: string): void {
    const facts = policyFacts(finding, subject, this.#context.places?.get(subject.account));
    const allowed = facts && postureOf(decidePolicy(this.#policy, facts));
    if (facts === undefined || allowed === undefined) return;
    const key = `${subject.account}/${subject.instanceId}`;
    const held = this.#incidents.get(key);
    if (held?.posture.containment === 'contain') {
      const posture = strengthen(held.posture, allowed);
      this.#incidents.set(key, { ...held, posture, laterFindings: held.laterFindings + 1 });
      return;
    }
    const { account, region, regionKnown, instanceId, tags } = subject;
    const opening = {
      caseId: held?.caseId ?? caseIdFor(finding),
      severity: facts.severity,
      account,
      unit: facts.units?.findLast((unit) => unit.startsWith('ou-')),
      instanceId,
      region,
      scalingGroup: tags?.scalingGroup,
    };
    const limited = applyLimits(this.#policy.limits, opening, {
      posture: allowed,
      rows: this.#rows,
      now: Date.parse(at),
    });
    this.#rows = {
      ...this.#rows,
      breakers: { ...this.#rows.breakers, ...limited.breakers },
      groups: { ...this.#rows.groups, ...limited.groups },
    };
    for (const { scope, id, most } of limited.tripped) this.#trips.push({ at, scope, id, most });
    if (held !== undefined) {
      const posture = strengthen(held.posture, limited.posture);
      this.#incidents.set(key, { ...held, posture, laterFindings: held.laterFindings + 1 });
      return;
    }
    this.#incidents.set(key, {
      at,
      findingId: finding.id,
      findingType: finding.type,
      severity: facts.severity,
      account,
      region,
      regionKnown,
      instanceId,
      caseId: limited.caseId,
      ...(tags?.scalingGroup === undefined ? {} : { scalingGroup: tags.scalingGroup }),
      ...(finding.credential?.roleName === undefined ? {} : { roleName: finding.credential.roleName }),
      posture: limited.posture,
      laterFindings: 0,
    });
  }

  result(): Omit<ReplayedHistory, 'findings'> {
    return {
      incidents: [...this.#incidents.values()],
      notOpened: this.#notOpened,
      breakerTrips: this.#trips,
    };
  }
}

/** A finding that would have had an instance acted on, and signs that it was no compromise. */
export interface DoubtfulFinding {
  readonly findingId: string;
  readonly findingType: string;
  readonly account: string;
  readonly instanceId: string;
  /** Plain sentences. */
  readonly signs: readonly string[];
}

/** How often one type on one instance makes it a habit rather than an attack. */
const HABIT = 3;
const SHORT_MINUTES = 5;

/**
 * Incidents whose findings bear signs of a false positive, most signs first: people said so, people archived it, the same type
 * comes again and again from the same instance, or it was over at once. What people marked as useful is none.
 */
export const doubtful = (
  history: readonly PastFinding[],
  incidents: readonly ReplayedIncident[],
): readonly DoubtfulFinding[] => {
  const byId = new Map(history.map((past) => [past.finding.id as string, past]));
  const repeats = new Map<string, number>();
  const habit = (type: string, instanceId: string): string => `${type} ${instanceId}`;
  for (const { finding } of history)
    for (const { instanceId } of finding.subjects) {
      const key = habit(finding.type, instanceId);
      repeats.set(key, (repeats.get(key) ?? 0) + Math.max(1, finding.count ?? 1));
    }
  return incidents
    .flatMap(({ findingId, findingType, account, instanceId }): readonly DoubtfulFinding[] => {
      const past = byId.get(findingId);
      if (past === undefined || past.feedback === 'useful') return [];
      const times = repeats.get(habit(findingType, instanceId)) ?? 0;
      const signs = [
        ...(past.feedback === 'not-useful' ? ['people marked it as not useful'] : []),
        ...(past.finding.archived ? ['it was archived, by people or by a suppression rule'] : []),
        ...(times >= HABIT ? [`this type came ${times} times from this instance`] : []),
        ...(wasShort(past.finding)
          ? [`it was over within ${SHORT_MINUTES} minutes and did not come again`]
          : []),
      ];
      return signs.length === 0 ? [] : [{ findingId, findingType, account, instanceId, signs }];
    })
    .toSorted((a, b) => b.signs.length - a.signs.length);
};

const wasShort = ({ firstSeen, lastSeen, count = 1 }: Finding): boolean =>
  firstSeen !== undefined &&
  lastSeen !== undefined &&
  count <= 1 &&
  Date.parse(lastSeen) - Date.parse(firstSeen) < SHORT_MINUTES * MINUTE_MS;
