/** JSON as it came, before anybody has decided what it is. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An object of raw JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** True for an object, and not for a list. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member by name, whatever the case of its letters: events are camelCase, the API is PascalCase. */
export const member = (value: Json | undefined, name: string): Json | undefined => {
  if (!isObject(value)) return undefined;
  const wanted = name.toLowerCase();
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : value[key];
};

/** A member of a member, and so on. */
export const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, name) => member(inner, name), value);

/** The text there, if it is text. */
export const textAt = (value: Json | undefined, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
};

/** An account id there, which some tools write as a number. */
export const digitsAt = (value: Json | undefined, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'number' ? String(found) : textAt(found);
};

/** The list there; empty when it is none. */
export const listAt = (value: Json | undefined, ...path: readonly string[]): readonly Json[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** Every text in a document, wherever it stands. */
export const textsIn = (value: Json): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
};
