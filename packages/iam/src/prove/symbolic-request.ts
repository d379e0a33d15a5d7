import type { KeyUse } from './key-uses.ts';
import { ProofError } from './claim.ts';
import { exactly, NOT_COLON, sequence, SIX_COMPONENTS, union } from './languages.ts';
import { representativesOf } from './representatives.ts';
import type { Script } from './script.ts';
import { and, atom, concatenated, implies, member } from './smt.ts';
import type { Term, Text } from './smt.ts';

/** One value of a condition key: whether the request gives it, and what it is. */
export interface Slot {
  readonly isGiven: Term;
  readonly value: Text;
}

/** A condition key of the symbolic request. */
export interface SymbolicKey {
  /** As a policy or the claim first writes it. */
  readonly name: string;
  /** The first slot is given exactly when the key is present, a later one only when the one before it is. */
  readonly slots: readonly [Slot, ...Slot[]];
  /** All values that the key can have, when it is compared by order; else undefined. */
  readonly representatives: readonly string[] | undefined;
  /** The only value that the facts leave to the key, if they name one: quicker for the solver than a variable. */
  readonly pinned: string | undefined;
}

/** The head (five components) and the tail of a value that is an ARN. */
export interface SplitValue {
  readonly isArn: Term;
  readonly head: Text;
  readonly tail: Text;
}

/** A request of which everything is open, as declared in a script. */
export interface SymbolicRequest {
  readonly resource: Text;
  readonly keys: readonly SymbolicKey[];
  /** By name, in any case. Throws ProofError for a key that was not declared. */
  readonly key: (name: string) => SymbolicKey;
  /** Splits a value at its fifth colon. */
  readonly split: (value: Text) => SplitValue;
}

/** Declares a request with the given keys, and asserts of it what holds of every request. */
export function declareRequest(script: Script, uses: ReadonlyMap<string, KeyUse>): SymbolicRequest {
  const resource = script.declare('resource', 'String');
  const keys = new Map([...uses].map(([key, use], index) => [key, declareKey(script, use, index)]));
  const splits = new Map<Text, SplitValue>();
  return {
    resource,
    keys: [...keys.values()],
    key: (name) => {
      const found = keys.get(name.toLowerCase());
      if (found === undefined) throw new ProofError(`condition key ${name} was not declared to the solver`);
      return found;
    },
    split: (value) => {
      const split = splits.get(value) ?? declareSplit(script, value, splits.size);
      splits.set(value, split);
      return split;
    },
  };
}

function declareKey(script: Script, use: KeyUse, index: number): SymbolicKey {
  const declareSlot = (number: number): Slot => ({
    isGiven: atom(script.declare(`given_${index}_${number}`, 'Bool')),
    value: script.declare(`value_${index}_${number}`, 'String'),
  });
  const slots: [Slot, ...Slot[]] = [declareSlot(0)];
  for (let number = 1; number < use.slots; number += 1) slots.push(declareSlot(number));
  const representatives = representativesOf(use);
  for (const [number, { isGiven, value }] of slots.entries()) {
    const before = slots[number - 1];
    if (before !== undefined) script.assert(implies(isGiven, before.isGiven));
    if (representatives !== undefined) script.assert(member(value, union(representatives.map(exactly))));
  }
  return { name: use.name, slots, representatives, pinned: use.pinned };
}

const COMPONENT = `(re.* ${NOT_COLON})`;
const HEAD = sequence([...Array.from({ length: 4 }, () => [COMPONENT, exactly(':')]).flat(), COMPONENT]);

/** A value has five colons in one way only before its tail, so head and tail are functions of it. */
function declareSplit(script: Script, value: Text, index: number): SplitValue {
  const head = script.declare(`head_${index}`, 'String');
  const tail = script.declare(`tail_${index}`, 'String');
  const isArn = member(value, SIX_COMPONENTS);
  script.assert(
    implies(isArn, and([atom(`(= ${value} ${concatenated([head, '":"', tail])})`), member(head, HEAD)])),
  );
  return { isArn, head, tail };
}
