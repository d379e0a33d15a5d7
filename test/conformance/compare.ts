import { canonical, type Plain } from './normalize.ts';
import type { Step } from './step.ts';

/** One place where two answers to a step differ. */
export interface Difference {
  readonly step: string;
  /** Members with dots between, `[]` for any item of a list; `outcome` where one refuses what the other does. */
  readonly path: string;
  /** What each says, as JSON; `absent` where it says nothing. */
  readonly local: string;
  readonly moto: string;
}

type Place = Omit<Difference, 'step'>;
type Members = { readonly [member: string]: Plain };

const said = (value: Plain | undefined): string => (value === undefined ? 'absent' : canonical(value));

const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value);
const isRecord = (value: Plain | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Items that one list has and the other has not, in their order. */
const without = (list: readonly Plain[], other: readonly Plain[]): readonly Plain[] => {
  const left = other.map(canonical);
  return list.filter((item) => {
    const at = left.indexOf(canonical(item));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

/** In how many members two items agree. */
const likeness = (a: Plain, b: Plain): number => {
  if (canonical(a) === canonical(b)) return Infinity;
  return isRecord(a) && isRecord(b)
    ? Object.entries(a).filter(([member, value]) => said(b[member]) === canonical(value)).length
    : 0;
};

interface Pair {
  readonly one: Plain | undefined;
  readonly other: Plain | undefined;
  /** Where theirs stands in their list. */
  readonly at: number;
}

/** Each of our items with the one of theirs that it is most like; what is left over with nothing. */
const pairs = (ours: readonly Plain[], theirs: readonly Plain[]): readonly Pair[] => {
  const left = theirs.map((other, at) => ({ other, at }));
  const paired = ours.map((one): Pair => {
    const [best] = left
      .map(({ other }, index) => ({ index, score: likeness(one, other) }))
      .toSorted((a, b) => b.score - a.score);
    const [found] = best === undefined ? [] : left.splice(best.index, 1);
    return { one, other: found?.other, at: found?.at ?? Infinity };
  });
  return [...paired, ...left.map(({ other, at }): Pair => ({ one: undefined, other, at }))];
};

/** That items which differ in themselves stand in another order too, as the places of theirs in the order of ours. */
const orderOf = (path: string, ours: readonly Plain[], theirs: readonly Plain[]): readonly Place[] => {
  const places = pairs(ours, theirs)
    .filter(({ one, other }) => one !== undefined && other !== undefined)
    .map(({ at }) => at);
  const sorted = places.toSorted((a, b) => a - b);
  if (canonical(places) === canonical(sorted)) return [];
  return [{ path: `${path}[] in order`, local: canonical(sorted), moto: canonical(places) }];
};

interface Where {
  readonly path: string;
  /** Lists here have an order that AWS promises. */
  readonly ordered: boolean;
}

const inLists = (where: Where, local: readonly Plain[], moto: readonly Plain[]): readonly Place[] => {
  const { path, ordered } = where;
  const ours = without(local, moto);
  const theirs = without(moto, local);
  // The same items in another order: lists come here so only where order counts.
  if (ours.length === 0 && theirs.length === 0) return [{ path, local: said(local), moto: said(moto) }];
  return [
    ...(ordered ? orderOf(path, local, moto) : []),
    ...pairs(ours, theirs).flatMap(({ one, other }) =>
      differences({ ...where, path: `${path}[]` }, one, other),
    ),
  ];
};

const differences = (where: Where, local: Plain | undefined, moto: Plain | undefined): readonly Place[] => {
  const { path } = where;
  if (said(local) === said(moto)) return [];
  if (isRecord(local) && isRecord(moto)) {
    const members = [...new Set([...Object.keys(local), ...Object.keys(moto)])].toSorted();
    return members.flatMap((member) =>
      differences(
        { ...where, path: path === '' ? member : `${path}.${member}` },
        local[member],
        moto[member],
      ),
    );
  }
  if (isList(local) && isList(moto)) return inLists(where, local, moto);
  return [{ path, local: said(local), moto: said(moto) }];
};

/** `answered`, or `refused` with the code; an answer that could not be had or read says so. */
const outcomeOf = (answer: Plain): string => {
  if (!isRecord(answer)) return 'answered';
  if (answer['impossible'] !== undefined) return `impossible: ${said(answer['impossible'])}`;
  const { refused } = answer;
  return isRecord(refused) && typeof refused['code'] === 'string' ? `refused ${refused['code']}` : 'answered';
};

/**
 * Every place where two normalized answers to a step differ, each once; where one side refuses and the other does not, that alone: there
 * is nothing else to compare. Pure.
 */
export const compare = (
  { name: step, ordered }: Pick<Step, 'name' | 'ordered'>,
  local: Plain,
  moto: Plain,
): readonly Difference[] => {
  const outcomes = { local: outcomeOf(local), moto: outcomeOf(moto) };
  const oneAnswers = [outcomes.local, outcomes.moto].filter((outcome) => outcome === 'answered').length === 1;
  const found = oneAnswers
    ? [{ path: 'outcome', ...outcomes }]
    : differences({ path: '', ordered }, local, moto);
  return [...new Map(found.map((one) => [JSON.stringify(one), { step, ...one }])).values()];
};
