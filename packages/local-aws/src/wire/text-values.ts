import type { NormalizedSchema } from '@smithy/core/schema';
import { WireProblem } from './wire-message.ts';

/** Smithy timestamp formats, see https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait */
type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

/** Schema numbers of timestamps whose format is fixed by the model. */
const FORMAT_BY_SCHEMA: Readonly<Record<number, TimestampFormat>> = {
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
};

/** The format of a timestamp member: the model's if it fixes one, else the protocol's default for that place. */
export function timestampFormat(schema: NormalizedSchema, fallback: TimestampFormat): TimestampFormat {
  const kind = schema.getSchema();
  return (typeof kind === 'number' ? FORMAT_BY_SCHEMA[kind] : undefined) ?? fallback;
}

/**
 * Reads a scalar that travels as text (query value, header, label, XML text) into its SDK type.
 * `path` names it in the WireProblem thrown when the text does not fit.
 */
export function parseText(
  schema: NormalizedSchema,
  text: string,
  place: { path: string; format: TimestampFormat },
): unknown {
  const { path } = place;
  if (schema.isStringSchema()) return text;
  if (schema.isBooleanSchema()) {
    const lower = text.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower === 'true';
    throw malformed(path, text, 'true or false');
  }
  if (schema.isNumericSchema()) {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) throw malformed(path, text, 'a number');
    return value;
  }
  if (schema.isTimestampSchema()) return parseTimestamp(text, timestampFormat(schema, place.format), path);
  if (schema.isBlobSchema()) return parseBase64(text, path);
  throw new Error(
    `the member ${path} has the schema ${schema.getName(true)}, which has no text form known here`,
  );
}

/** Writes a scalar as text: the reverse of `parseText`. Throws a plain Error when the value is not of the schema's type. */
export function formatText(
  schema: NormalizedSchema,
  value: unknown,
  place: { path: string; format: TimestampFormat },
): string {
  if (schema.isStringSchema() && typeof value === 'string') return value;
  if (schema.isBooleanSchema() && typeof value === 'boolean') return String(value);
  if (schema.isNumericSchema() && typeof value === 'number') return String(value);
  if (schema.isTimestampSchema() && value instanceof Date) {
    return formatTimestamp(value, timestampFormat(schema, place.format));
  }
  if (schema.isBlobSchema() && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  throw wrongOutput(place.path, schema, value);
}

/** Text of a timestamp; epoch seconds keep their milliseconds as a fraction. */
export function formatTimestamp(value: Date, format: TimestampFormat): string {
  switch (format) {
    case 'date-time':
      return value.toISOString().replace('.000Z', 'Z');
    case 'http-date':
      return value.toUTCString();
    case 'epoch-seconds':
      return String(value.getTime() / 1000);
  }
}

/** Reads a timestamp; an unreadable one is a WireProblem. */
export function parseTimestamp(text: string, format: TimestampFormat, path: string): Date {
  const value =
    format === 'epoch-seconds' && text.trim() !== '' ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(value.getTime())) throw malformed(path, text, `a timestamp (${format})`);
  return value;
}

/** Reads base64; anything else is a WireProblem (Node's decoder alone would skip bad characters). */
export function parseBase64(text: string, path: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw malformed(path, text, 'base64');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** A value from the wire that is not of its type. */
export function malformed(path: string, got: unknown, wanted: string): WireProblem {
  const shown = typeof got === 'string' ? JSON.stringify(got.slice(0, 80)) : typeof got;
  return new WireProblem('malformed', path, `${path}: got ${shown}, wanted ${wanted}`);
}

/** A value that the local organization answered and that does not fit the operation's output schema: our bug, never a client's. */
export function wrongOutput(path: string, schema: NormalizedSchema, value: unknown): Error {
  const got = value instanceof Date ? 'Date' : Array.isArray(value) ? 'array' : typeof value;
  return new Error(
    `the answer's member ${path} is a ${got}; its schema ${schema.getName(true)} wants another type`,
  );
}
