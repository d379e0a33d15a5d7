import type { Item, Value } from './attribute-value.ts';

/** Attribute name first, then names of map entries and indexes of lists. */
export type DocumentPath = readonly [string, ...(string | number)[]];

/** A path as a person writes it. */
export const pathText = (path: DocumentPath): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');

const stepInto = (value: Value | undefined, step: string | number): Value | undefined => {
  if (value?.type === 'M' && typeof step === 'string') return value.value.get(step);
  if (value?.type === 'L' && typeof step === 'number') return value.value[step];
  return undefined;
};

/** The value at a path of an item, or undefined where the item has none. */
export const valueAt = (item: Item, path: DocumentPath): Value | undefined =>
  path.reduce<Value | undefined>(stepInto, { type: 'M', value: item });

/** Whether one of two paths is the other, or lies within it. */
export const pathsOverlap = (left: DocumentPath, right: DocumentPath): boolean =>
  left.slice(0, right.length).every((step, index) => step === right[index]);

interface Tree {
  readonly whole: boolean;
  readonly branches: Map<string | number, Tree>;
}

const treeOf = (paths: readonly (readonly (string | number)[])[]): Tree => {
  const branches = new Map<string | number, (string | number)[][]>();
  for (const [step, ...rest] of paths) {
    if (step !== undefined) branches.set(step, [...(branches.get(step) ?? []), rest]);
  }
  return {
    whole: paths.some((path) => path.length === 0),
    branches: new Map([...branches].map(([step, below]) => [step, treeOf(below)])),
  };
};

const prune = (value: Value, tree: Tree): Value | undefined => {
  if (tree.whole) return value;
  const kept = [...tree.branches].flatMap(([step, branch]) => {
    const held = stepInto(value, step);
    const pruned = held === undefined ? undefined : prune(held, branch);
    return pruned === undefined ? [] : [{ step, value: pruned }];
  });
  if (kept.length === 0) return undefined;
  if (value.type === 'M')
    return { type: 'M', value: new Map(kept.map((entry) => [String(entry.step), entry.value])) };
  const inOrder = kept.toSorted((a, b) => Number(a.step) - Number(b.step));
  return { type: 'L', value: inOrder.map((entry) => entry.value) };
};

/**
 * The parts of an item that lie at `paths`; elements of lists move up.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
export const project = (item: Item, paths: readonly DocumentPath[]): Item => {
  const kept = prune({ type: 'M', value: item }, treeOf(paths));
  return kept?.type === 'M' ? kept.value : new Map();
};
