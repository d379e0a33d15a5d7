import type { CompiledPolicy, CompiledStatement } from '../compile.ts';
import { reachOfClause, strongerReach } from '../match/match-principal.ts';
import type { Reach } from '../match/match-principal.ts';
import type { RequestKeys } from './request-keys.ts';
import type { AuthorizationRequest, DecisiveStatement, PolicyLayer } from './request.ts';

/** A request as the statements see it: indexed once, asked many times. */
export interface Question {
  readonly principal: AuthorizationRequest['principal'];
  readonly hasBoundary: boolean;
  readonly lowerCaseAction: string;
  readonly resource: string;
  readonly keys: RequestKeys;
}

/** What the policies of one layer say. */
export interface LayerFindings {
  readonly allows: readonly DecisiveStatement[];
  readonly denies: readonly DecisiveStatement[];
  /** How directly the allows reach the caller; `none` when nothing allows. */
  readonly reach: Reach;
}

/** Evaluates every statement of one layer's policies; order never matters. */
export function evaluatePolicies(
  layer: PolicyLayer,
  policies: readonly CompiledPolicy[],
  question: Question,
): LayerFindings {
  const allows: DecisiveStatement[] = [];
  const denies: DecisiveStatement[] = [];
  let reach: Reach = 'none';
  for (const policy of policies) {
    for (const statement of policy.statements) {
      const reached = reachOf(statement, question);
      if (reached === 'none') continue;
      (statement.effect === 'Deny' ? denies : allows).push({
        policy: policy.name,
        sid: statement.sid,
        effect: statement.effect,
        layer,
      });
      if (statement.effect === 'Allow') reach = strongerReach(reach, reached);
    }
  }
  return { allows, denies, reach };
}

function reachOf(statement: CompiledStatement, question: Question): Reach {
  if (!statement.matchesAction(question.lowerCaseAction)) return 'none';
  // A policy attached to the caller names nobody: it is about the caller.
  const reach =
    statement.principal === undefined
      ? 'direct'
      : reachOfClause(statement.principal, question.principal, question.hasBoundary);
  if (reach === 'none' || !statement.matchesResource(question.resource, question.keys)) return 'none';
  return statement.conditionsHold(question.keys) ? reach : 'none';
}
