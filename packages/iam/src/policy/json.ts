import { PolicyError } from '../errors.ts';

/** A JSON object whose members are not yet known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Says whether `value` is a plain JSON object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where in which policy something is read: used in every refusal. */
export interface Place {
  readonly policy: string;
  /** e.g. `statement DenyAll, Condition`. */
  readonly at: string;
}

/** Builds the error for a construct that is refused at `place`. */
export function refusal(place: Place, message: string): PolicyError {
  return new PolicyError(place.policy, `${place.at}: ${message}`);
}

/** Shows a value of unknown shape in an error, shortened. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/**
 * Reads "a string or a non-empty array of strings". An empty array is refused: IAM accepts it, but it matches nothing (or,
 * negated, everything), and nobody writes that on purpose.
 */
export function readStrings(value: unknown, place: Place): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0)
    throw refusal(place, 'empty array; want at least one string, or remove the statement');
  return list.map((item) => {
    if (typeof item !== 'string')
      throw refusal(place, `got ${shown(item)}; want a string or an array of strings`);
    return item;
  });
}

/** Refuses any member of `object` that is not in `known`, by name. */
export function refuseUnknownMembers(object: JsonObject, known: readonly string[], place: Place): void {
  for (const member of Object.keys(object)) {
    if (!known.includes(member)) {
      throw refusal(place, `unknown element ${shown(member)}; known here: ${known.join(', ')}`);
    }
  }
}
