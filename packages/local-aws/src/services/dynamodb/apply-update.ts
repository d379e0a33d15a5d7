import { invalidRequest, type Item, type Value } from './attribute-value.ts';
import { addNumbers } from './decimal.ts';
import { valueAt, type DocumentPath } from './document-path.ts';
import type { Change, Source } from './update-expression.ts';

const wrongOperand = (operator: string): Error =>
  invalidRequest(`An operand in the update expression has an incorrect data type: ${operator}`);

const invalidPath = (): Error =>
  invalidRequest('The document path provided in the update expression is invalid for update');

const evaluate = (source: Source, item: Item): Value => {
  switch (source.kind) {
    case 'value':
      return source.value;
    case 'path': {
      const value = valueAt(item, source.path);
      if (value === undefined)
        throw invalidRequest(
          'The provided expression refers to an attribute that does not exist in the item',
        );
      return value;
    }
    case 'if-not-exists':
      return valueAt(item, source.path) ?? evaluate(source.otherwise, item);
    case 'list-append': {
      const first = evaluate(source.first, item);
      const second = evaluate(source.second, item);
      if (first.type !== 'L' || second.type !== 'L') throw wrongOperand('list_append');
      return { type: 'L', value: [...first.value, ...second.value] };
    }
    case 'sum': {
      const left = evaluate(source.left, item);
      const right = evaluate(source.right, item);
      if (left.type !== 'N' || right.type !== 'N') throw wrongOperand(source.sign);
      return { type: 'N', value: addNumbers(left.value, right.value, source.sign) };
    }
  }
};

const without = (held: Value, taken: Value): Value | undefined => {
  const gone = new Set<string>();
  if (taken.type === 'BS') for (const bytes of taken.value) gone.add(bytes.toString('base64'));
  else if (taken.type === 'SS' || taken.type === 'NS') for (const text of taken.value) gone.add(text);
  if (held.type === 'BS' && taken.type === 'BS') {
    const value = held.value.filter((bytes) => !gone.has(bytes.toString('base64')));
    return value.length === 0 ? undefined : { type: 'BS', value };
  }
  if ((held.type === 'SS' || held.type === 'NS') && held.type === taken.type) {
    const value = held.value.filter((text) => !gone.has(text));
    return value.length === 0 ? undefined : { type: held.type, value };
  }
  throw wrongOperand('DELETE');
};

const together = (held: Value, added: Value): Value => {
  if (held.type === 'N' && added.type === 'N')
    return { type: 'N', value: addNumbers(held.value, added.value) };
  if (held.type === 'BS' && added.type === 'BS') {
    const fresh = added.value.filter((bytes) => !held.value.some((other) => other.equals(bytes)));
    return { type: 'BS', value: [...held.value, ...fresh] };
  }
  if ((held.type === 'SS' || held.type === 'NS') && held.type === added.type) {
    return { type: held.type, value: [...new Set([...held.value, ...added.value])] };
  }
  throw wrongOperand('ADD');
};

/** What a change leaves at its place: undefined removes. All values are read from the item as it was before. */
const outcome = (change: Change, before: Item): Value | undefined => {
  const held = valueAt(before, change.path);
  switch (change.kind) {
    case 'set':
      return evaluate(change.source, before);
    case 'remove':
      return undefined;
    case 'add':
      return held === undefined ? change.value : together(held, change.value);
    case 'delete':
      return held === undefined ? undefined : without(held, change.value);
  }
};

const replaceInList = (list: readonly Value[], index: number, value: Value | undefined): readonly Value[] => {
  if (value === undefined) return list.filter((_, at) => at !== index);
  // An index beyond the end appends. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
  return index >= list.length ? [...list, value] : list.with(index, value);
};

const replace = (within: Value, path: readonly (string | number)[], value: Value | undefined): Value => {
  const [step, ...rest] = path;
  if (within.type === 'M' && typeof step === 'string') {
    const held = within.value.get(step);
    const entries = new Map(within.value);
    if (rest.length > 0) {
      if (held === undefined) throw invalidPath();
      entries.set(step, replace(held, rest, value));
    } else if (value === undefined) entries.delete(step);
    else entries.set(step, value);
    return { type: 'M', value: entries };
  }
  if (within.type === 'L' && typeof step === 'number') {
    if (rest.length === 0) return { type: 'L', value: replaceInList(within.value, step, value) };
    const held = within.value[step];
    if (held === undefined) throw invalidPath();
    return { type: 'L', value: within.value.with(step, replace(held, rest, value)) };
  }
  throw invalidPath();
};

/** Removals from a list go from its end, so that the indexes of the others keep their meaning. */
const byIndexDescending = (a: DocumentPath, b: DocumentPath): number => {
  const [left, right] = [a.at(-1), b.at(-1)];
  return typeof left === 'number' && typeof right === 'number' ? right - left : 0;
};

/** Appends to a list go in the order of their indexes. */
const byIndexAscending = (a: DocumentPath, b: DocumentPath): number => -byIndexDescending(a, b);

/**
 * The item after an update.
 *
 * @param before the item as it is; only its key when it is new
 * @throws ServiceFault ValidationException: a path that leads nowhere, an operand of a wrong type
 */
export const applyUpdate = (before: Item, changes: readonly Change[]): Item => {
  const outcomes = changes.map((change) => ({ path: change.path, value: outcome(change, before) }));
  const kept = outcomes
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => byIndexAscending(a.path, b.path));
  const removed = outcomes
    .filter(({ value }) => value === undefined)
    .toSorted((a, b) => byIndexDescending(a.path, b.path));
  let after: Value = { type: 'M', value: before };
  for (const { path, value } of [...kept, ...removed]) after = replace(after, path, value);
  return after.type === 'M' ? after.value : before;
};
