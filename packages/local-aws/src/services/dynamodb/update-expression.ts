import type { Value } from './attribute-value.ts';
import { pathsOverlap, pathText, type DocumentPath } from './document-path.ts';
import { ExpressionReader, type Placeholders } from './expression-reader.ts';

/** Something that SET can store. */
export type Source =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'if-not-exists'; readonly path: DocumentPath; readonly otherwise: Source }
  | { readonly kind: 'list-append'; readonly first: Source; readonly second: Source }
  | { readonly kind: 'sum'; readonly sign: '+' | '-'; readonly left: Source; readonly right: Source };

/** One change to one place of an item. */
export type Change =
  | { readonly kind: 'set'; readonly path: DocumentPath; readonly source: Source }
  | { readonly kind: 'remove'; readonly path: DocumentPath }
  | { readonly kind: 'add' | 'delete'; readonly path: DocumentPath; readonly value: Value };

const readSource = (reader: ExpressionReader): Source => {
  if (reader.seesValue()) return { kind: 'value', value: reader.value() };
  if (reader.takes('(')) {
    const inner = readSum(reader);
    reader.expect(')');
    return inner;
  }
  if (reader.peek(1) !== '(') return { kind: 'path', path: reader.path() };
  const name = reader.next();
  reader.expect('(');
  const source = readFunction(reader, name);
  reader.expect(')');
  return source;
};

const readFunction = (reader: ExpressionReader, name: string): Source => {
  if (name === 'if_not_exists') {
    const path = reader.path();
    reader.expect(',');
    return { kind: 'if-not-exists', path, otherwise: readSource(reader) };
  }
  if (name === 'list_append') {
    const first = readSource(reader);
    reader.expect(',');
    return { kind: 'list-append', first, second: readSource(reader) };
  }
  throw reader.invalid(`Invalid function name; function: ${name}`);
};

const readSum = (reader: ExpressionReader): Source => {
  const left = readSource(reader);
  for (const sign of ['+', '-'] as const)
    if (reader.takes(sign)) return { kind: 'sum', sign, left, right: readSource(reader) };
  return left;
};

const readTyped = (reader: ExpressionReader, kind: 'add' | 'delete', types: readonly string[]): Change => {
  const path = reader.path();
  const value = reader.value();
  if (types.includes(value.type)) return { kind, path, value };
  throw reader.invalid(
    `Incorrect operand type for operator or function; operator: ${kind.toUpperCase()}, operand type: ${value.type}`,
  );
};

const CLAUSES: Readonly<Record<string, (reader: ExpressionReader) => Change>> = {
  SET: (reader) => {
    const path = reader.path();
    reader.expect('=');
    return { kind: 'set', path, source: readSum(reader) };
  },
  REMOVE: (reader) => ({ kind: 'remove', path: reader.path() }),
  ADD: (reader) => readTyped(reader, 'add', ['N', 'SS', 'NS', 'BS']),
  DELETE: (reader) => readTyped(reader, 'delete', ['SS', 'NS', 'BS']),
};

const refuseOverlap = (reader: ExpressionReader, changes: readonly Change[]): void => {
  for (const [index, { path }] of changes.entries()) {
    const other = changes.slice(0, index).find((earlier) => pathsOverlap(earlier.path, path));
    if (other !== undefined) {
      const paths = `path one: [${other.path.join(', ')}], path two: [${path.join(', ')}]`;
      throw reader.invalid(
        `Two document paths overlap with each other; must remove or rewrite one of these paths; ${paths}`,
      );
    }
    const mixed = changes.slice(0, index).find((earlier) => conflicts(earlier.path, path));
    if (mixed !== undefined) {
      throw reader.invalid(
        `Two document paths conflict with each other; must remove or rewrite one of these paths; path one: ${pathText(mixed.path)}, path two: ${pathText(path)}`,
      );
    }
  }
};

/** Whether two paths take one place for a map and for a list. */
const conflicts = (left: DocumentPath, right: DocumentPath): boolean => {
  const at = left.findIndex((step, index) => step !== right[index]);
  return at > 0 && at < right.length && typeof left[at] !== typeof right[at];
};

/**
 * Reads an UpdateExpression: SET, REMOVE, ADD and DELETE, each at most once.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 *
 * @throws ServiceFault ValidationException
 */
export const readUpdate = (text: string, placeholders: Placeholders): readonly Change[] => {
  const reader = new ExpressionReader(text, 'UpdateExpression', placeholders);
  const changes: Change[] = [];
  const seen = new Set<string>();
  while (reader.peek() !== undefined) {
    const clause = (reader.peek() ?? '').toUpperCase();
    const read = CLAUSES[clause];
    if (read === undefined) throw reader.unexpected();
    if (seen.has(clause))
      throw reader.invalid(`The "${clause}" section can only be used once in an update expression;`);
    seen.add(clause);
    reader.next();
    changes.push(...reader.list(() => read(reader)));
  }
  refuseOverlap(reader, changes);
  return changes;
};
