import type { Condition } from './condition.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './evaluate.ts';
import { refuse } from './place.ts';
import type { Place } from './place.ts';
import type { Template } from './template.ts';

/**
 * Settles every condition of `template`, used or not. Throws a TemplateError when conditions name each other in a circle.
 * `scope` gives the parameters, mappings and pseudo parameters; conditions are looked up in the template itself.
 */
export function evaluateConditions(
  template: Template,
  scope: Omit<Scope, 'condition'>,
): ReadonlyMap<string, boolean> {
  const settled = new Map<string, boolean>();
  const underWay: string[] = [];
  const named = (name: string, place: Place): boolean => {
    const known = settled.get(name);
    if (known !== undefined) return known;
    if (underWay.includes(name))
      refuse(place, `conditions depend on each other: ${[...underWay, name].join(' -> ')}`);
    const condition = template.conditions.get(name);
    if (condition === undefined) return refuse(place, `condition '${name}' is not declared`);
    underWay.push(name);
    const value = holds(condition, { ...scope, condition: named });
    underWay.pop();
    settled.set(name, value);
    return value;
  };
  for (const name of template.conditions.keys())
    named(name, { template: template.name, at: `Conditions.${name}` });
  return settled;
}

function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.kind) {
    case 'equals':
      return comparable(condition.left, scope) === comparable(condition.right, scope);
    case 'not':
      return !holds(condition.inner, scope);
    // Every inner condition is evaluated, so that none goes unchecked behind one that decides already.
    case 'and':
      return condition.inner.map((inner) => holds(inner, scope)).every(Boolean);
    case 'or':
      return condition.inner.map((inner) => holds(inner, scope)).some(Boolean);
    case 'named':
      return scope.condition(condition.name, condition.place);
  }
}

/** CloudFormation compares numbers and booleans by their text; lists are compared item by item. */
function comparable(expression: Parameters<typeof evaluate>[0], scope: Scope): string {
  const value = evaluate(expression, scope);
  return typeof value === 'object' ? JSON.stringify(value) : JSON.stringify(String(value));
}
