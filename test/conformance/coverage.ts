import type { Organization } from '@cordon/local-aws';
import type { Unwitnessed } from './unwitnessed.ts';

/** What was asked of both sides, and what was not. */
export interface Coverage {
  /** As `service:Operation`. */
  readonly witnessed: readonly string[];
  /** With the reason that is given for each; `no step` where none is. */
  readonly not: readonly { readonly operation: string; readonly because: string }[];
  /** Operations that are given a reason and are not there. */
  readonly stale: readonly string[];
}

/** All operations of the local organization as `service:Operation`. */
export const operationsOf = ({ services }: Pick<Organization, 'services'>): readonly string[] =>
  [
    ...new Set(
      services.flatMap(({ name, operations }) => Object.keys(operations).map((one) => `${name}:${one}`)),
    ),
  ].toSorted();

const isMeant = (what: string, operation: string): boolean =>
  what.endsWith(':*') ? operation.startsWith(what.slice(0, -1)) : what === operation;

/**
 * Which operations were witnessed: those that were called and that no reason says moto cannot witness. A reason for an operation that is not
 * there is stale. Pure.
 */
export const coverageOf = (
  operations: readonly string[],
  called: ReadonlySet<string>,
  reasons: readonly Unwitnessed[],
): Coverage => {
  const reasonFor = (operation: string): string | undefined =>
    reasons.find(({ what }) => what.some((one) => isMeant(one, operation)))?.because;
  const isWitnessed = (operation: string): boolean =>
    called.has(operation) && reasonFor(operation) === undefined;
  return {
    witnessed: operations.filter(isWitnessed),
    not: operations
      .filter((operation) => !isWitnessed(operation))
      .map((operation) => ({ operation, because: reasonFor(operation) ?? 'no step' })),
    stale: reasons
      .flatMap(({ what }) => what)
      .filter((one) => !operations.some((operation) => isMeant(one, operation))),
  };
};
