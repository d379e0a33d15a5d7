import type { Finding } from '@aws-sdk/client-guardduty';
import { NormalizedSchema } from '@smithy/core/schema';

/** Where in a finding something stands, such as `Finding.Resource.InstanceDetails`; for errors. */
type Place = string;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (place: Place, value: unknown, wanted: string): Error =>
  new Error(`guardduty finding: ${place} is ${JSON.stringify(value)}; want ${wanted}`);

const capitalized = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/**
 * `service.additionalInfo` is a free object in an event and a JSON string through the API.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ServiceAdditionalInfo.html
 */
const additionalInfo = (source: Readonly<Record<string, unknown>>, place: Place): object => {
  const { value, Value = value, type, Type = type, ...loose } = source;
  if (Value !== undefined && typeof Value !== 'string') throw wrong(`${place}.Value`, Value, 'a JSON string');
  const held: unknown = Value === undefined ? {} : JSON.parse(Value);
  if (Value !== undefined && Object.keys(loose).length === 0) return { Value, Type: Type ?? 'default' };
  if (!isObject(held)) throw wrong(`${place}.Value`, Value, 'a JSON object as text');
  return { Value: JSON.stringify({ ...held, ...loose }), Type: Type ?? 'default' };
};

const readStruct = (schema: NormalizedSchema, value: unknown, place: Place): object => {
  if (!isObject(value)) throw wrong(place, value, 'an object');
  if (schema.getName(false) === 'ServiceAdditionalInfo') return additionalInfo(value, place);
  const result: Record<string, unknown> = {};
  for (const [member, shape] of schema.structIterator()) {
    const { jsonName } = shape.getMergedTraits();
    // In an event a member has its JSON name (`productCodeId` for Code); through the API it has its own.
    const names = [jsonName ?? member, member].flatMap((name) => [name, capitalized(name)]);
    const found = names.find((name) => value[name] !== undefined && value[name] !== null);
    if (found !== undefined) result[member] = read(shape, value[found], `${place}.${member}`);
  }
  return result;
};

const readTime = (value: unknown, place: Place): Date => {
  // The API's own JSON has epoch seconds, events have ISO 8601.
  const time =
    value instanceof Date
      ? value
      : typeof value === 'number'
        ? new Date(value * 1000)
        : new Date(String(value));
  if (Number.isNaN(time.getTime())) throw wrong(place, value, 'epoch seconds or an ISO 8601 time');
  return time;
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
  // Port numbers and counts come as text in some events.
  const given =
    wanted === 'number' && typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof given !== wanted || Number.isNaN(given)) throw wrong(place, value, `a ${wanted}`);
  return given;
};

const read = (schema: NormalizedSchema, value: unknown, place: Place): unknown => {
  if (schema.isStructSchema()) return readStruct(schema, value, place);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrong(place, value, 'a list');
    const items: readonly unknown[] = value;
    return items.map((item, index) => read(schema.getValueSchema(), item, `${place}[${index}]`));
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) throw wrong(place, value, 'an object');
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        read(schema.getValueSchema(), item, `${place}.${key}`),
      ]),
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
 * Follows the client's own schema: members that the API does not model are dropped, as the API does not give them.
 *
 * @throws Error naming a member that is missing or has a value of another type
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
