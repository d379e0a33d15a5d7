import { cidrBlocks } from './cidr-blocks.ts';
import type { Expression, Intrinsic } from './expression.ts';
import { refuse, show } from './place.ts';
import type { Place } from './place.ts';
import type { ParameterValue } from './parameter-values.ts';
import { pseudoParameter } from './pseudo-parameter.ts';
import type { Created, StackEnvironment } from './stack-environment.ts';
import type { Mapping } from './template.ts';

/** A value without intrinsic functions. */
export type Value = string | number | boolean | readonly Value[] | { readonly [member: string]: Value };

/** What expressions are evaluated against. `created` and `condition` throw for what they cannot give. */
export interface Scope {
  readonly environment: StackEnvironment;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly mappings: ReadonlyMap<string, Mapping>;
  readonly condition: (name: string, place: Place) => boolean;
  readonly created: (logicalId: string, place: Place) => Created & { readonly type: string };
}

/**
 * Gives the value of `expression`, or undefined for `AWS::NoValue`, which removes the member or list item that holds it.
 * Only the branch that an `Fn::If` takes is evaluated. Throws a TemplateError for whatever cannot be resolved.
 */
export function evaluate(expression: Expression, scope: Scope): Value | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'no-value':
      return undefined;
    case 'list':
      return expression.items.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
    case 'object': {
      const members: [string, Value][] = [];
      for (const [key, member] of expression.members) {
        const value = evaluate(member, scope);
        if (value !== undefined) members.push([key, value]);
      }
      return Object.fromEntries(members);
    }
    case 'if':
      return evaluate(
        expression.branches[scope.condition(expression.condition, expression.place) ? 0 : 1],
        scope,
      );
    case 'ref':
    case 'attribute':
    case 'sub':
    case 'join':
    case 'select':
    case 'split':
    case 'find-in-map':
    case 'import-value':
    case 'zones':
    case 'base64':
    case 'cidr':
      return evaluateFunction(expression, scope);
  }
}

/** Gives the value of `expression` as text; throws if it is a list, an object or no value. */
export function evaluateText(expression: Expression, scope: Scope, place: Place): string {
  return textOf(evaluate(expression, scope), place);
}

function evaluateFunction(called: Exclude<Intrinsic, { kind: 'if' }>, scope: Scope): Value {
  const { place } = called;
  const text = (operand: Expression): string => evaluateText(operand, scope, place);
  switch (called.kind) {
    case 'ref':
      return (
        scope.parameters.get(called.name) ??
        pseudoParameter(called.name, scope.environment, place) ??
        scope.created(called.name, place).ref
      );
    case 'attribute':
      return attributeOf(called, scope);
    case 'sub':
      return called.parts.map(text).join('');
    case 'join':
      return listOf(called.list, scope, place)
        .map((item) => textOf(item, place))
        .join(called.delimiter);
    case 'select':
      return selected(listOf(called.list, scope, place), text(called.index), place);
    case 'split':
      return text(called.source).split(called.delimiter);
    case 'find-in-map':
      return mapped(called.keys.map(text), scope, place);
    case 'import-value':
      if (scope.environment.imports === undefined) {
        return refuse(place, `needs export '${text(called.name)}', but environment.imports was not given`);
      }
      return scope.environment.imports(text(called.name));
    case 'zones':
      return zonesOf(text(called.region), scope.environment, place);
    case 'base64':
      return Buffer.from(text(called.source), 'utf8').toString('base64');
    case 'cidr': {
      const [block, count, hostBits] = called.operands;
      return cidrBlocks(
        { block: text(block), count: whole(text(count), place), hostBits: whole(text(hostBits), place) },
        place,
      );
    }
  }
}

function attributeOf(
  { logicalId, attribute, place }: Extract<Intrinsic, { kind: 'attribute' }>,
  scope: Scope,
): string {
  const { attributes, type } = scope.created(logicalId, place);
  const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (value !== undefined) return value;
  const known = Object.keys(attributes).join(', ') || 'none';
  return refuse(
    place,
    `resource '${logicalId}' of type ${type} has no attribute '${attribute}'; it gives: ${known}`,
  );
}

function textOf(value: Value | undefined, place: Place): string {
  if (value === undefined) return refuse(place, 'got AWS::NoValue, wanted text');
  if (typeof value === 'object') return refuse(place, `got ${show(value)}, wanted text`);
  return String(value);
}

function listOf(expression: Expression, scope: Scope, place: Place): readonly Value[] {
  const value = evaluate(expression, scope);
  return isList(value) ? value : refuse(place, `got ${show(value)}, wanted a list`);
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function whole(text: string, place: Place): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse(place, `got '${text}', wanted a whole number`);
}

function selected(list: readonly Value[], index: string, place: Place): Value {
  const item = list[whole(index, place)];
  return item ?? refuse(place, `index ${index} is outside the list of ${list.length} items`);
}

function mapped(keys: readonly string[], scope: Scope, place: Place): string | readonly string[] {
  const [mapping = '', top = '', second = ''] = keys;
  const value = scope.mappings.get(mapping)?.get(top)?.get(second);
  return value ?? refuse(place, `mapping '${mapping}' has no value at '${top}', '${second}'`);
}

function zonesOf(region: string, environment: StackEnvironment, place: Place): readonly string[] {
  // The empty string means the Region of the stack.
  if (region !== '' && region !== environment.region) {
    return refuse(place, `the zones of '${region}' are not known; the stack is in '${environment.region}'`);
  }
  return (
    environment.availabilityZones ??
    refuse(place, 'needs zones, but environment.availabilityZones was not given')
  );
}
