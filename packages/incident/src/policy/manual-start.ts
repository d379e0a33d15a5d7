import type { HaltRow } from '../limits/halt.ts';
import { CONTAIN_ONLY, type Posture } from '../plan/posture.ts';
import { decidePolicy } from './decide-policy.ts';
import type { PolicyFacts } from './match-rule.ts';
import type { Policy } from './policy.ts';

/** Type of what stands in a finding's place when a person opened the incident. */
export const MANUAL_TYPE = 'Manual:EC2/AskedByOperator';
/** GuardDuty's highest: a person's word outranks a threshold. */
export const MANUAL_SEVERITY = 10;

/** Whether a person may have an instance contained by hand, and under which posture. */
export type ManualStart =
  | { readonly status: 'start'; readonly posture: Posture }
  | { readonly status: 'refused'; readonly because: string };

/**
 * Decides about a start by hand; pure. A person has judged the instance, so its mode is contain whatever the rules say, and no
 * breaker holds it back or counts it; what is costly stays as the rules have it. The halt switch holds it back too: it
 * asks, so that a second person can let it through. Accounts that are never contained are refused.
 */
export const decideManualStart = (
  policy: Policy,
  facts: PolicyFacts,
  halt: HaltRow | undefined,
): ManualStart => {
  if (policy.neverContainAccounts.some((account) => account === facts.account))
    return {
      status: 'refused',
      because: `the policy never contains instances of account ${facts.account}; take the account off neverContainAccounts first`,
    };
  const { mode: _mode, ...leaves } = decidePolicy(policy, facts).settings;
  const because = ['a person started the containment by hand'];
  if (halt?.halt !== 'on')
    return { status: 'start', posture: { ...CONTAIN_ONLY, ...leaves, containment: 'contain', because } };
  return {
    status: 'start',
    posture: {
      ...CONTAIN_ONLY,
      ...leaves,
      containment: 'tripped',
      because: [...because, `containment is halted since ${halt.at}, so it asks`],
    },
  };
};
