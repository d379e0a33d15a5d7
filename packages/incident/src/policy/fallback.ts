import * as z from 'zod';
import { accountId } from '../ids.ts';
import { CONTAIN_ONLY, type Posture } from '../plan/posture.ts';
import { decidePolicy, postureOf } from './decide-policy.ts';
import type { PolicyFacts } from './match-rule.ts';
import { parsePolicy, policySchema, type Policy } from './policy.ts';

/** A policy as it is read where the response must go on whatever it holds. */
export interface ReadPolicy {
  readonly policy: Policy;
  /** Why the policy that was written cannot be used; absent when it can. */
  readonly unreadable?: string;
}

/** From where on an unreadable policy responds: where the policy of an organization that wrote none does. */
const FALLBACK_SEVERITY = 7;

/**
 * Reads a policy that may be anything. One that cannot be read must neither stop the response nor let it loose: from severity
 * 7 on disks are frozen and people are asked, nothing costly is done, and the accounts that are never contained are
 * kept where they alone can be read. Never throws.
 */
export const readPolicy = (value: unknown): ReadPolicy => {
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return { policy: parsed.data };
  const problem = z.prettifyError(parsed.error).replaceAll(/\s+/g, ' ').slice(0, 500);
  const list = (name: string): readonly string[] =>
    z
      .array(z.unknown())
      .catch([])
      .parse(z.record(z.string(), z.unknown()).catch({}).parse(value)[name])
      .flatMap((entry) => accountId.safeParse(entry).data ?? []);
  return {
    policy: parsePolicy({
      schemaVersion: 2,
      neverContainAccounts: list('neverContainAccounts'),
      excludeAccounts: list('excludeAccounts'),
      rules: [
        {
          name: 'unreadable-policy',
          when: { severityAtLeast: FALLBACK_SEVERITY },
          set: { mode: 'ask' },
          because: 'the policy cannot be read, so people are asked before anything is cut off',
        },
      ],
    }),
    unreadable: problem,
  };
};

/**
 * What the policy allows an incident whose opening did not say: of the place nothing is known but the account. Where the policy
 * would only observe, whoever started the incident wants more, so people are asked.
 */
export const standingPosture = (policy: Policy, facts: PolicyFacts): Posture =>
  postureOf(decidePolicy(policy, facts)) ?? {
    ...CONTAIN_ONLY,
    containment: 'ask',
    because: ['the policy only observes such a finding, so people are asked before anything is cut off'],
  };
