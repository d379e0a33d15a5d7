import { DefinitionError } from './definition-error.ts';
import type { Place } from './definition-error.ts';
import { compileExpression, evaluateExpression, isExpression } from './expression.ts';
import type { CompiledExpression, Environment, StatesField } from './expression.ts';
import { isRecord } from './json-value.ts';
import type { Json } from './json-value.ts';
import { queryEvaluationError } from './state-failure.ts';

/** Any JSON value in which strings may be expressions, at any depth. */
export type Template =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: CompiledExpression }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] };

/**
 * Compiles a field's value. Throws a DefinitionError for a wrong expression, and for a string that is only half delimited as one.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function compileTemplate(value: unknown, place: Place, readable: readonly StatesField[]): Template {
  if (typeof value === 'string') {
    if (isExpression(value)) {
      return { kind: 'expression', expression: compileExpression(value, place, readable) };
    }
    const trimmed = value.trim();
    if (trimmed.startsWith('{%') || trimmed.endsWith('%}')) {
      throw new DefinitionError(
        place,
        `'${value}' is half an expression; {% must come first and %} last, with no space outside`,
      );
    }
    return { kind: 'literal', value };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileTemplate(item, within(place, `[${index}]`), readable));
    return { kind: 'list', items };
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, compileTemplate(item, within(place, `/${key}`), readable)] as const,
    );
    return { kind: 'object', entries };
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number')
    return { kind: 'literal', value };
  throw new DefinitionError(place, `got ${typeof value}, a JSON value is needed`);
}

/** The template's value. Fails with `States.QueryEvaluationError` as any of its expressions does. */
export async function evaluateTemplate(template: Template, environment: Environment): Promise<Json> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression':
      return evaluateExpression(template.expression, environment);
    case 'list': {
      const items: Json[] = [];
      for (const item of template.items) items.push(await evaluateTemplate(item, environment));
      return items;
    }
    case 'object': {
      const fields: Record<string, Json> = {};
      for (const [key, item] of template.entries) fields[key] = await evaluateTemplate(item, environment);
      return fields;
    }
  }
}

/** An integer from `least` to `most`, literal or expression; anything else fails with `States.QueryEvaluationError`. */
export async function evaluateInteger(
  { template, field, least, most }: IntegerField,
  environment: Environment,
): Promise<number> {
  const value = await evaluateTemplate(template, environment);
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw queryEvaluationError(
    `${field} is ${JSON.stringify(value)}, an integer from ${least} to ${most} is needed`,
  );
}

/** A field that must come to an integer within bounds. */
export type IntegerField = {
  readonly template: Template;
  readonly field: string;
  readonly least: number;
  readonly most: number;
};

function within(place: Place, suffix: string): Place {
  return { state: place.state, field: place.field + suffix };
}
