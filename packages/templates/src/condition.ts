import { walk } from './expression.ts';
import type { Expression } from './expression.ts';
import { arrayAt, inside, objectAt, refuse, stringAt } from './place.ts';
import type { Place } from './place.ts';
import { argumentsAt, intrinsicName, readExpression } from './read-expression.ts';

/** A condition of the Conditions section. */
export type Condition =
  | { readonly kind: 'equals'; readonly left: Expression; readonly right: Expression; readonly place: Place }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'and'; readonly inner: readonly Condition[] }
  | { readonly kind: 'or'; readonly inner: readonly Condition[] }
  | { readonly kind: 'named'; readonly name: string; readonly place: Place };

// What a condition may compare. Nothing here depends on a resource: conditions are settled before any is created.
const COMPARABLE: readonly Expression['kind'][] = [
  'literal',
  'list',
  'ref',
  'sub',
  'join',
  'select',
  'split',
  'find-in-map',
];

/**
 * Reads a condition: `Fn::Equals`, `Fn::Not`, `Fn::And`, `Fn::Or` (2 to 10 conditions) or `Condition`.
 * Anything else throws a TemplateError.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function readCondition(json: unknown, place: Place): Condition {
  const object = objectAt(json, place);
  const keys = Object.keys(object);
  const called = keys.length === 1 && keys[0] === 'Condition' ? 'Condition' : intrinsicName(object, place);
  if (called === undefined)
    return refuse(place, 'this is not a condition; wanted Fn::Equals, Fn::Not, Fn::And, Fn::Or or Condition');
  const argument = object[called];
  const here = inside(place, called);
  switch (called) {
    case 'Fn::Equals': {
      const [left, right] = argumentsAt(argument, 2, here);
      return {
        kind: 'equals',
        left: readComparable(left, inside(here, 0)),
        right: readComparable(right, inside(here, 1)),
        place: here,
      };
    }
    case 'Fn::Not': {
      const [inner] = argumentsAt(argument, 1, here);
      return { kind: 'not', inner: readCondition(inner, inside(here, 0)) };
    }
    case 'Fn::And':
      return { kind: 'and', inner: readConditionList(argument, here) };
    case 'Fn::Or':
      return { kind: 'or', inner: readConditionList(argument, here) };
    case 'Condition':
      return { kind: 'named', name: stringAt(argument, here), place: here };
    default:
      return refuse(
        here,
        `'${called}' is not a condition; wanted Fn::Equals, Fn::Not, Fn::And, Fn::Or or Condition`,
      );
  }
}

/** Gives the expressions that `condition` compares, those of inner conditions included. */
export function comparedExpressions(condition: Condition): readonly Expression[] {
  switch (condition.kind) {
    case 'equals':
      return [condition.left, condition.right];
    case 'not':
      return comparedExpressions(condition.inner);
    case 'and':
    case 'or':
      return condition.inner.flatMap(comparedExpressions);
    case 'named':
      return [];
  }
}

/** Gives the conditions that `condition` calls by name. */
export function namedConditions(condition: Condition): readonly Extract<Condition, { kind: 'named' }>[] {
  switch (condition.kind) {
    case 'equals':
      return [];
    case 'not':
      return namedConditions(condition.inner);
    case 'and':
    case 'or':
      return condition.inner.flatMap(namedConditions);
    case 'named':
      return [condition];
  }
}

function readConditionList(json: unknown, place: Place): readonly Condition[] {
  const list = arrayAt(json, place);
  if (list.length < 2 || list.length > 10) refuse(place, `got ${list.length} conditions, wanted 2 to 10`);
  return list.map((item, index) => readCondition(item, inside(place, index)));
}

function readComparable(json: unknown, place: Place): Expression {
  const expression = readExpression(json, place);
  walk(expression, (found) => {
    if (!COMPARABLE.includes(found.kind)) refuse(place, `'${found.kind}' cannot stand in a condition`);
  });
  return expression;
}
