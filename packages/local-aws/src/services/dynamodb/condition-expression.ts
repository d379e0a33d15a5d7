import type { Value } from './attribute-value.ts';
import { pathsOverlap, type DocumentPath } from './document-path.ts';
import { ExpressionReader, type Placeholders } from './expression-reader.ts';

/** Operators of comparison. */
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** Something in a condition that has a value. */
export type Operand =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'size'; readonly of: DocumentPath };

/** A parsed condition. */
export type Condition =
  | {
      readonly kind: 'compare';
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: DocumentPath; readonly wanted: boolean }
  | { readonly kind: 'type'; readonly path: DocumentPath; readonly type: string }
  | { readonly kind: 'begins-with'; readonly operand: Operand; readonly prefix: Operand }
  | { readonly kind: 'contains'; readonly operand: Operand; readonly element: Operand }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition };

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='] satisfies readonly Comparator[];
const isComparator = (token: string | undefined): token is Comparator =>
  token !== undefined && COMPARATORS.includes(token);

/** IN takes up to 100 values. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html */
const MAX_OPTIONS = 100;

const TYPES = ['S', 'SS', 'N', 'NS', 'B', 'BS', 'BOOL', 'NULL', 'L', 'M'];

const readOperand = (reader: ExpressionReader): Operand => {
  if (reader.seesValue()) return { kind: 'value', value: reader.value() };
  if (reader.peek() === 'size' && reader.peek(1) === '(') {
    reader.next();
    reader.expect('(');
    const of = reader.path();
    reader.expect(')');
    return { kind: 'size', of };
  }
  return { kind: 'path', path: reader.path() };
};

const typeName = (reader: ExpressionReader): string => {
  const value = reader.value();
  if (value.type === 'S' && TYPES.includes(value.value)) return value.value;
  throw reader.invalid('Invalid attribute type name found; valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}');
};

const FUNCTIONS: Readonly<Record<string, (reader: ExpressionReader) => Condition>> = {
  attribute_exists: (reader) => ({ kind: 'exists', path: reader.path(), wanted: true }),
  attribute_not_exists: (reader) => ({ kind: 'exists', path: reader.path(), wanted: false }),
  attribute_type: (reader) => {
    const path = reader.path();
    reader.expect(',');
    return { kind: 'type', path, type: typeName(reader) };
  },
  begins_with: (reader) => {
    const operand = readOperand(reader);
    reader.expect(',');
    const prefix = readOperand(reader);
    if (prefix.kind === 'value' && prefix.value.type !== 'S' && prefix.value.type !== 'B') {
      throw reader.invalid(
        `Incorrect operand type for operator or function; operator or function: begins_with, operand type: ${prefix.value.type}`,
      );
    }
    return { kind: 'begins-with', operand, prefix };
  },
  contains: (reader) => {
    const operand = readOperand(reader);
    reader.expect(',');
    return { kind: 'contains', operand, element: readOperand(reader) };
  },
};

const refuseUnordered = (reader: ExpressionReader, operator: string, operands: readonly Operand[]): void => {
  for (const operand of operands) {
    if (operand.kind === 'value' && !['S', 'N', 'B'].includes(operand.value.type)) {
      throw reader.invalid(
        `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${operand.value.type}`,
      );
    }
  }
};

const readComparison = (reader: ExpressionReader): Condition => {
  const left = readOperand(reader);
  if (reader.takes('BETWEEN')) {
    const low = readOperand(reader);
    reader.expect('AND');
    const high = readOperand(reader);
    refuseUnordered(reader, 'BETWEEN', [low, high]);
    return { kind: 'between', operand: left, low, high };
  }
  if (reader.takes('IN')) {
    reader.expect('(');
    const options = reader.list(() => readOperand(reader));
    reader.expect(')');
    if (options.length > MAX_OPTIONS)
      throw reader.invalid(
        `The IN operator is provided with too many operands; number of operands: ${options.length}`,
      );
    return { kind: 'in', operand: left, options };
  }
  const comparator = reader.peek();
  if (!isComparator(comparator)) throw reader.unexpected();
  reader.next();
  const right = readOperand(reader);
  if (comparator !== '=' && comparator !== '<>') refuseUnordered(reader, comparator, [left, right]);
  return { kind: 'compare', comparator, left, right };
};

const readPrimary = (reader: ExpressionReader): Condition => {
  if (reader.takes('(')) {
    const inner = readOr(reader);
    reader.expect(')');
    return inner;
  }
  const name = reader.peek() ?? '';
  if (reader.peek(1) === '(' && name !== 'size' && /^[A-Za-z_]/.test(name)) {
    const read = FUNCTIONS[name];
    if (read === undefined) throw reader.invalid(`Invalid function name; function: ${name}`);
    reader.next();
    reader.expect('(');
    const condition = read(reader);
    reader.expect(')');
    return condition;
  }
  return readComparison(reader);
};

const readNot = (reader: ExpressionReader): Condition =>
  reader.takes('NOT') ? { kind: 'not', condition: readNot(reader) } : readPrimary(reader);

const readAnd = (reader: ExpressionReader): Condition => {
  let left = readNot(reader);
  while (reader.takes('AND')) left = { kind: 'and', left, right: readNot(reader) };
  return left;
};

const readOr = (reader: ExpressionReader): Condition => {
  let left = readAnd(reader);
  while (reader.takes('OR')) left = { kind: 'or', left, right: readAnd(reader) };
  return left;
};

/**
 * Reads a condition: comparators, BETWEEN, IN, functions, then NOT, AND, OR in that order of precedence.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 *
 * @param what name of the expression in messages, such as `FilterExpression`
 * @throws ServiceFault ValidationException
 */
export const readCondition = (text: string, what: string, placeholders: Placeholders): Condition => {
  const reader = new ExpressionReader(text, what, placeholders);
  const condition = readOr(reader);
  reader.end();
  return condition;
};

/** The paths of a ProjectionExpression. @throws ServiceFault ValidationException, also for paths that overlap */
export const readProjection = (text: string, placeholders: Placeholders): readonly DocumentPath[] => {
  const reader = new ExpressionReader(text, 'ProjectionExpression', placeholders);
  const paths = reader.list(() => reader.path());
  reader.end();
  const overlaps = paths.some((path, index) =>
    paths.slice(0, index).some((earlier) => pathsOverlap(earlier, path)),
  );
  if (overlaps)
    throw reader.invalid(
      'Two document paths overlap with each other; must remove or rewrite one of these paths',
    );
  return paths;
};
