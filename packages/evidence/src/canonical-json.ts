/** Deeper than any form of ours; also what ends a walk through a cycle. */
const MAX_DEPTH = 64;

/**
 * The one way to write a JSON value as text, so that its digest can be computed again anywhere.
 *
 * Follows RFC 8785 (JSON Canonicalization Scheme, https://www.rfc-editor.org/rfc/rfc8785): object keys sorted by
 * UTF-16 code units, no white space, numbers and strings as ECMAScript writes them, no lone surrogates. Stricter
 * than `JSON.stringify`: nothing is dropped or converted.
 *
 * @param value null, booleans, finite numbers, strings, arrays and plain objects of these, at most 64 levels deep
 * @returns the canonical text; its UTF-8 bytes are what is hashed, signed and stored
 * @throws TypeError naming the path and the value that has no JSON form (undefined, NaN, BigInt, Date, Map, ...)
 */
export const canonicalJson = (value: unknown): string => write(value, '$', 0);

const write = (value: unknown, path: string, depth: number): string => {
  if (depth > MAX_DEPTH) throw refusal(path, `nested more than ${MAX_DEPTH} levels deep, or in a cycle`);
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw refusal(path, `${value}`);
      return JSON.stringify(value);
    case 'string':
      return writeString(value, path);
    case 'object':
      return value === null ? 'null' : writeObject(value, path, depth);
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      throw refusal(path, typeof value);
  }
};

const writeString = (value: string, path: string): string => {
  if (!value.isWellFormed()) throw refusal(path, 'a string with half of a surrogate pair');
  return JSON.stringify(value);
};

const writeObject = (value: object, path: string, depth: number): string => {
  if (Array.isArray(value)) {
    const members = Array.from(value, (member: unknown, index) =>
      write(member, `${path}[${index}]`, depth + 1),
    );
    return `[${members.join(',')}]`;
  }
  if (!isPlain(value)) throw refusal(path, `an object of class ${value.constructor?.name ?? 'unknown'}`);
  const byKey = new Map<string, unknown>(Object.entries(value));
  // The default sort compares UTF-16 code units, which is the order that RFC 8785 section 3.2.3 asks for.
  const keys = [...byKey.keys()].toSorted();
  const members = keys.map((key) => {
    const here = `${path}.${key}`;
    return `${writeString(key, here)}:${write(byKey.get(key), here, depth + 1)}`;
  });
  return `{${members.join(',')}}`;
};

// One step from the end of the prototype chain, so that an object from another realm (a worker, a vm) counts too.
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const refusal = (path: string, got: string): TypeError =>
  new TypeError(
    `cannot write canonical JSON: at ${path} got ${got}, wanted null, a boolean, a finite number, a string, an array ` +
      `or a plain object; convert the value first, or leave the property out`,
  );
