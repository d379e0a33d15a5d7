import type { Tags } from './state.ts';

/** Tags as a specification gives them. */
export type TagSpec = Readonly<Record<string, string>>;

/** Tags of a specification as the state keeps them. */
export const tagsFrom = (tags: TagSpec | undefined): Tags => new Map(Object.entries(tags ?? {}));

/**
 * What a specification names and the world must have already.
 *
 * @param what for the message, as in `vpc vpc-1`
 * @throws Error a mistake of whoever furnishes the world
 */
export const inWorld = <Found>(found: Found | undefined, what: string): Found => {
  if (found === undefined) throw new Error(`the world has no ${what}: add it before what stands in it`);
  return found;
};
