type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Lists of a policy are sets, and one value is a list of one: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const canonical = (value: Json): string => {
  if (Array.isArray(value)) {
    const items = [...new Set(value.map((item: Json) => canonical(item)))].toSorted();
    return items.length === 1 ? (items[0] ?? '') : `[${items.join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(String(value));
  const entries = Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .toSorted();
  return `{${entries.join(',')}}`;
};

/**
 * Whether two policy documents say the same, whatever the order of their lists and members. A principal that AWS shows by an id, because its role was deleted,
 * is another one.
 */
export const samePolicy = (one: unknown, other: unknown): boolean =>
  canonical(one as Json) === canonical(other as Json);
