import * as z from 'zod';
import { personSchema } from '../operator/person.ts';

/**
 * What people set in the incident table, and intake reads before it decides a posture:
 *
 *     halt               switch    whether all cutting asks first
 *     breaker#<scope>    reset     when a tripped breaker was last set back; what was counted before counts no more
 */
export const HALT_KEY = { pk: 'halt', sk: 'switch' } as const;

/** Key of the row that says when a breaker was last set back. Scopes: `organization`, `unit:ou-...`, `account:123456789012`. */
export const breakerResetKey = (scope: string): { readonly pk: string; readonly sk: string } => ({
  pk: `breaker#${scope}`,
  sk: 'reset',
});

const byPeople = {
  /** One person, or two where a second one is wanted. */
  by: z.array(personSchema).min(1),
  reason: z.string(),
  at: z.iso.datetime(),
};

/** Body of the halt switch's row. No row is `off`. */
export const haltRow = z.object({ halt: z.enum(['on', 'off']), ...byPeople });
/** The halt switch. */
export type HaltRow = z.infer<typeof haltRow>;

/** Body of the row of a breaker's reset. */
export const breakerResetRow = z.object(byPeople);
/** A breaker's reset. */
export type BreakerResetRow = z.infer<typeof breakerResetRow>;
