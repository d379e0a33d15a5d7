export { compile, compilePolicy } from './compile.ts';
export type { CompiledPolicy, CompiledStatement } from './compile.ts';
export { authorize } from './decide/authorize.ts';
export { denialReason } from './decide/denial.ts';
export { mapPolicies } from './decide/map-policies.ts';
export { isServiceLinked } from './decide/request.ts';
export type {
  AuthorizationRequest,
  Decision,
  DecisiveStatement,
  FederatedPrincipal,
  Grant,
  Layer,
  PolicyLayer,
  Principal,
  RequestPolicies,
} from './decide/request.ts';
export { PolicyError, RequestError } from './errors.ts';
export { lint } from './lint.ts';
export type { Problem } from './lint.ts';
export { mutantsOf } from './mutate.ts';
export type { Mutant } from './mutate.ts';
export type {
  ConditionClause,
  Effect,
  PatternClause,
  PrincipalClause,
  PrincipalEntry,
  Statement,
} from './policy/policy.ts';
export { possibleActions } from './possible-actions.ts';
