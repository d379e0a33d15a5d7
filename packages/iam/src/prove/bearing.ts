import type { CompiledPolicy, CompiledStatement } from '../compile.ts';
import { accountOf } from '../decide/request.ts';
import type { RequestPolicies } from '../decide/request.ts';
import { isUnderResourceControl } from '../decide/resource-control.ts';
import { reachOfClause } from '../match/match-principal.ts';
import type { Reach } from '../match/match-principal.ts';
import type { Claim } from './claim.ts';
import { ProofError } from './claim.ts';

/** The layers of a request that proofs encode, by their names in `RequestPolicies`. */
export type ProvenLayer = Exclude<keyof RequestPolicies, 'grants'>;

/** A statement that bears on an action of the claim: action and principal match, resource and conditions are still open. */
export interface Bearing {
  readonly layer: ProvenLayer;
  /** Level of an organization policy, from the root; 0 in the other layers. */
  readonly level: number;
  readonly policy: CompiledPolicy;
  readonly statement: CompiledStatement;
  readonly reach: Exclude<Reach, 'none'>;
}

/** Actions on which the same statements bear: one query answers for all of them. */
export interface ActionClass {
  readonly actions: readonly [string, ...string[]];
  readonly bearings: readonly Bearing[];
}

/** The claim's actions, grouped by the statements that bear on them. */
export function groupActions(claim: Claim): readonly ActionClass[] {
  const candidates = candidatesOf(claim);
  const classes = new Map<string, { actions: [string, ...string[]]; bearings: readonly Bearing[] }>();
  for (const action of new Set(claim.actions.map((name) => name.toLowerCase()))) {
    const numbers = candidates.flatMap((candidate, number) => (bears(candidate, action) ? [number] : []));
    const known = classes.get(numbers.join());
    if (known !== undefined) {
      known.actions.push(action);
      continue;
    }
    classes.set(numbers.join(), {
      actions: [action],
      bearings: candidates.filter((_, number) => numbers.includes(number)),
    });
  }
  return [...classes.values()];
}

function bears({ layer, statement }: Bearing, action: string): boolean {
  return statement.matchesAction(action) && (layer !== 'resourceControl' || isUnderResourceControl(action));
}

/** The keys, in lower case, that some statement of the policies reads with a set operator: they may have several values. */
export function findSetKeys(policies: RequestPolicies): ReadonlySet<string> {
  return new Set(
    layersOf(policies)
      .flatMap(({ policy }) => policy.statements)
      .flatMap(({ conditions }) => conditions)
      .filter(({ quantifier }) => quantifier !== 'single')
      .map(({ key }) => key.toLowerCase()),
  );
}

/** Every statement whose principal matches, whatever its actions. */
function candidatesOf({ policies, principal }: Claim): readonly Bearing[] {
  const hasBoundary = policies.boundary !== undefined;
  return layersOf(policies).flatMap(({ layer, level, policy }) =>
    // SCPs bind the principals of an account: no service acting on its own behalf, and nobody from outside AWS.
    layer === 'serviceControl' && accountOf(principal) === undefined
      ? []
      : policy.statements.flatMap((statement): readonly Bearing[] => {
          const clause = statement.principal;
          const reach = clause === undefined ? 'direct' : reachOfClause(clause, principal, hasBoundary);
          return reach === 'none' ? [] : [{ layer, level, policy, statement, reach }];
        }),
  );
}

function layersOf(policies: RequestPolicies): readonly Pick<Bearing, 'layer' | 'level' | 'policy'>[] {
  return Object.entries(policies).flatMap(
    ([layer, given]: readonly [string, unknown]): ReturnType<typeof layersOf> => {
      switch (layer) {
        case 'identity':
        case 'session':
          return (policies[layer] ?? []).map((policy) => ({ layer, level: 0, policy }));
        case 'boundary':
        case 'resource':
        case 'endpoint': {
          const policy = policies[layer];
          return policy === undefined ? [] : [{ layer, level: 0, policy }];
        }
        case 'serviceControl':
        case 'resourceControl':
          return (policies[layer] ?? []).flatMap((listed, level) =>
            listed.map((policy) => ({ layer, level, policy })),
          );
        default:
          if (given === undefined || (Array.isArray(given) && given.length === 0)) return [];
          throw new ProofError(
            `policies.${layer} cannot be encoded; leave it out of the claim, or add it to the prover`,
          );
      }
    },
  );
}
