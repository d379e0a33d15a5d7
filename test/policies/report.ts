import { lint, type Problem } from '@cordon/iam';
import {
  contractProblems,
  deviations,
  deviationsOfCases,
  openCatalogue,
  type Catalogue,
} from '@cordon/iam/catalogue';
import { openProver } from '@cordon/iam/prove';
import { residualRisks, type Containment, type ResidualRisk } from '@cordon/incident';
import { config } from '../../cordon.config.ts';
import type { CaseResult } from './ask-cases.ts';
import {
  differences,
  possibleByRole,
  readGolden,
  type GoldenDifference,
  type PossibleActions,
} from './golden.ts';
import { ASSUMPTIONS, INVARIANTS } from './proofs/invariants.ts';
import { proveAll, type Proved } from './proofs/prove-all.ts';
import { survey, type Survey } from './survey.ts';

/** All that `pnpm policies` finds. */
export interface Report extends Omit<Survey, 'organization'> {
  readonly possible: PossibleActions;
  readonly changed: readonly GoldenDifference[];
  readonly proofs: readonly Proved[];
  readonly assumptions: readonly string[];
  readonly residualRisks: readonly ResidualRisk[];
  /** What a choice that this deployment did not take would leave open. */
  readonly risksOfOtherChoices: readonly ResidualRisk[];
  /** Ambiguous constructs. */
  readonly problems: readonly (Problem & { readonly label: string })[];
  /** Cases that ask what AWS never would. */
  readonly impossible: readonly { readonly name: string; readonly problem: string }[];
  /** Checks of the scenarios that AWS does not document: the stricter reading was taken. */
  readonly assumedChecks: readonly string[];
  readonly actionsKnown: number;
  /** What keeps the report from being clean, a line each; none when all is well. */
  readonly objections: readonly string[];
}

const OTHER_CHOICES: readonly Pick<Containment, 'sessionDeny' | 'boundAtRelease'>[] = [
  { sessionDeny: 'put-role-policy', boundAtRelease: false },
  { sessionDeny: 'attach-fixed-policy', boundAtRelease: true },
];

/** What the choices that this deployment did not take would leave open, beside what it leaves open anyway. */
const risksOfOthers = (): readonly ResidualRisk[] => {
  const own = new Set(residualRisks(config).map(({ id }) => id));
  return OTHER_CHOICES.flatMap((choice) =>
    residualRisks({ ...config, containment: { ...config.containment, ...choice } }),
  ).filter(({ id }, at, all) => !own.has(id) && all.findIndex((one) => one.id === id) === at);
};

/** Services whose details the proofs need; those of the cases are loaded as they come. */
const SERVICES = ['cloudformation', 'ec2', 'iam', 'kms', 's3', 'ssm', 'sts'];

/** Surveys the policies, proves the invariants, and compares what each role may do with what was reviewed. */
export const makeReport = async (
  tell: (line: string) => void,
  { accept }: { readonly accept: boolean },
): Promise<Report> => {
  const { organization, ...found } = await survey(tell);
  const catalogue = await openCatalogue(SERVICES);
  await catalogue.load([
    ...new Set(found.cases.map(({ one }) => one.action.slice(0, one.action.indexOf(':')))),
  ]);
  const prover = await openProver();
  const proofs = await proveAll(prover, INVARIANTS, { organization, catalogue });
  await Promise.all([prover.close(), organization.close()]);
  tell(`${proofs.length} proofs tried`);
  const possible = possibleByRole(found.policies, catalogue.actions);
  const rest = {
    ...found,
    possible,
    // Accepting is for what is there now: nothing of it differs.
    changed: accept ? [] : differences(readGolden(), possible),
    proofs,
    assumptions: ASSUMPTIONS,
    residualRisks: residualRisks(config),
    risksOfOtherChoices: risksOfOthers(),
    problems: found.policies.flatMap(({ label, copies }) =>
      copies.slice(0, 1).flatMap((copy) => lint(copy).map((problem) => ({ ...problem, label }))),
    ),
    impossible: found.cases.flatMap((one) => impossibleIn(one, catalogue)),
    assumedChecks: [
      ...new Set(found.asked.filter(({ assumed }) => assumed).map(({ request }) => request.action)),
    ].toSorted(),
    actionsKnown: catalogue.actions.length,
  };
  return { ...rest, objections: objectionsTo(rest) };
};

/** Whether AWS could ask the question of a case at all: such an action, on such a resource, with such keys. */
const impossibleIn = (
  { one, area, asked }: CaseResult,
  catalogue: Catalogue,
): readonly { readonly name: string; readonly problem: string }[] =>
  contractProblems(
    [
      {
        action: one.action,
        resource: asked.request.resource,
        ...(one.given === undefined ? {} : { context: one.given }),
      },
    ],
    catalogue,
    [...deviations, ...deviationsOfCases],
  )
    .filter((problem) => !/required/.test(problem))
    .map((problem) => ({ name: `${area}: ${one.name}`, problem }));

const objectionsTo = (report: Omit<Report, 'objections'>): readonly string[] => [
  ...report.cases
    .filter(({ right }) => !right)
    .map(
      ({ area, one, got, asked }) =>
        `case "${area}: ${one.name}": wanted ${JSON.stringify(one.answer)}, got ${JSON.stringify(got)} for ${one.action} on ${asked.request.resource} (${asked.decision.layer}: ${asked.decision.why})`,
    ),
  ...report.unexplained.map(
    ({ label, effect, sid, removed }) =>
      `${label}, ${effect} ${sid}: nothing notices when ${removed} is taken out; take it out, or write the case that needs it`,
  ),
  ...report.stale.map(
    ({ label, sid, removed }) =>
      `the explanation of ${label.source} ${sid.source} ${removed.source} explains nothing any more; remove it`,
  ),
  ...report.changed.map(
    ({ role, added, gone }) =>
      `${role} may do other things than were reviewed: ${[...added.map((action) => `+${action}`), ...gone.map((action) => `-${action}`)].slice(0, 12).join(' ')}${added.length + gone.length > 12 ? ` and ${added.length + gone.length - 12} more` : ''}; look at it, then run with --accept`,
  ),
  ...report.proofs
    .filter(({ asStated }) => !asStated)
    .map(
      ({ says, guardrails, outcome }) =>
        `not as stated with guardrails ${guardrails}: ${says} (${whatCame(outcome)})`,
    ),
  ...report.problems.map(({ label, sid, rule, message }) => `${label}, ${sid}: ${rule}: ${message}`),
  ...report.impossible.map(({ name, problem }) => `case "${name}" asks what AWS never would: ${problem}`),
];

/** What came of an invariant, in words. */
export const whatCame = (outcome: Proved['outcome']): string => {
  if ('status' in outcome) return 'proved';
  const { claim, proof } = outcome;
  switch (proof.status) {
    case 'proved':
      return 'proved';
    case 'unknown':
      return `${claim.name}: neither proved nor refuted: ${proof.why}`;
    case 'refuted':
      return `${claim.name}: allowed: ${proof.counterexample.action} on ${proof.counterexample.resource}, ${proof.decision.why}`;
  }
};
