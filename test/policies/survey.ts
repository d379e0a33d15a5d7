import type { Organization } from '@cordon/local-aws';
import { askCases, openCaseWorld, type CaseResult } from './ask-cases.ts';
import { play, SCENARIOS, type Asked } from './evidence.ts';
import { EXPLAINED, explanationOf, type Explanation } from './explained.ts';
import { replayMutants, type MutantResult } from './replay.ts';
import { labelsByName, productPolicies, type ProductPolicy } from './universe.ts';

/** All that was asked of the product's policies, and what taking each thing out of them changes. */
export interface Survey {
  readonly policies: readonly ProductPolicy[];
  readonly asked: readonly Asked[];
  readonly cases: readonly CaseResult[];
  readonly mutants: readonly MutantResult[];
  /** Survivors without an explanation: what nothing needs, or nothing tests. */
  readonly unexplained: readonly MutantResult[];
  readonly explained: readonly { readonly mutant: MutantResult; readonly because: string }[];
  /** Explanations that explain nothing any more. */
  readonly stale: readonly Explanation[];
  /** The world of the cases: the product as deployed. The caller closes it. */
  readonly organization: Organization;
}

/** Plays the scenarios, asks the cases, and replays all of it against every mutant. */
export const survey = async (tell: (line: string) => void): Promise<Survey> => {
  const organization = await openCaseWorld();
  const played = [];
  for (const scenario of SCENARIOS) {
    const one = await play(scenario);
    played.push(one);
    tell(`scenario ${scenario}: ${one.asked.length} checks`);
  }
  const policies = productPolicies([organization.world, ...played.map(({ world }) => world)]);
  const cases = askCases(organization, labelsByName(policies));
  tell(`${cases.length} cases asked`);
  const scenarios = played.flatMap((one) => one.asked);
  const mutants = replayMutants(policies, [...cases.map((one) => one.asked), ...scenarios]);
  tell(`${mutants.length} mutants replayed`);
  const survivors = mutants.filter(({ noticedBy }) => noticedBy === undefined);
  const used = new Set(survivors.map(explanationOf));
  return {
    policies,
    asked: scenarios,
    cases,
    mutants,
    unexplained: survivors.filter((mutant) => explanationOf(mutant) === undefined),
    explained: survivors.flatMap((mutant) => {
      const because = explanationOf(mutant)?.because;
      return because === undefined ? [] : [{ mutant, because }];
    }),
    stale: EXPLAINED.filter((one) => !used.has(one)),
    organization,
  };
};
