import type { CordonConfig } from '../config.ts';
import { parseIncidentId } from '../ids.ts';
import type { StepName } from '../contract.ts';

/** Table of the security account's home Region that says of each account and Region whether a response would work there. */
export const COVERAGE_TABLE_NAME = 'cordon-coverage';
/** The function that finds accounts and has each tried. */
export const COVERAGE_FUNCTION_NAME = 'cordon-coverage';

/** Duties that are tried in member accounts. `read-source` is not: the evidence account alone may act as it. */
export const TRIED_DUTIES = [
  'inspect',
  'contain',
  'acquire',
  'revoke',
  'release',
  'replace',
  'capture',
] as const;
/** One of `TRIED_DUTIES`. */
export type TriedDuty = (typeof TRIED_DUTIES)[number];

/**
 * Whose role a duty is tried by: of a function that performs it in a response, so that no principal more is trusted anywhere, and what is
 * shown is what the response has.
 */
export const TRIED_BY: Readonly<Record<TriedDuty, StepName>> = {
  inspect: 'inspect',
  contain: 'isolate-network',
  acquire: 'freeze',
  revoke: 'revoke-credentials',
  release: 'lift-due',
  replace: 'replace',
  capture: 'capture-memory',
};

/** Name of the function that tries a duty: a second entrance to a performer's role, which can try and nothing else. */
export const tryFunctionName = (duty: TriedDuty): string => `cordon-try-${duty}`;

/** The duty that a step's role is tried for, where it is. */
export const dutyTriedBy = (step: StepName): TriedDuty | undefined =>
  TRIED_DUTIES.find((duty) => TRIED_BY[duty] === step);

/** The duties that this deployment has in members. */
export const triedDuties = ({
  containment,
  evidence,
}: Pick<CordonConfig, 'containment' | 'evidence'>): readonly TriedDuty[] =>
  TRIED_DUTIES.filter(
    (duty) =>
      (duty !== 'replace' || containment.replacement !== undefined) &&
      (duty !== 'capture' || evidence.memory !== undefined),
  );

/** In whose name duties are tried: an incident that never is, so that nothing carries its tag. */
export const TRY_INCIDENT_ID = parseIncidentId('inc-coverage-try');

/**
 * What was asked of IAM's policy simulator, because no dry run shows it. A denial there counts like any other. That it could not be asked counts
 * for nothing: it adds to what was tried, and stands for none of it.
 */
export const simulatedCheckId = (duty: TriedDuty): string => `simulated-${duty}`;

const SIMULATED: ReadonlySet<string> = new Set(TRIED_DUTIES.map(simulatedCheckId));

/** Whether a check leaves nothing open by being unknown: the simulations alone. */
export const mayStayUnknown = ({ id, result }: { readonly id: string; readonly result: string }): boolean =>
  result === 'unknown' && SIMULATED.has(id);
