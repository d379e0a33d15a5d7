/** A JSON object whose fields are not known. */
export type Fields = Readonly<Record<string, unknown>>;

/** Tests the value of a field; undefined when the event does not have it. */
export type FieldTest = (value: unknown) => boolean;

/** Whether a value is a JSON object. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The error for a part of a pattern that cannot be. */
export const patternError = (place: string, got: unknown, wanted: string): Error =>
  new Error(`event pattern: ${place} is ${JSON.stringify(got)}; want ${wanted}`);

/** One element of a list that an event has, or the value itself; a list matches when one of its elements does. */
const onAny =
  (test: (value: unknown) => boolean): FieldTest =>
  (value) =>
    Array.isArray(value) ? value.some(test) : value !== undefined && test(value);

const isText = (value: unknown): value is string => typeof value === 'string';

/** A filter that has one text as operand, plain or `{"equals-ignore-case": text}` where that is documented. */
type TextFilter = {
  readonly kind: 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard';
  readonly operand: unknown;
};

const TEXT_FILTERS: readonly TextFilter['kind'][] = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

const isTextFilter = (kind: string): kind is TextFilter['kind'] =>
  TEXT_FILTERS.some((known) => known === kind);

const wildcard = (pattern: string): RegExp =>
  // `*` is any text; `\*` and `\\` are the characters themselves.
  new RegExp(
    `^${pattern.replace(
      /\\([*\\])|([.+?^${}()|[\]\\])|\*/g,
      (all, escaped: string | undefined, special: string | undefined) =>
        escaped === undefined ? (special === undefined ? '[^]*' : `\\${special}`) : `\\${escaped}`,
    )}$`,
  );

const compileText = ({ kind, operand }: TextFilter, place: string): ((value: string) => boolean) => {
  if (isFields(operand) && (kind === 'prefix' || kind === 'suffix')) {
    const folded = operand['equals-ignore-case'];
    if (!isText(folded) || Object.keys(operand).length !== 1)
      throw patternError(place, operand, 'text or {"equals-ignore-case": text}');
    const plain = compileText({ kind, operand: folded.toLowerCase() }, place);
    return (value) => plain(value.toLowerCase());
  }
  if (!isText(operand)) throw patternError(`${place}.${kind}`, operand, 'text');
  switch (kind) {
    case 'prefix':
      return (value) => value.startsWith(operand);
    case 'suffix':
      return (value) => value.endsWith(operand);
    case 'equals-ignore-case':
      return (value) => value.toLowerCase() === operand.toLowerCase();
    case 'wildcard': {
      const pattern = wildcard(operand);
      return (value) => pattern.test(value);
    }
  }
};

const compileAnythingBut = (operand: unknown, place: string): FieldTest => {
  if (isFields(operand)) {
    const [entry, ...others] = Object.entries(operand);
    if (entry === undefined || others.length > 0 || !isTextFilter(entry[0])) {
      throw patternError(`${place}.anything-but`, operand, `one of ${TEXT_FILTERS.join(', ')}`);
    }
    const kind = entry[0];
    const operands: readonly unknown[] = Array.isArray(entry[1]) ? entry[1] : [entry[1]];
    const tests = operands.map((one) => compileText({ kind, operand: one }, place));
    return onAny((value) => !(isText(value) && tests.some((test) => test(value))));
  }
  const refused: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (refused.length === 0 || !refused.every((one) => isText(one) || typeof one === 'number')) {
    throw patternError(`${place}.anything-but`, operand, 'text, numbers or one text filter');
  }
  return onAny((value) => !refused.some((one) => one === value));
};

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

const compileNumeric = (operand: unknown, place: string): FieldTest => {
  const parts: readonly unknown[] = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4)
    throw patternError(`${place}.numeric`, operand, '[operator, number] or two such pairs');
  const tests = [0, 2].slice(0, parts.length / 2).map((at) => {
    const comparison = COMPARISONS[String(parts[at])];
    const limit = parts[at + 1];
    if (comparison === undefined || typeof limit !== 'number') {
      throw patternError(
        `${place}.numeric`,
        operand,
        `pairs of ${Object.keys(COMPARISONS).join(' ')} and a number`,
      );
    }
    return (value: number) => comparison(value, limit);
  });
  return onAny((value) => typeof value === 'number' && tests.every((test) => test(value)));
};

/** Exists looks at leaves only: an object is not one. */
const compileExists = (operand: unknown, place: string): FieldTest => {
  if (typeof operand !== 'boolean') throw patternError(`${place}.exists`, operand, 'true or false');
  return (value) => (value !== undefined && !isFields(value)) === operand;
};

/**
 * Compiles one element of a list of values: a literal or a content filter with one operator.
 *
 * @throws Error for an operator that is not implemented
 */
export const compileRule = (rule: unknown, place: string): FieldTest => {
  if (rule === null || isText(rule) || typeof rule === 'number' || typeof rule === 'boolean')
    return onAny((value) => value === rule);
  const [entry, ...others] = isFields(rule) ? Object.entries(rule) : [];
  if (entry === undefined || others.length > 0) throw patternError(place, rule, 'a value, or one filter');
  const [kind, operand] = entry;
  if (isTextFilter(kind)) {
    const test = compileText({ kind, operand }, place);
    return onAny((value) => isText(value) && test(value));
  }
  if (kind === 'anything-but') return compileAnythingBut(operand, place);
  if (kind === 'numeric') return compileNumeric(operand, place);
  if (kind === 'exists') return compileExists(operand, place);
  throw patternError(
    place,
    rule,
    `one of ${TEXT_FILTERS.join(', ')}, anything-but, numeric, exists (nothing else is implemented)`,
  );
};
