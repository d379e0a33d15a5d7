const DEEPEST = 64;
const MOST_VALUES = 200_000;

/** JSON with every key's first letter in lower case, or the reason why the value was not walked to its end. */
export type Folded =
  | { readonly status: 'folded'; readonly value: unknown }
  | { readonly status: 'too-deep' | 'too-large' };

class LimitReached extends Error {
  readonly limit: 'too-deep' | 'too-large';

  constructor(limit: 'too-deep' | 'too-large') {
    super(limit);
    this.limit = limit;
  }
}

/**
 * Takes parsed JSON in either casing (EventBridge's `accountId`, the SDK's `AccountId`: aws-facts 1.3) and gives a copy in
 * camelCase. Where an object has both spellings the camelCase one wins, whatever their order. Walks at most 64 levels
 * and 200,000 values; beyond that it gives the limit instead.
 */
export function foldCase(value: unknown): Folded {
  let values = 0;
  const fold = (inner: unknown, depth: number): unknown => {
    values += 1;
    if (values > MOST_VALUES) throw new LimitReached('too-large');
    if (typeof inner !== 'object' || inner === null) return inner;
    if (depth >= DEEPEST) throw new LimitReached('too-deep');
    if (Array.isArray(inner)) return inner.map((item) => fold(item, depth + 1));
    const entries = Object.entries(inner).map(([key, item]) => [key, fold(item, depth + 1)] as const);
    const respelt = entries.map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), item] as const);
    // fromEntries defines own properties, so a key named __proto__ stays a key; later entries win.
    return Object.fromEntries([...respelt, ...entries.filter(([key]) => /^[^A-Z]/.test(key))]);
  };
  try {
    return { status: 'folded', value: fold(value, 0) };
  } catch (error) {
    if (error instanceof LimitReached) return { status: error.limit };
    throw error;
  }
}
