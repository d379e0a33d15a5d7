/** What a statement does when it matches. */
export type Effect = 'Allow' | 'Deny';

/** Policy language version; variables are literal text in the older one. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html */
export type PolicyVersion = '2008-10-17' | '2012-10-17';

/** One entry of a `Principal` or `NotPrincipal`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export type PrincipalEntry =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'user'; readonly arn: string }
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'role-session'; readonly arn: string }
  | { readonly kind: 'unique-id'; readonly id: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'federated-user'; readonly arn: string }
  | { readonly kind: 'federated'; readonly provider: string };

/** `Principal` (or, when negated, `NotPrincipal`) of a statement. */
export interface PrincipalClause {
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

/** `Action`/`Resource` (or, when negated, `NotAction`/`NotResource`) as written, save that an ARN cut short is filled up. */
export interface PatternClause {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** How an operator treats a key with several values. */
export type Quantifier = 'single' | 'for-all-values' | 'for-any-value';

/** One key under one operator of a `Condition` block. */
export interface ConditionClause {
  /** The operator without prefix and suffix, e.g. `StringNotLike`. */
  readonly operator: string;
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
  /** The key as written; compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement, checked and with defaults filled in, before matchers are built. */
export interface Statement {
  /** The Sid as written, or `#3` for a third statement without one. */
  readonly sid: string;
  readonly effect: Effect;
  readonly principal: PrincipalClause | undefined;
  readonly action: PatternClause;
  /** Absent only where the policy's own resource is meant: role trust, ECR repositories, file systems. */
  readonly resource: PatternClause | undefined;
  readonly conditions: readonly ConditionClause[];
}

/** A policy document that passed the strict parser. */
export interface Policy {
  readonly name: string;
  readonly version: PolicyVersion;
  readonly statements: readonly Statement[];
}
