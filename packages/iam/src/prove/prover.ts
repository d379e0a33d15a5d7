import { authorize } from '../decide/authorize.ts';
import { checkRequest } from '../decide/check-request.ts';
import type { AuthorizationRequest } from '../decide/request.ts';
import { groupActions } from './bearing.ts';
import type { Claim, Proof } from './claim.ts';
import { constraintHolds } from './constraints.ts';
import { exampleOf } from './example.ts';
import { queryAnyRequest, queryCounterexample } from './query.ts';
import type { Query } from './query.ts';
import { openSolver } from './solver.ts';
import type { Solver } from './solver.ts';

/** Time for each query; Z3 either answers in a fraction of it or not at all. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** Proves or refutes claims. */
export interface Prover {
  /**
   * Settles one claim, with one query for each set of statements that bears on its actions. Throws ProofError for what cannot
   * be encoded, and RequestError or PolicyError for a claim that no request could fit; never guesses.
   */
  readonly prove: (claim: Claim, options?: { readonly timeoutMs?: number }) => Promise<Proof>;
  /** Ends the solver's threads; the prover is of no use afterwards. */
  readonly close: () => Promise<void>;
}

/** Loads Z3 once, for any number of claims. Close it, else its threads keep the process alive. */
export async function openProver(): Promise<Prover> {
  const solver = await openSolver();
  return {
    prove: async (claim, options) => {
      const start = performance.now();
      const outcome = await settle(claim, solver, options?.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      return { ...outcome, milliseconds: performance.now() - start };
    },
    close: solver.close,
  };
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'milliseconds'> : never;
type Outcome = WithoutTime<Proof>;

async function settle(claim: Claim, solver: Solver, timeoutMs: number): Promise<Outcome> {
  for (const action of claim.actions) checkRequest({ ...claim, action, resource: '*', context: {} });
  const vacuous = await whyVacuous(claim, solver, timeoutMs);
  if (vacuous !== undefined) return { status: 'unknown', why: vacuous };
  let doubt: Outcome | undefined;
  for (const actionClass of groupActions(claim)) {
    const found = await ask(queryCounterexample(claim, actionClass), solver, timeoutMs);
    const outcome = found.status === 'found' ? replay(claim, found.request) : found;
    if (outcome.status === 'refuted') return outcome;
    if (outcome.status === 'unknown') doubt = outcome;
  }
  return doubt ?? { status: 'proved' };
}

/** Why the claim is about no request at all, or may be; undefined when it is about some. */
async function whyVacuous(claim: Claim, solver: Solver, timeoutMs: number): Promise<string | undefined> {
  if (exampleOf(claim) !== undefined) return undefined;
  const any = await ask(queryAnyRequest(claim), solver, timeoutMs);
  switch (any.status) {
    case 'found':
      return undefined;
    case 'none':
      return 'no request at all fits resources, facts and unless; the claim would be proved of nothing';
    case 'unknown':
      return any.why;
  }
}

type Found =
  | { readonly status: 'none' }
  | { readonly status: 'found'; readonly request: AuthorizationRequest }
  | { readonly status: 'unknown'; readonly why: string };

async function ask(query: Query, solver: Solver, timeoutMs: number): Promise<Found> {
  if (!query.isOpen) return { status: 'none' };
  const answer = await solver.check(query.script, timeoutMs);
  switch (answer.status) {
    case 'unsatisfiable':
      return { status: 'none' };
    case 'satisfiable':
      return { status: 'found', request: query.requestOf(answer.model) };
    case 'unknown':
      return answer;
  }
}

/** A counterexample counts only when the engine allows it and it is of the claim's shape: proof and engine cannot drift apart. */
function replay(claim: Claim, counterexample: AuthorizationRequest): Outcome {
  const decision = authorize(counterexample);
  const strays = (claim.facts ?? []).filter((fact) => !constraintHolds(fact, counterexample));
  const isTolerated = claim.unless !== undefined && constraintHolds(claim.unless, counterexample);
  if (decision.verdict === 'allow' && strays.length === 0 && !isTolerated) {
    return { status: 'refuted', counterexample, decision };
  }
  const shown = JSON.stringify({ resource: counterexample.resource, context: counterexample.context });
  const why = decision.verdict === 'deny' ? decision.why : 'it does not fit the claim';
  return { status: 'unknown', why: `the counterexample did not replay: ${shown}: ${why}` };
}
