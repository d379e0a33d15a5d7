import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ServiceFault } from '../../core/fault.ts';
import { canonicalNumber, compareNumbers } from './decimal.ts';

/** An attribute's value. Numbers are canonical text, so equal numbers have equal text. */
export type Value =
  | { readonly type: 'S'; readonly value: string }
  | { readonly type: 'N'; readonly value: string }
  | { readonly type: 'B'; readonly value: Buffer }
  | { readonly type: 'BOOL'; readonly value: boolean }
  | { readonly type: 'NULL' }
  | { readonly type: 'L'; readonly value: readonly Value[] }
  | { readonly type: 'M'; readonly value: Item }
  | { readonly type: 'SS'; readonly value: readonly string[] }
  | { readonly type: 'NS'; readonly value: readonly string[] }
  | { readonly type: 'BS'; readonly value: readonly Buffer[] };

/** An item, or a map within one: values by attribute name. */
export type Item = ReadonlyMap<string, Value>;

/** An item as the API writes it. */
export type WireItem = Readonly<Record<string, AttributeValue>>;

/** The fault for a request that DynamoDB finds malformed. */
export const invalidRequest = (message: string): ServiceFault =>
  new ServiceFault('ValidationException', message);

const setOf = <Member>(members: readonly Member[], keyOf: (member: Member) => string): readonly Member[] => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.SetTypes
  if (members.length === 0)
    throw invalidRequest('One or more parameter values were invalid: An string set  may not be empty');
  if (new Set(members.map(keyOf)).size !== members.length) {
    throw invalidRequest('One or more parameter values were invalid: Input collection contains duplicates.');
  }
  return members;
};

const base64 = (bytes: Buffer): string => bytes.toString('base64');

/**
 * Reads a value as the API writes it.
 *
 * @throws ServiceFault ValidationException: not exactly one type, an empty set, a set with duplicates, a malformed number
 */
export const readValue = (wire: AttributeValue): Value => {
  const held = Object.entries(wire).filter(([, value]) => value !== undefined);
  if (held.length !== 1) {
    throw invalidRequest(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (wire.S !== undefined) return { type: 'S', value: wire.S };
  if (wire.N !== undefined) return { type: 'N', value: canonicalNumber(wire.N) };
  if (wire.B !== undefined) return { type: 'B', value: Buffer.from(wire.B) };
  if (wire.BOOL !== undefined) return { type: 'BOOL', value: wire.BOOL };
  if (wire.NULL !== undefined) return { type: 'NULL' };
  if (wire.L !== undefined) return { type: 'L', value: wire.L.map(readValue) };
  if (wire.M !== undefined) return { type: 'M', value: readItem(wire.M) };
  if (wire.SS !== undefined) return { type: 'SS', value: setOf(wire.SS, (text) => text) };
  if (wire.NS !== undefined)
    return { type: 'NS', value: setOf(wire.NS.map(canonicalNumber), (text) => text) };
  if (wire.BS !== undefined)
    return {
      type: 'BS',
      value: setOf(
        wire.BS.map((bytes) => Buffer.from(bytes)),
        base64,
      ),
    };
  throw invalidRequest(
    'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
  );
};

/** Reads an item as the API writes it. @throws ServiceFault ValidationException, as `readValue` */
export const readItem = (wire: WireItem): Item =>
  new Map(Object.entries(wire).map(([name, value]) => [name, readValue(value)]));

/** A value as the API writes it. */
const writeValue = (value: Value): AttributeValue => {
  switch (value.type) {
    case 'S':
      return { S: value.value };
    case 'N':
      return { N: value.value };
    case 'B':
      return { B: Uint8Array.from(value.value) };
    case 'BOOL':
      return { BOOL: value.value };
    case 'NULL':
      return { NULL: true };
    case 'L':
      return { L: value.value.map(writeValue) };
    case 'M':
      return { M: writeItem(value.value) };
    case 'SS':
      return { SS: [...value.value] };
    case 'NS':
      return { NS: [...value.value] };
    case 'BS':
      return { BS: value.value.map((bytes) => Uint8Array.from(bytes)) };
  }
};

/** An item as the API writes it. */
export const writeItem = (item: Item): Record<string, AttributeValue> =>
  Object.fromEntries([...item].map(([name, value]) => [name, writeValue(value)]));

/** Text that equal values, and only they, share; sets are equal whatever their order. */
export const identityOf = (value: Value): string => {
  switch (value.type) {
    case 'S':
    case 'N':
    case 'BOOL':
      return JSON.stringify([value.type, value.value]);
    case 'NULL':
      return '["NULL"]';
    case 'B':
      return JSON.stringify(['B', base64(value.value)]);
    case 'L':
      return JSON.stringify(['L', value.value.map(identityOf)]);
    case 'M':
      return JSON.stringify([
        'M',
        [...value.value].map(([name, held]) => JSON.stringify([name, identityOf(held)])).toSorted(),
      ]);
    case 'SS':
    case 'NS':
      return JSON.stringify([value.type, value.value.toSorted()]);
    case 'BS':
      return JSON.stringify(['BS', value.value.map(base64).toSorted()]);
  }
};

/**
 * Order of two values of one ordered type (strings by UTF-8 bytes, binary by unsigned bytes); undefined for others.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export const compareValues = (left: Value, right: Value): number | undefined => {
  if (left.type === 'S' && right.type === 'S')
    return Buffer.compare(Buffer.from(left.value), Buffer.from(right.value));
  if (left.type === 'N' && right.type === 'N') return compareNumbers(left.value, right.value);
  if (left.type === 'B' && right.type === 'B') return Buffer.compare(left.value, right.value);
  return undefined;
};

const numberBytes = (text: string): number => Math.ceil(text.replaceAll(/[-.]|^0+|0+$/g, '').length / 2) + 1;
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

const valueBytes = (value: Value): number => {
  switch (value.type) {
    case 'S':
      return Buffer.byteLength(value.value);
    case 'N':
      return numberBytes(value.value);
    case 'B':
      return value.value.length;
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'L':
      return 3 + sum(value.value.map((held) => 1 + valueBytes(held)));
    case 'M':
      return 3 + sum([...value.value].map(([name, held]) => 1 + Buffer.byteLength(name) + valueBytes(held)));
    case 'SS':
      return sum(value.value.map((text) => Buffer.byteLength(text)));
    case 'NS':
      return sum(value.value.map(numberBytes));
    case 'BS':
      return sum(value.value.map((bytes) => bytes.length));
  }
};

/** Bytes that an item counts for. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export const itemBytes = (item: Item): number =>
  sum([...item].map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)));
