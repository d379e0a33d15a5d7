export { ProofError } from './claim.ts';
export type { Claim, Constraint, Proof } from './claim.ts';
export { openProver } from './prover.ts';
export type { Prover } from './prover.ts';
