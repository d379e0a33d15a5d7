import type { Finding } from '@aws-sdk/client-guardduty';
import { NormalizedSchema } from '@smithy/core/schema';

/** Where in a finding something stands, such as `Finding.Resource.InstanceDetails`; for errors. */
type Place = string;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (place: Place, value: unknown, wanted: string): Error =>
  new Error(`guardduty finding: ${place} is ${JSON.stringify(value)}; want ${wanted}`);

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** What a JSON text holds, where it holds an object. */
const objectIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const held: unknown = JSON.parse(text);
    return isObject(held) ? held : undefined;
  } catch {
    return undefined;
  }
};

/**
 * `service.additionalInfo` is a free object in an event and a JSON string through the API; some events have the string alone.
 * A value that is no JSON is the value all the same, as long as nothing stands beside it.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ServiceAdditionalInfo.html
 */
const additionalInfo = (source: unknown, place: Place): object => {
  if (typeof source === 'string') return { Value: source, Type: 'default' };
  if (!isObject(source)) throw wrong(place, source, 'an object');
  const { value, Value = value, type, Type = type, ...rest } = source;
  const loose = Object.fromEntries(Object.entries(rest).filter(([, item]) => isThere(item)));
  const text = !isThere(Value) || typeof Value === 'string' ? Value : JSON.stringify(Value);
  if (typeof text === 'string' && Object.keys(loose).length === 0)
    return { Value: text, Type: Type ?? 'default' };
  const held = typeof text === 'string' ? objectIn(text) : {};
  if (held === undefined) throw wrong(`${place}.Value`, Value, 'a JSON object as text');
  return { Value: JSON.stringify({ ...held, ...loose }), Type: Type ?? 'default' };
};

const readStruct = (schema: NormalizedSchema, value: unknown, place: Place): object => {
  if (schema.getName(false) === 'ServiceAdditionalInfo') return additionalInfo(value, place);
  if (!isObject(value)) throw wrong(place, value, 'an object');
  // An event is camelCase and the API PascalCase; first-letter rules do not cover every tool that rewrites one as the other.
  const given = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const key = name.toLowerCase();
    if (isThere(item) && !given.has(key)) given.set(key, item);
  }
  const result: Record<string, unknown> = {};
  for (const [member, shape] of schema.structIterator()) {
    const { jsonName } = shape.getMergedTraits();
    // In an event a member has its JSON name (`productCodeId` for Code); through the API it has its own.
    const item = given.get((jsonName ?? member).toLowerCase()) ?? given.get(member.toLowerCase());
    if (item !== undefined) result[member] = read(shape, item, `${place}.${member}`);
  }
  return result;
};

/** Past this a number of seconds would be in the year 5138: it counts milliseconds. */
const LARGEST_SECONDS = 1e11;

const NUMBER = /^-?\d+(\.\d+)?(E[+-]?\d+)?$/i;
const WITHOUT_ZONE = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/;

const readTime = (value: unknown, place: Place): Date => {
  const timeOf = (): Date => {
    if (value instanceof Date) return value;
    const text = String(value).trim();
    // The API's own JSON has epoch seconds, events have ISO 8601; both have been seen as text, and milliseconds too.
    if (!NUMBER.test(text)) return new Date(text.replace(WITHOUT_ZONE, '$1T$2Z'));
    const epoch = Number(text);
    return new Date(Math.abs(epoch) > LARGEST_SECONDS ? epoch : epoch * 1000);
  };
  const time = timeOf();
  if (Number.isNaN(time.getTime())) throw wrong(place, value, 'epoch seconds or an ISO 8601 time');
  return time;
};

/** A scalar as the model types it. Events have been seen with ports and counts as text, and with times and ASNs as numbers. */
const coerced = (wanted: 'string' | 'boolean' | 'number', value: unknown): unknown => {
  switch (wanted) {
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'number':
      return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  }
};

const readScalar = (schema: NormalizedSchema, value: unknown, place: Place): unknown => {
  const wanted = schema.isStringSchema()
    ? 'string'
    : schema.isBooleanSchema()
      ? 'boolean'
      : schema.isNumericSchema()
        ? 'number'
        : 'unknown';
  if (wanted === 'unknown')
    throw new Error(
      `guardduty finding: ${place} has a shape that the local organization does not read: ${schema.getName(true) ?? 'unnamed'}`,
    );
  const given = coerced(wanted, value);
  if (typeof given !== wanted || Number.isNaN(given)) throw wrong(place, value, `a ${wanted}`);
  return given;
};

const read = (schema: NormalizedSchema, value: unknown, place: Place): unknown => {
  if (schema.isStructSchema()) return readStruct(schema, value, place);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrong(place, value, 'a list');
    const items: readonly unknown[] = value;
    return items.flatMap((item, index) =>
      isThere(item) ? [read(schema.getValueSchema(), item, `${place}[${index}]`)] : [],
    );
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) throw wrong(place, value, 'an object');
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) =>
        isThere(item) ? [[key, read(schema.getValueSchema(), item, `${place}.${key}`)]] : [],
      ),
    );
  }
  return schema.isTimestampSchema() ? readTime(value, place) : readScalar(schema, value, place);
};

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html */
const REQUIRED = [
  'AccountId',
  'Arn',
  'CreatedAt',
  'Id',
  'Region',
  'Resource',
  'SchemaVersion',
  'Severity',
  'Type',
  'UpdatedAt',
] as const;

/**
 * A finding as GetFindings answers it, from one as it came in an event (camelCase) or through the API (PascalCase).
 * Follows the client's own schema: members that are null or that the API does not model are dropped, as the API does not give
 * them, and scalars get the model's type where they can be read as it. Nothing that the API requires is made up.
 *
 * @throws Error naming a member that is missing or has a value that cannot be read as its type
 */
export const findingShape = async (finding: Readonly<Record<string, unknown>>): Promise<Finding> => {
  // The client package is read here only, so that a world without findings does not load it.
  const { Finding$ } = await import('@aws-sdk/client-guardduty');
  const shaped = readStruct(NormalizedSchema.of(Finding$), finding, 'Finding');
  const missing = REQUIRED.find((member) => !(member in shaped));
  if (missing !== undefined)
    throw new Error(
      `guardduty finding: ${missing} is missing; want every member that the API requires: ${REQUIRED.join(', ')}`,
    );
  // Read member by member from the schema of `Finding`.
  return shaped as Finding;
};
