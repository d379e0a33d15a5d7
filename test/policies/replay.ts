import {
  authorize,
  mapPolicies,
  mutantsOf,
  type AuthorizationRequest,
  type CompiledPolicy,
  type Decision,
  type Mutant,
} from '@cordon/iam';
import type { Asked } from './evidence.ts';
import type { ProductPolicy } from './universe.ts';

/** One thing taken out of one document, and whether anything noticed. */
export interface MutantResult {
  readonly label: string;
  readonly sid: string;
  readonly effect: Mutant['effect'];
  readonly kind: Mutant['kind'];
  readonly removed: string;
  /** The scenario or case whose answer changed first; absent when none did. */
  readonly noticedBy?: string;
}

/** All documents that bear on a request. */
const documentsOf = ({ policies }: AuthorizationRequest): ReadonlySet<CompiledPolicy> => {
  const found = new Set<CompiledPolicy>();
  mapPolicies(policies, (policy) => {
    found.add(policy);
    return policy;
  });
  return found;
};

/** An Allow is needed when without it something is refused; a Deny when without it a case's list of denying statements is another. */
const answer = (decision: Decision, effect: Mutant['effect']): string =>
  effect === 'Allow'
    ? decision.verdict
    : `${decision.verdict} ${decision.decisive
        .filter((one) => one.effect === 'Deny')
        .map(({ policy, sid }) => `${policy}/${sid}`)
        .toSorted()
        .join(' ')}`;

const differs = ({ request, decision }: Asked, original: CompiledPolicy, mutant: Mutant): boolean => {
  // The mutant's as well: with an action less in NotAction, a statement is about one action more.
  const about = [original, mutant.policy].some(({ statements }) =>
    statements.some(
      ({ sid, matchesAction }) => sid === mutant.sid && matchesAction(request.action.toLowerCase()),
    ),
  );
  if (!about) return false;
  const changed = authorize({
    ...request,
    policies: mapPolicies(request.policies, (policy) => (policy === original ? mutant.policy : policy)),
  });
  return answer(changed, mutant.effect) !== answer(decision, mutant.effect);
};

/** Takes each thing out of each document in turn, and asks every question again that the document bears on. */
export const replayMutants = (
  policies: readonly ProductPolicy[],
  asked: readonly Asked[],
): readonly MutantResult[] => {
  const byDocument = new Map<CompiledPolicy, Asked[]>();
  for (const one of asked) {
    for (const document of documentsOf(one.request)) {
      const known = byDocument.get(document);
      if (known === undefined) byDocument.set(document, [one]);
      else known.push(one);
    }
  }
  return policies.flatMap(({ label, copies }) => {
    const used = copies.filter((copy) => byDocument.has(copy));
    const mutants = used.map((copy) => ({
      copy,
      mutants: mutantsOf(copy),
      asked: byDocument.get(copy) ?? [],
    }));
    const [shape] = copies;
    return (shape === undefined ? [] : mutantsOf(shape)).map(
      ({ sid, effect, kind, removed }, index): MutantResult => {
        let noticedBy: string | undefined;
        for (const { copy, mutants: own, asked: questions } of mutants) {
          const mutant = own[index];
          if (mutant === undefined || noticedBy !== undefined) continue;
          noticedBy = questions.find((one) => differs(one, copy, mutant))?.from;
        }
        return { label, sid, effect, kind, removed, ...(noticedBy === undefined ? {} : { noticedBy }) };
      },
    );
  });
};
