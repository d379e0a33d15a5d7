import type { Claim, Proof, Prover } from '@cordon/iam/prove';
import type { Ground, Invariant } from './invariant.ts';
import type { Guardrails } from './subjects.ts';

/** What became of one invariant, with the guardrails or without. */
export interface Proved {
  readonly says: string;
  readonly guardrails: Guardrails;
  readonly claims: number;
  /** `proved` when every claim is; else the first claim that is not, with its counterexample. */
  readonly outcome: { readonly status: 'proved' } | { readonly claim: Claim; readonly proof: Proof };
  /** Whether that is what the invariant says of itself. */
  readonly asStated: boolean;
  readonly milliseconds: number;
}

/** Proves every invariant with the guardrails and without them; one that needs them must fail without, or it says too little. */
export const proveAll = async (
  prover: Prover,
  invariants: readonly Invariant[],
  ground: Omit<Ground, 'guardrails'>,
): Promise<readonly Proved[]> => {
  const all: Proved[] = [];
  for (const invariant of invariants)
    for (const guardrails of ['on', 'off'] as const)
      all.push(await proveOne(prover, invariant, { ...ground, guardrails }));
  return all;
};

const proveOne = async (
  prover: Prover,
  { says, holds, claims }: Invariant,
  ground: Ground,
): Promise<Proved> => {
  const began = performance.now();
  const list = claims(ground);
  // Side by side: the next claim is encoded while the solver is at the one before.
  const proofs = await Promise.all(list.map((claim) => prover.prove(claim)));
  const open = list.flatMap((claim, index) => {
    const proof = proofs[index];
    return proof === undefined || proof.status === 'proved' ? [] : [{ claim, proof }];
  });
  const outcome: Proved['outcome'] = open[0] ?? { status: 'proved' };
  const refuted = 'proof' in outcome && outcome.proof.status === 'refuted';
  const asStated =
    holds === 'with-guardrails' && ground.guardrails === 'off' ? refuted : !('proof' in outcome);
  return {
    says,
    guardrails: ground.guardrails,
    claims: list.length,
    outcome,
    asStated,
    milliseconds: performance.now() - began,
  };
};
