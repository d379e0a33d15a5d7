import type { AuthorizationRequest } from '../decide/request.ts';
import { findSetKeys } from './bearing.ts';
import type { ActionClass } from './bearing.ts';
import type { Claim, Constraint } from './claim.ts';
import { ProofError } from './claim.ts';
import { encodeConstraint } from './constraints.ts';
import { encodeAllowed } from './encode-decision.ts';
import { findKeyUses } from './key-uses.ts';
import { formLanguage, globPieces } from './pieces.ts';
import { exactly, union } from './languages.ts';
import { startScript } from './script.ts';
import { member, not, print, truth } from './smt.ts';
import type { Language, Term, Text } from './smt.ts';
import type { Model } from './solver.ts';
import type { SymbolicRequest } from './symbolic-request.ts';
import { declareRequest } from './symbolic-request.ts';

/** A question to the solver: is there a request like this? */
export interface Query {
  readonly script: string;
  /** False when the encoding alone settles that there is none. */
  readonly isOpen: boolean;
  /** Builds the request that a model describes. */
  readonly requestOf: (model: Model) => AuthorizationRequest;
}

/** Asks for a request of the claim's shape, allowed or not: a claim without any would be proved of nothing. */
export function queryAnyRequest(claim: Claim): Query {
  return buildQuery(claim, { actions: actionsOf(claim), bearings: [] }, () => truth(true));
}

/** Asks for an allowed request that the claim does not tolerate, with one of the class's actions. */
export function queryCounterexample(claim: Claim, actionClass: ActionClass): Query {
  return buildQuery(claim, actionClass, (request) => encodeAllowed(claim, actionClass.bearings, request));
}

function actionsOf({ actions, name }: Claim): ActionClass['actions'] {
  const [first, ...others] = actions;
  if (first === undefined)
    throw new ProofError(`claim "${name}" names no action; it would be proved of nothing`);
  return [first, ...others];
}

function buildQuery(
  claim: Claim,
  { actions, bearings }: ActionClass,
  encode: (request: SymbolicRequest) => Term,
): Query {
  const facts: readonly Constraint[] = claim.facts ?? [];
  const tolerated: readonly Constraint[] = claim.unless === undefined ? [] : [claim.unless];
  const script = startScript();
  const request = declareRequest(
    script,
    findKeyUses(bearings, { facts, others: tolerated, setKeys: findSetKeys(claim.policies) }),
  );
  script.assert(member(request.resource, grammarOf(claim)));
  for (const fact of facts) script.assert(encodeConstraint(fact, request));
  for (const constraint of tolerated) script.assert(not(encodeConstraint(constraint, request)));
  script.assert(encode(request));
  const asserted = script.asserted();
  return {
    script: script.text(),
    isOpen: asserted.kind !== 'constant' || asserted.value,
    requestOf: (model) => ({
      principal: claim.principal,
      action: actions[0],
      resource: textIn(model, request.resource),
      resourceAccount: claim.resourceAccount,
      context: contextIn(model, request),
      policies: claim.policies,
      ...(claim.resourcePolicyMode === undefined ? {} : { resourcePolicyMode: claim.resourcePolicyMode }),
    }),
  };
}

/** Z3 finds junk ARNs, and takes minutes over them, unless it is told what forms there are. */
function grammarOf({ name, resources }: Claim): Language {
  if (resources.length === 0)
    throw new ProofError(`claim "${name}" names no resource; want ARN patterns or "*"`);
  return union(
    resources.map((pattern) => {
      if (pattern === '*') return exactly('*');
      const language = pattern.startsWith('arn:') ? formLanguage(globPieces(pattern)) : undefined;
      if (language !== undefined) return language;
      throw new ProofError(
        `claim "${name}": resource "${pattern}"; want "*" or six components, such as "arn:aws:ec2:*:*:instance/*"`,
      );
    }),
  );
}

/** The model is silent on constants that do not matter: a key is absent then, and any text will do. */
function textIn(model: Model, constant: Text): string {
  const value = model.get(constant);
  return typeof value === 'string' ? value : '';
}

function contextIn(model: Model, { keys }: SymbolicRequest): AuthorizationRequest['context'] {
  return Object.fromEntries(
    keys.flatMap(({ name, slots }) => {
      const values = slots
        .filter(({ isGiven }) => model.get(print(isGiven)) === true)
        .map(({ value }) => textIn(model, value));
      const [only] = values;
      if (only === undefined) return [];
      return [[name, slots.length === 1 ? only : values] as const];
    }),
  );
}
