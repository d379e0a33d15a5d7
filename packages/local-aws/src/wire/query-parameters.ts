import type { NormalizedSchema } from '@smithy/core/schema';
import { membersByWireName } from './member-index.ts';
import { malformed, parseText } from './text-values.ts';
import { WireProblem } from './wire-message.ts';

/** A dotted parameter name taken apart: `Filter.1.Value.2=x` is four levels deep. */
interface ParameterNode {
  value: string | undefined;
  readonly children: Map<string, ParameterNode>;
}

type Dialect = 'awsQuery' | 'ec2Query';

/** Builds the tree of all parameters of a request. */
export function parameterTree(parameters: Iterable<readonly [string, string]>): ParameterNode {
  const root: ParameterNode = { value: undefined, children: new Map() };
  for (const [key, value] of parameters) {
    let node = root;
    for (const part of key.split('.')) {
      let child = node.children.get(part);
      if (child === undefined) node.children.set(part, (child = { value: undefined, children: new Map() }));
      node = child;
    }
    node.value = value;
  }
  return root;
}

/**
 * Reads a value from its parameters. Throws WireProblem `unknown` for a parameter that the schema does not have and
 * `malformed` for one whose text does not fit.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and .../aws-ec2-query-protocol.html
 */
export function readParameters(
  schema: NormalizedSchema,
  node: ParameterNode,
  at: { path: string; dialect: Dialect },
): unknown {
  if (schema.isStructSchema()) return readStruct(schema, node, at);
  if (schema.isListSchema()) return readList(schema, node, at);
  if (schema.isMapSchema()) return readMap(schema, node, at);
  refuseExtra(node, at.path);
  if (node.value === undefined) throw malformed(at.path, undefined, 'a value');
  return parseText(schema, node.value, { path: at.path, format: 'date-time' });
}

function readStruct(
  schema: NormalizedSchema,
  node: ParameterNode,
  at: { path: string; dialect: Dialect },
): object {
  if (node.value !== undefined && node.value !== '') throw malformed(at.path, node.value, 'a structure');
  const members = membersByWireName(schema, at.dialect === 'ec2Query' ? 'ec2' : 'query');
  const entries: [string, unknown][] = [];
  for (const [wireName, child] of node.children) {
    const path = at.path === '' ? wireName : `${at.path}.${wireName}`;
    const member = members.get(wireName);
    if (member === undefined) throw unknownParameter(path);
    entries.push([member.name, readParameters(member.schema, child, { path, dialect: at.dialect })]);
  }
  return Object.fromEntries(entries);
}

function readList(
  schema: NormalizedSchema,
  node: ParameterNode,
  at: { path: string; dialect: Dialect },
): unknown[] {
  const item = schema.getValueSchema();
  const flat = at.dialect === 'ec2Query' || schema.getMergedTraits().xmlFlattened !== undefined;
  const holder = flat ? node : onlyChild(node, item.getMergedTraits().xmlName ?? 'member', at.path);
  return numbered(holder, at.path).map(([index, child]) =>
    readParameters(item, child, { path: `${at.path}.${index}`, dialect: at.dialect }),
  );
}

function readMap(
  schema: NormalizedSchema,
  node: ParameterNode,
  at: { path: string; dialect: Dialect },
): object {
  const holder =
    schema.getMergedTraits().xmlFlattened === undefined ? onlyChild(node, 'entry', at.path) : node;
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const value = schema.getValueSchema();
  const valueName = value.getMergedTraits().xmlName ?? 'value';
  return Object.fromEntries(
    numbered(holder, at.path).map(([index, entry]) => {
      const path = `${at.path}.${index}`;
      const key = entry.children.get(keyName)?.value;
      const valueNode = entry.children.get(valueName);
      if (key === undefined || valueNode === undefined || entry.children.size !== 2) {
        throw malformed(path, undefined, `one ${keyName} and one ${valueName}`);
      }
      return [key, readParameters(value, valueNode, { path, dialect: at.dialect })];
    }),
  );
}

/** The one child that a wrapped list or map may have; an empty collection is sent as `Name=`. */
function onlyChild(node: ParameterNode, name: string, path: string): ParameterNode {
  for (const key of node.children.keys()) if (key !== name) throw unknownParameter(`${path}.${key}`);
  return node.children.get(name) ?? { value: node.value, children: new Map() };
}

function numbered(node: ParameterNode, path: string): [number, ParameterNode][] {
  if (node.value !== undefined && node.value !== '')
    throw malformed(path, node.value, 'a list (numbered parameters)');
  const items = [...node.children].map(([key, child]): [number, ParameterNode] => {
    if (!/^[1-9]\d{0,5}$/.test(key)) throw unknownParameter(`${path}.${key}`);
    return [Number(key), child];
  });
  return items.sort(([a], [b]) => a - b);
}

function refuseExtra(node: ParameterNode, path: string): void {
  for (const key of node.children.keys()) throw unknownParameter(`${path}.${key}`);
}

const unknownParameter = (path: string): WireProblem =>
  new WireProblem('unknown', path, `The parameter ${path} is not recognized`);
