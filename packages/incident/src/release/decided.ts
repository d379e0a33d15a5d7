import type { LiftKind, LiftOf, ToLift } from './journal.ts';
import type { ReleaseFacts } from './release-facts.ts';
import type { ReleaseDecision } from './release-io.ts';

/** What lifting one thing meets: three states side by side, and what follows. */
export interface Decided {
  readonly decision: ReleaseDecision;
  readonly before: string;
  readonly ours: string;
  readonly now: string;
  readonly because: string;
  readonly byHand?: string;
  readonly notBefore?: string;
}

/** What a kind of lift is decided from. */
export interface Deciding<Kind extends LiftKind> {
  readonly lift: LiftOf<Kind>;
  readonly of: ToLift;
  readonly facts: ReleaseFacts;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Decides one kind of lift. Pure. */
export type Decide<Kind extends LiftKind> = (deciding: Deciding<Kind>) => Decided;

/** True when nothing of the instance is left that could be lifted. */
export const isGone = ({ instance: { state } }: ReleaseFacts): boolean =>
  state === 'gone' || state === 'terminated' || state === 'shutting-down';

/** The answer for what went with its instance. */
export const wentWithIt = (facts: ReleaseFacts, before: string): Decided => ({
  decision: 'already',
  before,
  ours: 'gone with the instance',
  now: `the instance is ${facts.instance.state}`,
  because: 'it went with the instance',
});

/** The three-way rule: the former state is there again, or ours still is, or neither. */
export const threeWay = (states: {
  readonly before: string;
  readonly ours: string;
  readonly now: string;
}): Decided => {
  const { before, ours, now } = states;
  if (now === before) return { decision: 'already', ...states, because: 'it is as it was' };
  return now === ours
    ? { decision: 'restore', ...states, because: 'it is as containment left it' }
    : {
        decision: 'drifted',
        ...states,
        because: 'somebody changed it since: it is lifted only when it is named',
      };
};
