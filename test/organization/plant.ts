import type { DoctorLine } from '@cordon/incident/doctor';
import type { Organization } from '@cordon/local-aws';

/** What is planted; gives what takes it away again. */
export type Plant = (
  organization: Organization,
  member: string,
) => (() => void | Promise<void>) | Promise<() => void | Promise<void>>;

/** A misconfiguration, the one line that must be found of it, and how it is planted. */
export type Planted = readonly [what: string, found: Partial<DoctorLine>, plant: Plant];

/** Takes an entry out of a map, and puts it back. */
export const without = <Key, Value>(from: Map<Key, Value>, key: Key): (() => void) => {
  const value = from.get(key);
  if (value === undefined) throw new Error(`${String(key)} is not there`);
  from.delete(key);
  return () => void from.set(key, value);
};
