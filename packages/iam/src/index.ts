export { compile } from './compile.ts';
export type { CompiledPolicy, CompiledStatement } from './compile.ts';
export { authorize } from './decide/authorize.ts';
export type {
  AuthorizationRequest,
  Decision,
  DecisiveStatement,
  Grant,
  Layer,
  Principal,
  RequestPolicies,
} from './decide/request.ts';
export { PolicyError, RequestError } from './errors.ts';
export { lint } from './lint.ts';
export type { Problem } from './lint.ts';
export type {
  ConditionClause,
  Effect,
  PatternClause,
  PrincipalClause,
  PrincipalEntry,
  Statement,
} from './policy/policy.ts';
