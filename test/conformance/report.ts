import type { Coverage } from './coverage.ts';
import type { Judged } from './judge.ts';

/** What one run of the comparison found. */
export interface Report {
  readonly moto: string;
  readonly steps: number;
  readonly judged: Judged;
  readonly coverage: Coverage;
  /** Rules that no step can ask about. */
  readonly rules: readonly string[];
}

/** What stands against a pass. */
const objectionsOf = ({ judged, coverage }: Report): readonly string[] => [
  ...judged.open.map(
    ({ step, path, local, moto }) =>
      `NEW ${step}: ${path}\n    local-aws  ${local}\n    moto       ${moto}\n    read AWS's page: correct local-aws, or say in test/conformance/divergences who is right and why`,
  ),
  ...judged.stale.map((entry) => `STALE ${entry}\n    it does not differ so any more: take it out`),
  ...coverage.stale.map(
    (operation) => `STALE ${operation} in test/conformance/unwitnessed.ts is no operation here: take it out`,
  ),
];

/** Whether nothing is new and nothing is stale. */
export const passes = (report: Report): boolean => objectionsOf(report).length === 0;

const unwitnessedLines = ({ not }: Coverage): readonly string[] =>
  [...Map.groupBy(not, ({ because }) => because)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([because, all]) => `  ${because}: ${all.map(({ operation }) => operation).join(', ')}`);

/** The report for people. */
export const textOf = (report: Report): string => {
  const { moto, steps, judged, coverage, rules } = report;
  return [
    `CORDON CONFORMANCE: local-aws beside moto ${moto}`,
    ...objectionsOf(report).map((line) => `  ${line}`),
    '',
    `NOT WITNESSED: ${coverage.not.length} of ${coverage.not.length + coverage.witnessed.length} operations`,
    ...unwitnessedLines(coverage),
    'NOT WITNESSED: rules',
    ...rules.map((rule) => `  ${rule}`),
    '',
    `${steps} steps witnessed over ${coverage.witnessed.length} operations, ${judged.known.length} divergences known, ${judged.open.length} new, ${judged.stale.length} stale; ${coverage.not.length} operations not witnessed`,
    '',
  ].join('\n');
};

/** The report for machines. */
export const jsonOf = (report: Report): object => ({
  schemaVersion: 1,
  pass: passes(report),
  moto: report.moto,
  steps: report.steps,
  new: report.judged.open,
  stale: [...report.judged.stale, ...report.coverage.stale],
  known: report.judged.known,
  witnessed: report.coverage.witnessed,
  notWitnessed: report.coverage.not,
  rulesNotWitnessed: report.rules,
});
