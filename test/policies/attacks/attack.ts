import type { Aftermath } from './aftermath.ts';
import type { Hands, Who } from './cast.ts';

/** One call of an attacker, and how AWS refuses it. */
export interface Attack {
  readonly as: Who;
  readonly does: string;
  readonly call: (by: Hands, on: Aftermath) => Promise<unknown>;
  readonly code: string;
  readonly saying: RegExp;
}

/**
 * The tails of AWS's messages. Where two kinds of policy deny, AWS names one of them and does not document which.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export const SAYING = {
  serviceControl: /with an explicit deny in a service control policy$/,
  resourceControl: /with an explicit deny in a resource control policy$/,
  resource: /with an explicit deny in a resource-based policy$/,
  resourceOrItsControl: /with an explicit deny in a resource(-based| control) policy$/,
  identity: /with an explicit deny in an identity-based policy$/,
} as const;

type Row = readonly [does: string, call: Attack['call']];

/** Attacks of one identity that are refused alike. */
export const refused = (
  alike: Pick<Attack, 'as' | 'code' | 'saying'>,
  rows: readonly Row[],
): readonly Attack[] => rows.map(([does, call]) => ({ ...alike, does, call }));
