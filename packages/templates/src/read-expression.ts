import type { Expression } from './expression.ts';
import { arrayAt, inside, isObject, objectAt, refuse, show, stringAt } from './place.ts';
import type { JsonObject, Place } from './place.ts';
import { readSub } from './read-sub.ts';

/**
 * Reads a JSON value of a template into an Expression.
 * Throws a TemplateError for null (CloudFormation refuses it too), for an intrinsic function that is not supported, for one
 * that has siblings, and for one whose arguments have the wrong shape.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function readExpression(json: unknown, place: Place): Expression {
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean') {
    return { kind: 'literal', value: json };
  }
  if (Array.isArray(json)) {
    return {
      kind: 'list',
      items: json.map((item, index) => readExpression(item, inside(place, index))),
      place,
    };
  }
  if (!isObject(json))
    return refuse(place, `got ${show(json)}; a template cannot hold it, leave the property out`);
  const called = intrinsicName(json, place);
  if (called !== undefined) return readIntrinsic(called, json[called], inside(place, called));
  const members = new Map<string, Expression>();
  for (const [key, value] of Object.entries(json))
    members.set(key, readExpression(value, inside(place, key)));
  return { kind: 'object', members, place };
}

/** Gives the name of the function that `json` calls, or undefined if it is a plain object. Siblings throw. */
export function intrinsicName(json: JsonObject, place: Place): string | undefined {
  const keys = Object.keys(json);
  // `Condition` is a function in the Conditions section only: in a policy statement it is a plain member.
  const called = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (called !== undefined && keys.length > 1) {
    refuse(
      place,
      `'${called}' must stand alone in its object, got it beside ${keys.filter((key) => key !== called).join(', ')}`,
    );
  }
  return called;
}

/** Gives exactly `count` arguments of a function, or throws. */
export function argumentsAt(json: unknown, count: number, place: Place): readonly unknown[] {
  const list = arrayAt(json, place);
  return list.length === count ? list : refuse(place, `got ${list.length} arguments, wanted ${count}`);
}

type IntrinsicReader = (argument: unknown, place: Place) => Expression;

const READERS: ReadonlyMap<string, IntrinsicReader> = new Map<string, IntrinsicReader>([
  ['Ref', readRef],
  ['Fn::GetAtt', readGetAtt],
  ['Fn::Sub', readSubCall],
  ['Fn::Join', readJoin],
  ['Fn::Select', readSelect],
  ['Fn::Split', readSplit],
  ['Fn::FindInMap', (json, place) => ({ kind: 'find-in-map', keys: readThree(json, place), place })],
  ['Fn::If', readIf],
  ['Fn::ImportValue', (json, place) => ({ kind: 'import-value', name: readExpression(json, place), place })],
  ['Fn::GetAZs', (json, place) => ({ kind: 'zones', region: readExpression(json, place), place })],
  ['Fn::Base64', (json, place) => ({ kind: 'base64', source: readExpression(json, place), place })],
  ['Fn::Cidr', (json, place) => ({ kind: 'cidr', operands: readThree(json, place), place })],
]);

const CONDITION_FUNCTIONS: readonly string[] = ['Fn::Equals', 'Fn::Not', 'Fn::And', 'Fn::Or'];

function readIntrinsic(called: string, argument: unknown, place: Place): Expression {
  const reader = READERS.get(called);
  if (reader !== undefined) return reader(argument, place);
  if (CONDITION_FUNCTIONS.includes(called)) {
    refuse(place, `'${called}' may stand in the Conditions section only; name that condition in Fn::If`);
  }
  return refuse(
    place,
    `intrinsic function '${called}' is not supported; supported are ${[...READERS.keys()].join(', ')}`,
  );
}

function readRef(json: unknown, place: Place): Expression {
  const name = stringAt(json, place);
  return name === 'AWS::NoValue' ? { kind: 'no-value', place } : { kind: 'ref', name, place };
}

function readGetAtt(json: unknown, place: Place): Expression {
  if (typeof json === 'string') {
    const dot = json.indexOf('.');
    if (dot < 1 || dot === json.length - 1) refuse(place, `got '${json}', wanted 'LogicalId.Attribute'`);
    return { kind: 'attribute', logicalId: json.slice(0, dot), attribute: json.slice(dot + 1), place };
  }
  const [logicalId, attribute] = argumentsAt(json, 2, place);
  return {
    kind: 'attribute',
    logicalId: stringAt(logicalId, inside(place, 0)),
    attribute: stringAt(attribute, inside(place, 1)),
    place,
  };
}

function readSubCall(json: unknown, place: Place): Expression {
  if (typeof json === 'string') return readSub(json, new Map(), place);
  const [text, given] = argumentsAt(json, 2, place);
  const variables = new Map<string, Expression>();
  for (const [name, value] of Object.entries(objectAt(given, inside(place, 1)))) {
    variables.set(name, readExpression(value, inside(inside(place, 1), name)));
  }
  const words = stringAt(text, inside(place, 0));
  const unused = [...variables.keys()].filter((name) => !words.includes(`\${${name}}`));
  if (unused.length > 0)
    refuse(place, `variable ${unused.join(', ')} is given but the text never uses it; remove it`);
  return readSub(words, variables, place);
}

function readJoin(json: unknown, place: Place): Expression {
  const [delimiter, list] = argumentsAt(json, 2, place);
  return {
    kind: 'join',
    delimiter: stringAt(delimiter, inside(place, 0)),
    list: readExpression(list, inside(place, 1)),
    place,
  };
}

function readSelect(json: unknown, place: Place): Expression {
  const [index, list] = argumentsAt(json, 2, place);
  return {
    kind: 'select',
    index: readExpression(index, inside(place, 0)),
    list: readExpression(list, inside(place, 1)),
    place,
  };
}

function readSplit(json: unknown, place: Place): Expression {
  const [delimiter, source] = argumentsAt(json, 2, place);
  const text = stringAt(delimiter, inside(place, 0));
  if (text === '') refuse(place, 'the delimiter is empty, wanted at least one character');
  return { kind: 'split', delimiter: text, source: readExpression(source, inside(place, 1)), place };
}

function readIf(json: unknown, place: Place): Expression {
  const [condition, whenTrue, whenFalse] = argumentsAt(json, 3, place);
  return {
    kind: 'if',
    condition: stringAt(condition, inside(place, 0)),
    branches: [readExpression(whenTrue, inside(place, 1)), readExpression(whenFalse, inside(place, 2))],
    place,
  };
}

function readThree(json: unknown, place: Place): readonly [Expression, Expression, Expression] {
  const [first, second, third] = argumentsAt(json, 3, place);
  return [
    readExpression(first, inside(place, 0)),
    readExpression(second, inside(place, 1)),
    readExpression(third, inside(place, 2)),
  ];
}
