import { RequestError } from '../errors.ts';

/** The condition keys of one request, looked up by lower-case name. */
export interface RequestKeys {
  /** The key's values, or undefined when the request has no such key (an empty list counts as none). */
  values(lowerCaseKey: string): readonly string[] | undefined;
  /** The only value; undefined when the key is absent. Throws RequestError when it has several. */
  single(lowerCaseKey: string): string | undefined;
}

/**
 * Spellings seen, in lower case: the same few dozen come with every request, and folding them was a fifth of a decision. Tag
 * keys are anyone's to choose, so the memory is bounded: a full one is begun anew.
 */
const folded = new Map<string, string>();
const FOLDED_LIMIT = 4_096;

function fold(key: string): string {
  const known = folded.get(key);
  if (known !== undefined) return known;
  if (folded.size >= FOLDED_LIMIT) folded.clear();
  const lower = key.toLowerCase();
  folded.set(key, lower);
  return lower;
}

/**
 * Indexes a request's context. Key names are compared without regard to case, so two that differ only in case are an error.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function indexKeys(context: Readonly<Record<string, string | readonly string[]>>): RequestKeys {
  const index = new Map<string, readonly string[]>();
  for (const key of Object.keys(context)) {
    const lower = fold(key);
    if (index.has(lower))
      throw new RequestError(`condition key ${key} is given twice, differing only in case; give it once`);
    const value = context[key];
    if (value !== undefined) index.set(lower, typeof value === 'string' ? [value] : value);
  }
  const values = (key: string): readonly string[] | undefined => {
    const found = index.get(key);
    return found === undefined || found.length === 0 ? undefined : found;
  };
  return {
    values,
    single: (key) => {
      const found = values(key);
      if (found !== undefined && found.length > 1) {
        throw new RequestError(
          `condition key ${key} has ${found.length} values in the request, but the policy compares it with a single-valued ` +
            'operator or uses it as a variable, which AWS leaves undefined; write ForAllValues or ForAnyValue in the policy',
        );
      }
      return found?.[0];
    },
  };
}
