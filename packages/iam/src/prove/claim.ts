import type { AuthorizationRequest, Decision, RequestPolicies } from '../decide/request.ts';

/**
 * Something that holds of a request. Keys are named in any case. A key with several values satisfies `equals` and `like`
 * when every one of its values does; an absent key satisfies neither.
 */
export type Constraint =
  | { readonly key: string; readonly is: 'present' | 'absent' }
  | { readonly key: string; readonly equals: readonly string[] }
  /** IAM globs, in which `*` and `?` stand for any character. */
  | { readonly key: string; readonly like: readonly string[] }
  /** Some value of the key is this one. */
  | { readonly key: string; readonly includes: string }
  /** Both keys are present with the same single value. */
  | { readonly key: string; readonly sameAs: string }
  /** IAM globs over the whole ARN, in which `*` spans colons, as in a policy's `Resource`. */
  | { readonly resource: readonly string[] }
  | { readonly not: Constraint }
  | { readonly all: readonly Constraint[] }
  | { readonly any: readonly Constraint[] };

/**
 * One claim about power: among all requests of this shape, none is allowed. Resource and condition keys range over every
 * value; principal, actions and policies are fixed.
 *
 * What a claim ranges over, and so what "proved" means: all texts of Unicode; one value for a key that policies compare
 * with a single-valued operator or use as a variable, any number for a key under `ForAllValues`/`ForAnyValue`; and the
 * engine's model of IAM, not AWS itself.
 */
export interface Claim {
  readonly name: string;
  readonly principal: AuthorizationRequest['principal'];
  /** Concrete actions (`ec2:TerminateInstances`, in any case); a claim about `iam:*` lists the catalogue's. */
  readonly actions: readonly string[];
  /**
   * The forms a resource may have: ARNs in which `*` and `?` stand for anything but a colon, save in the name of an S3 object
   * (`arn:aws:ec2:*:*:instance/*`), or `*` alone for the literal `*` of actions without a resource.
   */
  readonly resources: readonly string[];
  /** Owner of the resource; undefined for `*`, as in a request. */
  readonly resourceAccount: string | undefined;
  readonly policies: RequestPolicies;
  readonly resourcePolicyMode?: NonNullable<AuthorizationRequest['resourcePolicyMode']>;
  /** What holds of every such request, because AWS sees to it or because the claim is about no others. */
  readonly facts?: readonly Constraint[];
  /** What the claim tolerates: an allowed request for which this holds is no counterexample. */
  readonly unless?: Constraint;
}

/** What became of a claim. Times are wall-clock milliseconds, for people. */
export type Proof =
  | { readonly status: 'proved'; readonly milliseconds: number }
  | {
      readonly status: 'refuted';
      /** A request of the claim's shape that `authorize` allows: replayed before it is reported. */
      readonly counterexample: AuthorizationRequest;
      readonly decision: Decision;
      readonly milliseconds: number;
    }
  /** Neither: counts as a failure. */
  | { readonly status: 'unknown'; readonly why: string; readonly milliseconds: number };

/** Thrown for a claim that cannot be put to the solver: nothing of a policy is ever left out. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
}
