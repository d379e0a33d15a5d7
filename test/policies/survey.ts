import type { Organization } from '@cordon/local-aws';
import { askCases, openCaseWorld, type CaseResult } from './ask-cases.ts';
import { nameOf, play, SCENARIOS, type Asked } from './evidence.ts';
import { EXPLAINED, explanationOf, type Explanation } from './explained.ts';
import { replayMutants, type MutantResult } from './replay.ts';
import { labelsByName, productPolicies, type ProductPolicy } from './universe.ts';

/** All that was asked of the product's policies, and what taking each thing out of them changes. */
export interface Survey {
  readonly policies: readonly ProductPolicy[];
  readonly asked: readonly Asked[];
  readonly cases: readonly CaseResult[];
  readonly mutants: readonly MutantResult[];
  /** Rights that no scenario uses: for a step that is not built yet, for people, or for what AWS does itself. */
  readonly byCaseAlone: readonly MutantResult[];
  /** Survivors without an explanation: what nothing needs, or nothing tests. */
  readonly unexplained: readonly MutantResult[];
  readonly explained: readonly { readonly mutant: MutantResult; readonly because: string }[];
  /** Explanations that explain nothing any more. */
  readonly stale: readonly Explanation[];
  /** The world of the cases: the product as deployed. The caller closes it. */
  readonly organization: Organization;
}

/** An Allow, or an action of one, that a case needs and no scenario of the response does. */
const isByCaseAlone = ({ effect, kind, noticedBy }: MutantResult): boolean =>
  effect === 'Allow' &&
  (kind === 'statement' || kind === 'action') &&
  noticedBy !== undefined &&
  !SCENARIOS.some((scenario) => noticedBy === nameOf(scenario));

/** Plays the scenarios, asks the cases, and replays all of it against every mutant. */
export const survey = async (tell: (line: string) => void): Promise<Survey> => {
  const organization = await openCaseWorld();
  const played = [];
  for (const scenario of SCENARIOS) {
    const one = await play(scenario);
    played.push(one);
    tell(`scenario ${one.scenario}: ${one.asked.length} checks`);
  }
  // Worlds of scenarios first, too: each has its own copy of a document, and copies are gone through in this order.
  const policies = productPolicies([...played.map(({ world }) => world), organization.world]);
  const cases = askCases(organization, labelsByName(policies));
  tell(`${cases.length} cases asked`);
  const scenarios = played.flatMap((one) => one.asked);
  // Scenarios first: what notices is then a case only where no scenario does.
  const mutants = replayMutants(policies, [...scenarios, ...cases.map((one) => one.asked)]);
  tell(`${mutants.length} mutants replayed`);
  const survivors = mutants.filter(({ noticedBy }) => noticedBy === undefined);
  const used = new Set(survivors.map(explanationOf));
  return {
    policies,
    asked: scenarios,
    cases,
    mutants,
    byCaseAlone: mutants.filter(isByCaseAlone),
    unexplained: survivors.filter((mutant) => explanationOf(mutant) === undefined),
    explained: survivors.flatMap((mutant) => {
      const because = explanationOf(mutant)?.because;
      return because === undefined ? [] : [{ mutant, because }];
    }),
    stale: EXPLAINED.filter((one) => !used.has(one)),
    organization,
  };
};
