import type { Acknowledged } from './acknowledged.ts';
import type { Finding } from './read-findings.ts';

/** How findings stand against what is acknowledged. */
export interface Judged {
  /** Nobody gave a reason for these. */
  readonly open: readonly Finding[];
  /** These reasons are for nothing that is there. */
  readonly stale: readonly Acknowledged[];
  /** How many findings each rule has, by its name without what it found. */
  readonly counts: ReadonlyMap<string, number>;
}

const ruleOf = (rule: string): string => rule.split('[', 1)[0] ?? rule;

const covers = ({ rule, where }: Acknowledged, finding: Finding): boolean =>
  rule === ruleOf(finding.rule) && (where === undefined || where.test(finding.where));

/** Holds findings against the reasons that were given for them. Pure. */
export const judgeFindings = (findings: readonly Finding[], known: readonly Acknowledged[]): Judged => ({
  open: findings.filter((finding) => !known.some((one) => covers(one, finding))),
  stale: known.filter((one) => !findings.some((finding) => covers(one, finding))),
  counts: new Map(
    [...Map.groupBy(findings, ({ rule }) => ruleOf(rule))]
      .map(([rule, all]) => [rule, all.length] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ),
});
