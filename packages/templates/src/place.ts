import { TemplateError } from './template-error.ts';

/** A place in a template, carried along while reading so that every refusal can say where it is. */
export interface Place {
  /** The template's name. */
  readonly template: string;
  /** The dotted path inside the template. */
  readonly at: string;
}

/** Gives the place of a member (string key) or an element (number) of what stands at `place`. */
export function inside(place: Place, key: string | number): Place {
  if (typeof key === 'number') return { template: place.template, at: `${place.at}[${key}]` };
  return { template: place.template, at: place.at === '' ? key : `${place.at}.${key}` };
}

/** Throws the TemplateError that names `place` and `reason`. */
export function refuse(place: Place, reason: string): never {
  throw new TemplateError(place.template, place.at === '' ? 'top level' : place.at, reason);
}

/** Says what a JSON value is, short enough for an error message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Tells whether `value` is a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gives `value` as an object, or throws. */
export function objectAt(value: unknown, place: Place): JsonObject {
  return isObject(value) ? value : refuse(place, `got ${show(value)}, wanted an object`);
}

/** Gives `value` as an object, an empty one if it is left out, or throws. Null is not the same as left out. */
export function optionalObjectAt(value: unknown, place: Place): JsonObject {
  return value === undefined ? {} : objectAt(value, place);
}

/** Gives `value` as an array, or throws. */
export function arrayAt(value: unknown, place: Place): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(place, `got ${show(value)}, wanted an array`);
}

/** Gives `value` as a string, or throws. */
export function stringAt(value: unknown, place: Place): string {
  return typeof value === 'string' ? value : refuse(place, `got ${show(value)}, wanted a string`);
}

/** Gives a number, string or boolean as CloudFormation sees it, a string; throws on anything else. */
export function scalarAt(value: unknown, place: Place): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return refuse(place, `got ${show(value)}, wanted a string, a number or a boolean`);
}

/** Throws unless every member of `value` is one of `known`. */
export function onlyKeys(value: JsonObject, known: readonly string[], place: Place): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    refuse(place, `'${key}' is not supported here; supported are ${known.join(', ')}`);
  }
}
