import {
  doubtful,
  type DoubtfulFinding,
  type PastFinding,
  type ReplayedHistory,
  type ReplayedIncident,
} from '@cordon/incident';
import type { PlannedHistory } from './plan-incidents.ts';

/** What the report is made of. */
export interface Replayed {
  readonly policy: string;
  readonly days: number;
  readonly history: readonly PastFinding[];
  readonly outcome: ReplayedHistory;
  /** Undefined where the caller asked for no plans. */
  readonly planned: PlannedHistory | undefined;
  /** What could not be read: Regions, findings, places. */
  readonly gaps: readonly string[];
  readonly evidence: { readonly lockDays: number };
  readonly gibPerInstance: number;
  readonly usdPerGibMonth: number;
}

/** Of a name, how many incidents hit it. */
interface Hit {
  readonly name: string;
  readonly incidents: number;
}

/** The document that `--json` prints. */
export interface ReplayReport {
  readonly schemaVersion: 1;
  readonly policy: string;
  readonly days: number;
  readonly findings: number;
  readonly contained: number;
  readonly asked: number;
  readonly tripped: number;
  /** Findings that opened nothing, by the ground of triage. */
  readonly notOpened: ReplayedHistory['notOpened'];
  readonly incidents: readonly ReplayedIncident[];
  readonly hits: {
    readonly accounts: readonly Hit[];
    readonly scalingGroups: readonly Hit[];
    readonly roles: readonly Hit[];
  };
  readonly breakerTrips: ReplayedHistory['breakerTrips'];
  readonly likelyFalsePositives: readonly DoubtfulFinding[];
  readonly planned: PlannedHistory | undefined;
  readonly cost: { readonly usd: number; readonly assumptions: readonly string[] };
  readonly gaps: readonly string[];
  readonly assumptions: readonly string[];
}

const hitsBy = (
  incidents: readonly ReplayedIncident[],
  nameOf: (incident: ReplayedIncident) => string | undefined,
): readonly Hit[] => {
  const counts = new Map<string, number>();
  for (const incident of incidents) {
    const name = nameOf(incident);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, incidents: count }))
    .toSorted((a, b) => b.incidents - a.incidents || a.name.localeCompare(b.name));
};

/** Names of roles, from the plans where there are any, else from findings about credentials. */
const rolesOf = ({ planned, outcome }: Replayed): readonly Hit[] => {
  const byInstance = new Map(planned?.plans.map(({ instanceId, roleArn }) => [instanceId, roleArn]));
  return hitsBy(outcome.incidents, ({ instanceId, roleName }) => byInstance.get(instanceId) ?? roleName);
};

const DAYS_A_MONTH = 30;

const costOf = ({ outcome, planned, evidence, gibPerInstance, usdPerGibMonth }: Replayed) => {
  const known = new Map(planned?.plans.map(({ instanceId, gib }) => [instanceId, gib]));
  const gib = outcome.incidents.reduce(
    (sum, { instanceId }) => sum + (known.get(instanceId) ?? gibPerInstance),
    0,
  );
  const usd = gib * usdPerGibMonth * (evidence.lockDays / DAYS_A_MONTH);
  return {
    usd: Math.round(usd * 100) / 100,
    assumptions: [
      `each of ${outcome.incidents.length} incident(s) keeps one locked copy of its disks for ${evidence.lockDays} days, full size, at ${usdPerGibMonth} USD for a GiB and month`,
      `${known.size} instance(s) have the size that they have now, ${outcome.incidents.length - known.size} are taken to have ${gibPerInstance} GiB`,
      'not counted: forensic machines, copies between Regions, snapshots on their way, functions and requests',
    ],
  };
};

const ASSUMPTIONS = [
  'a finding is taken as it was last updated, at the time at which it was created: GuardDuty keeps no earlier state of it',
  'a finding that was archived since is taken as it came; one that a suppression rule archived would never have arrived',
  'an instance keeps one incident to the end: nobody releases it, and later findings join it',
  'units, tags and accounts are as they are now; halt switch and resets are left out',
];

/** The report of a replay. */
export const replayReport = (replayed: Replayed): ReplayReport => {
  const { policy, days, history, outcome, planned, gaps } = replayed;
  const count = (containment: string): number =>
    outcome.incidents.filter(({ posture }) => posture.containment === containment).length;
  return {
    schemaVersion: 1,
    policy,
    days,
    findings: outcome.findings,
    contained: count('contain'),
    asked: count('ask'),
    tripped: count('tripped'),
    notOpened: outcome.notOpened,
    incidents: outcome.incidents,
    hits: {
      accounts: hitsBy(outcome.incidents, ({ account }) => account),
      scalingGroups: hitsBy(outcome.incidents, ({ scalingGroup }) => scalingGroup),
      roles: rolesOf(replayed),
    },
    breakerTrips: outcome.breakerTrips,
    likelyFalsePositives: doubtful(history, outcome.incidents),
    planned,
    cost: costOf(replayed),
    gaps,
    assumptions: ASSUMPTIONS,
  };
};

const listed = (title: string, lines: readonly string[], most = 20): readonly string[] => {
  if (lines.length === 0) return [];
  const more = lines.length > most ? [`  ... and ${lines.length - most} more (--json has all)`] : [];
  return ['', title, ...lines.slice(0, most).map((line) => `  ${line}`), ...more];
};
const hitLines = (hits: readonly Hit[]): readonly string[] =>
  hits.map(({ name, incidents }) => `${name}: ${incidents}`);

/** The report for people. Names of groups and roles are the members' words, and are printed as such. */
export const reportText = (report: ReplayReport): string => {
  const { hits, planned } = report;
  return [
    `${report.findings} finding(s) of ${report.days} days, under the policy of ${report.policy}:`,
    `  ${report.contained} instance(s) would have been contained without asking`,
    `  ${report.asked} would have waited for a person, ${report.tripped} more because a breaker had tripped`,
    ...Object.entries(report.notOpened).map(
      ([ground, count]) => `  ${count} finding(s) would have opened nothing: ${ground}`,
    ),
    ...listed(
      'Incidents:',
      report.incidents.map(
        ({ at, account, instanceId, findingType, severity, posture, laterFindings }) =>
          `${at.slice(0, 16)} ${posture.containment.padEnd(7)} ${account} ${instanceId} ${findingType} (${severity})${laterFindings === 0 ? '' : `, ${laterFindings} more finding(s)`}`,
      ),
    ),
    ...listed('Accounts hit:', hitLines(hits.accounts)),
    ...listed('Auto Scaling groups hit:', hitLines(hits.scalingGroups)),
    ...listed('Roles hit:', hitLines(hits.roles)),
    ...listed(
      'Breakers that would have tripped:',
      report.breakerTrips.map(
        ({ at, scope, id, most }) => `${at.slice(0, 16)} ${scope} ${id}, after ${most} case(s)`,
      ),
    ),
    ...listed(
      'Likely false positives, most signs first:',
      report.likelyFalsePositives.map(
        ({ account, instanceId, findingType, signs }) =>
          `${account} ${instanceId} ${findingType}: ${signs.join('; ')}`,
      ),
    ),
    ...listed(
      'Plans of instances that still exist:',
      planned?.plans.map(
        ({ account, instanceId, outcome, steps }) =>
          `${account} ${instanceId}: ${outcome}; ${steps.join(', ')}`,
      ) ?? [],
    ),
    ...listed('Not planned:', planned?.notPlanned ?? ['no plan was asked for']),
    '',
    `Cost: about ${report.cost.usd} USD`,
    ...report.cost.assumptions.map((line) => `  ${line}`),
    ...listed('Could not be read:', report.gaps),
    ...listed('Assumptions:', report.assumptions),
    '',
  ].join('\n');
};
