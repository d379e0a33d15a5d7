import type { CordonConfig } from '@cordon/incident';
import type { Scenario } from './scenario.ts';

/** What is done where the policy wants every block hashed: the copies are the originals, or one is not. */
export const blockScenarios = (
  base: Scenario,
  policyOf: (set: { readonly mode: 'contain'; readonly blockHashes: 'automatic' }) => CordonConfig['policy'],
): readonly Scenario[] => {
  const hashing = { ...base, policy: policyOf({ mode: 'contain', blockHashes: 'automatic' }) };
  return [
    {
      ...hashing,
      name: 'block-manifests',
      about:
        'every written block of source and copy is hashed in the evidence account: equal roots show that each copy is the original',
    },
    {
      ...hashing,
      name: 'copy-tampered',
      about: 'one byte of an evidence copy is flipped behind everybody: it is read again, found and told',
      flipsCopies: true,
    },
  ];
};
