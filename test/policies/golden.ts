import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { possibleActions } from '@cordon/iam';
import { config } from '../../cordon.config.ts';
import { denyChoice, type DenyChoice } from './deny-choice.ts';
import type { ProductPolicy } from './universe.ts';

/** What each role may do at most: every action that some request of it could be allowed, by role, sorted. */
export type PossibleActions = Readonly<Record<string, readonly string[]>>;

/** One difference from the list that was reviewed. */
export interface GoldenDifference {
  readonly role: string;
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** The choice of how sessions are denied gives other rights, so it has a list of its own. */
const FILES: Readonly<Record<DenyChoice, string>> = {
  attach: 'possible-actions.json',
  'attach-and-bound': 'possible-actions.bound-at-release.json',
  write: 'possible-actions.put-role-policy.json',
};
const FILE = join(import.meta.dirname, FILES[denyChoice(config.containment)]);

/** The reviewed list. */
export const readGolden = (): PossibleActions => JSON.parse(readFileSync(FILE, 'utf8')) as PossibleActions;

/** Makes what is now the reviewed list; the diff of the file is the review. */
export const writeGolden = (actions: PossibleActions): void =>
  writeFileSync(FILE, `${JSON.stringify(actions, undefined, 2)}\n`);

/** What each role of the product may do at most, out of every action that AWS has. */
export const possibleByRole = (
  policies: readonly ProductPolicy[],
  actions: readonly string[],
): PossibleActions =>
  Object.fromEntries(
    policies
      .filter(({ kind }) => kind === 'identity')
      .map(({ label, copies }) => [label, possibleActions(copies.slice(0, 1), actions).toSorted()]),
  );

/** Where two lists differ. */
export const differences = (golden: PossibleActions, now: PossibleActions): readonly GoldenDifference[] =>
  [...new Set([...Object.keys(golden), ...Object.keys(now)])].toSorted().flatMap((role) => {
    const was = new Set(golden[role]);
    const is = new Set(now[role]);
    const added = [...is].filter((action) => !was.has(action));
    const gone = [...was].filter((action) => !is.has(action));
    return added.length + gone.length === 0 ? [] : [{ role, added, gone }];
  });
