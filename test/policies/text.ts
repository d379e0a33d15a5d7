import { whatCame, type Report } from './report.ts';

const ms = (milliseconds: number): string => `${Math.round(milliseconds)} ms`;

const section = (title: string, lines: readonly string[]): readonly string[] => [
  '',
  title,
  ...lines.map((line) => `  ${line}`),
];

/** The report for a terminal: what was asked, what each role may do, what was proved, what is objected to. */
export const textOf = (report: Report): string => {
  const noticed = report.mutants.filter(({ noticedBy }) => noticedBy !== undefined).length;
  return [
    'CORDON POLICIES',
    `  ${report.policies.length} documents, ${report.asked.length} checks of ${new Set(report.asked.map(({ from }) => from)).size} scenarios, ${report.cases.length} cases`,
    `  ${report.mutants.length} mutants: ${noticed} noticed, ${report.explained.length} explained, ${report.unexplained.length} unexplained`,
    `  ${report.proofs.length} proofs of ${report.proofs.reduce((sum, { claims }) => sum + claims, 0)} claims over our model of IAM, never against AWS, in ${(report.proofs.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000).toFixed(1)} s`,
    ...section(
      `What each role may do at most, out of ${report.actionsKnown} actions`,
      Object.entries(report.possible).map(
        ([role, actions]) => `${role}: ${actions.length}: ${actions.join(' ')}`,
      ),
    ),
    ...section(
      'Rights that no scenario uses, but a case does',
      [...Map.groupBy(report.byCaseAlone, ({ label }) => label)].map(
        ([label, of]) =>
          `${label}: ${of.map(({ sid, kind, removed }) => (kind === 'statement' ? sid : `${sid} (${removed})`)).join(', ')}`,
      ),
    ),
    ...section(
      'Proofs',
      report.proofs.map(
        ({ says, guardrails, claims, outcome, asStated, milliseconds }) =>
          `${asStated ? 'ok' : 'NOT AS STATED'}, guardrails ${guardrails}: ${says}: ${'status' in outcome ? `proved (${claims} claims)` : whatCame(outcome)}, ${ms(milliseconds)}`,
      ),
    ),
    ...section('What the proofs assume', report.assumptions),
    ...section(
      'Residual risks of this configuration',
      report.residualRisks.length === 0
        ? ['none beyond the assumptions']
        : report.residualRisks.map(({ id, text }) => `${id}: ${text}`),
    ),
    ...section(
      'Residual risks of choices that this configuration does not take',
      report.risksOfOtherChoices.map(({ id, text }) => `${id}: ${text}`),
    ),
    ...section('Checks that AWS does not document, taken in the stricter reading', [
      `${report.assumedChecks.length}: ${report.assumedChecks.join(' ')}`,
    ]),
    ...section(
      'Not noticed when taken out, and why that is right',
      [...Map.groupBy(report.explained, ({ because }) => because)].map(
        ([because, of]) =>
          `${of.length} (${[...new Set(of.map(({ mutant }) => `${mutant.label} ${mutant.sid}`))].join(', ')}): ${because}`,
      ),
    ),
    ...section(
      report.objections.length === 0 ? 'No objections.' : `${report.objections.length} OBJECTIONS`,
      report.objections,
    ),
    '',
  ].join('\n');
};

/** The report for machines. Documents and requests are named, not repeated. */
export const jsonOf = (report: Report): object => ({
  schemaVersion: 1,
  clean: report.objections.length === 0,
  objections: report.objections,
  documents: report.policies.map(({ label, kind, copies }) => ({
    label,
    kind,
    statements: copies[0]?.statements.length ?? 0,
  })),
  checks: report.asked.length,
  cases: report.cases.map(({ area, one, got, right, asked }) => ({
    area,
    name: one.name,
    action: one.action,
    on: asked.request.resource,
    as: one.as,
    wanted: one.answer,
    got,
    right,
  })),
  mutants: report.mutants.map((mutant) => ({
    ...mutant,
    ...(mutant.noticedBy === undefined
      ? { because: report.explained.find((one) => one.mutant === mutant)?.because ?? null }
      : {}),
  })),
  byCaseAlone: report.byCaseAlone.map(({ label, sid, removed, noticedBy }) => ({
    label,
    sid,
    removed,
    noticedBy,
  })),
  possibleActions: report.possible,
  proofs: report.proofs.map(({ outcome, ...rest }) => ({
    ...rest,
    came: whatCame(outcome),
    ...('proof' in outcome && outcome.proof.status === 'refuted'
      ? {
          counterexample: {
            principal: outcome.proof.counterexample.principal,
            action: outcome.proof.counterexample.action,
            resource: outcome.proof.counterexample.resource,
            context: outcome.proof.counterexample.context,
          },
        }
      : {}),
  })),
  assumptions: report.assumptions,
  residualRisks: report.residualRisks,
  risksOfOtherChoices: report.risksOfOtherChoices,
  assumedChecks: report.assumedChecks,
});
