/** A JSON value: what states pass to each other. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * The size, in bytes of UTF-8, that Step Functions counts against its payload quota.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export function sizeBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

/** Whether a value is a plain object (not null, not an array). */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A deep copy of `value` as JSON. Fields whose value is undefined are left out, as JSON does.
 * Throws a TypeError, which names the place, for what JSON cannot say: undefined itself, functions, NaN, class instances.
 */
export function toJson(value: unknown, place = 'the value'): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new TypeError(`${place} is ${value}, which JSON cannot carry`);
  }
  if (Array.isArray(value)) return value.map((item, index) => toJson(item, `${place}[${index}]`));
  if (!isRecord(value)) throw new TypeError(`${place} is ${typeof value}, which JSON cannot carry`);
  if ('_jsonata_function' in value || '_jsonata_lambda' in value) {
    throw new TypeError(`${place} is a function, which JSON cannot carry`);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${place} is an instance of a class, which JSON cannot carry; pass plain data`);
  }
  // fromEntries, because a key named __proto__ must stay data.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, toJson(item, `${place}.${key}`)]),
  );
}
