/** What an exit code of `cordon` says; documented in docs/drill-json.md. */
export const EXIT = {
  /** Done; in a drill, every judged invariant held. */
  ok: 0,
  /** A broken invariant, broken evidence, a goal of the bench missed, a policy that would deny the response, a step of a live drill that was not reached. */
  broken: 1,
  /** What was given cannot be used, or a finding was set aside. */
  badInput: 2,
  /** A step or operation that is not built; for evidence: consistent, but the signer is unknown; of what a person asks: refused. */
  incomplete: 3,
  /** A bug of ours (EX_SOFTWARE of sysexits). */
  bug: 70,
} as const;
/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
