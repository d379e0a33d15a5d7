import type { NormalizedSchema } from '@smithy/core/schema';
import { membersByWireName, type Naming } from './member-index.ts';
import {
  formatText,
  formatTimestamp,
  malformed,
  parseBase64,
  parseTimestamp,
  timestampFormat,
  wrongOutput,
} from './text-values.ts';
import { WireProblem } from './wire-message.ts';

/** Where in the message, and how its protocol spells members: awsJson uses member names, restJson `jsonName`. */
interface JsonPlace {
  readonly path: string;
  readonly naming: Extract<Naming, 'member' | 'jsonName'>;
}

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads parsed JSON into the SDK's types. WireProblem `unknown` for a member the schema lacks, `malformed` for a wrong type. */
export function fromJson(schema: NormalizedSchema, value: unknown, place: JsonPlace): unknown {
  if (schema.isStructSchema()) {
    if (!isObject(value)) throw malformed(place.path, value, 'an object');
    const members = membersByWireName(schema, place.naming);
    return mapEntries(value, place, (key, item, inner) => {
      if (item === null || key === '__type') return undefined;
      const member = members.get(key);
      if (member === undefined) {
        throw new WireProblem(
          'unknown',
          inner.path,
          `${inner.path} is not a member of ${schema.getName() ?? 'the input'}`,
        );
      }
      return [member.name, fromJson(member.schema, item, inner)];
    });
  }
  const sparse = schema.getMergedTraits().sparse !== undefined;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw malformed(place.path, value, 'a list');
    const item = schema.getValueSchema();
    return value
      .filter((each) => sparse || each !== null)
      .map((each: unknown, i) => (each === null ? null : fromJson(item, each, below(place, String(i)))));
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) throw malformed(place.path, value, 'an object');
    const item = schema.getValueSchema();
    return mapEntries(value, place, (key, each, inner) => {
      if (each === null) return sparse ? [key, null] : undefined;
      return [key, fromJson(item, each, inner)];
    });
  }
  return scalarFromJson(schema, value, place.path);
}

/** Writes an SDK-typed value as JSON. Throws a plain Error for a member or type that the schema does not have. */
export function toJson(schema: NormalizedSchema, value: unknown, place: JsonPlace): unknown {
  if (schema.isStructSchema()) {
    if (!isObject(value)) throw wrongOutput(place.path, schema, value);
    return mapEntries(value, place, (key, item, inner) => {
      if (item === undefined || item === null) return undefined;
      const member = memberOf(schema, key, inner.path);
      const wireName = place.naming === 'jsonName' ? (member.getMergedTraits().jsonName ?? key) : key;
      return [wireName, toJson(member, item, inner)];
    });
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongOutput(place.path, schema, value);
    const item = schema.getValueSchema();
    return value.map((each: unknown, i) =>
      each === null ? null : toJson(item, each, below(place, String(i))),
    );
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) throw wrongOutput(place.path, schema, value);
    const item = schema.getValueSchema();
    return mapEntries(value, place, (key, each, inner) =>
      each === undefined ? undefined : [key, each === null ? null : toJson(item, each, inner)],
    );
  }
  if (schema.isTimestampSchema() && value instanceof Date) {
    const format = timestampFormat(schema, 'epoch-seconds');
    return format === 'epoch-seconds' ? value.getTime() / 1000 : formatTimestamp(value, format);
  }
  // Only the type is checked here: numbers and booleans stay what they are in JSON.
  const text = formatText(schema, value, { path: place.path, format: 'epoch-seconds' });
  return typeof value === 'number' || typeof value === 'boolean' ? value : text;
}

/** The schema of a member that an answer uses; an answer with a member the service does not have is our bug. */
export function memberOf(struct: NormalizedSchema, name: string, path: string): NormalizedSchema {
  const member = membersByWireName(struct, 'member').get(name);
  if (member === undefined)
    throw new Error(`the answer has ${path}, but ${struct.getName(true)} has no such member`);
  return member.schema;
}

function scalarFromJson(schema: NormalizedSchema, value: unknown, path: string): unknown {
  if (schema.isStringSchema()) {
    if (typeof value === 'string') return value;
    throw malformed(path, value, 'a string');
  }
  if (schema.isBooleanSchema()) {
    if (typeof value === 'boolean') return value;
    throw malformed(path, value, 'true or false');
  }
  if (schema.isNumericSchema()) {
    if (typeof value === 'number') return value;
    throw malformed(path, value, 'a number');
  }
  if (schema.isBlobSchema()) {
    if (typeof value === 'string') return parseBase64(value, path);
    throw malformed(path, value, 'base64');
  }
  if (schema.isTimestampSchema()) {
    if (typeof value === 'number') return new Date(Math.round(value * 1000));
    if (typeof value === 'string') return parseTimestamp(value, timestampFormat(schema, 'date-time'), path);
    throw malformed(path, value, 'a timestamp');
  }
  throw new Error(
    `the member ${path} has the schema ${schema.getName(true)}, which has no JSON form known here`,
  );
}

/** Object.fromEntries keeps a key named `__proto__` an ordinary key. */
function mapEntries(
  value: Readonly<Record<string, unknown>>,
  place: JsonPlace,
  read: (key: string, item: unknown, inner: JsonPlace) => readonly [string, unknown] | undefined,
): Record<string, unknown> {
  const entries: (readonly [string, unknown])[] = [];
  for (const [key, item] of Object.entries(value)) {
    const entry = read(key, item, below(place, key));
    if (entry !== undefined) entries.push(entry);
  }
  return Object.fromEntries(entries);
}

const below = (place: JsonPlace, key: string): JsonPlace => ({
  path: place.path === '' ? key : `${place.path}.${key}`,
  naming: place.naming,
});
