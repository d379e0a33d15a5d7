import jsonata from 'jsonata';
import { DefinitionError } from './definition-error.ts';
import type { Place } from './definition-error.ts';
import { expressionReferences } from './expression-references.ts';
import { FUNCTION_NAMES } from './jsonata-functions.ts';
import { isRecord, toJson } from './json-value.ts';
import type { Json } from './json-value.ts';
import { queryEvaluationError } from './state-failure.ts';
import type { VariableScope } from './variable-scope.ts';

/** The parts of `$states` that a field may read. */
export type StatesField = 'input' | 'result' | 'errorOutput' | 'context';

/** What an expression sees: `$states`, the variables, and the functions of the execution. */
export type Environment = {
  readonly states: Readonly<Partial<Record<StatesField, Json>>>;
  readonly variables: VariableScope;
  readonly functions: Readonly<Record<string, unknown>>;
};

/** A JSONata expression, parsed once. */
export type CompiledExpression = {
  readonly source: string;
  readonly place: Place;
  /** The free names that must be variables when it runs. */
  readonly variables: readonly string[];
  readonly parsed: jsonata.Expression;
};

/** Whether a string is an expression: `{%` first and `%}` last, without a space outside. */
export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}');
}

/**
 * Parses `{% ... %}`. `readable` says which parts of `$states` this field may read.
 * Throws a DefinitionError for bad syntax, unknown functions, and what Step Functions does not allow.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function compileExpression(
  text: string,
  place: Place,
  readable: readonly StatesField[],
): CompiledExpression {
  const source = text.slice(2, -2).trim();
  const parsed = parse(source, place);
  const tree: unknown = parsed.ast();
  const { free, statesFields, violations } = expressionReferences(tree);
  if (violations[0] !== undefined) throw new DefinitionError(place, `in ${text}: ${violations[0]}`);
  for (const field of statesFields) {
    if (readable.some((name) => name === field)) continue;
    const allowed = readable.map((name) => `$states.${name}`).join(', ');
    throw new DefinitionError(place, `in ${text}: $states.${field} is not available here; only ${allowed}`);
  }
  for (const name of calledNames(tree)) {
    if (free.has(name) && !FUNCTION_NAMES.has(name)) {
      throw new DefinitionError(place, `in ${text}: there is no function $${name}`);
    }
  }
  const variables = [...free].filter((name) => name !== 'states' && !FUNCTION_NAMES.has(name));
  return { source, place, variables, parsed };
}

/**
 * The value as JSON. Fails with `States.QueryEvaluationError` when a variable is not assigned, the evaluation fails, or it yields
 * undefined or what JSON cannot carry.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html (an undefined variable fails the state)
 */
export async function evaluateExpression(
  expression: CompiledExpression,
  environment: Environment,
): Promise<Json> {
  const { place, source } = expression;
  const subject = `the JSONata expression '${source}' of field '${place.field}' of state '${place.state}'`;
  const bindings: Record<string, unknown> = { ...environment.functions, states: environment.states };
  for (const name of expression.variables) {
    if (!environment.variables.has(name)) {
      throw queryEvaluationError(
        `${subject} refers to variable $${name}, which no state before it has assigned`,
      );
    }
    bindings[name] = environment.variables.get(name);
  }
  let value: unknown;
  try {
    value = await expression.parsed.evaluate(undefined, bindings);
  } catch (error) {
    throw queryEvaluationError(`${subject} failed: ${messageOf(error)}`);
  }
  if (value === undefined) throw queryEvaluationError(`${subject} returned nothing (undefined)`);
  try {
    return toJson(value, 'its result');
  } catch (error) {
    throw queryEvaluationError(`${subject}: ${messageOf(error)}`);
  }
}

function parse(source: string, place: Place): jsonata.Expression {
  try {
    return jsonata(source);
  } catch (error) {
    throw new DefinitionError(place, `'${source}' is not a JSONata expression: ${messageOf(error)}`);
  }
}

/** The names that the expression calls as functions. */
function calledNames(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(calledNames);
  if (!isRecord(node)) return [];
  const inside = Object.values(node).flatMap(calledNames);
  const isCall = node['type'] === 'function' || node['type'] === 'partial';
  const procedure = node['procedure'];
  if (!isCall || !isRecord(procedure) || procedure['type'] !== 'variable') return inside;
  return [String(procedure['value']), ...inside];
}

/** jsonata throws plain objects with a message. */
function messageOf(error: unknown): string {
  return isRecord(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
}
