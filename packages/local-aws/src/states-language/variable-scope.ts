import { sizeBytes } from './json-value.ts';
import type { Json, JsonObject } from './json-value.ts';
import { checkPayloadSize } from './data-limit.ts';
import { StateFailure } from './state-failure.ts';

const EXECUTION_LIMIT_BYTES = 10 * 1024 * 1024;

/** What all scopes of one execution hold together, in bytes. */
type VariableBudget = { usedBytes: number };

/**
 * The variables that one level of states (the machine, a Parallel branch, a Map iteration) has assigned, over those of the levels
 * around it, which it reads and never sets.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export class VariableScope {
  readonly #outer: VariableScope | undefined;
  readonly #values = new Map<string, Json>();
  readonly #budget: VariableBudget;

  constructor(outer?: VariableScope) {
    this.#outer = outer;
    this.#budget = outer ? outer.#budget : { usedBytes: 0 };
  }

  /** The value that a state sees, or undefined when nobody assigned the name. */
  get(name: string): Json | undefined {
    const own = this.#values.get(name);
    return own === undefined ? this.#outer?.get(name) : own;
  }

  /** Whether the name is assigned here or further out. */
  has(name: string): boolean {
    return this.#values.has(name) || (this.#outer?.has(name) ?? false);
  }

  /**
   * Sets all of `assignments` at once. Fails with `States.DataLimitExceeded`, having set none, beyond 256 KiB for a variable or for
   * the whole Assign, or 10 MiB for the execution.
   */
  assign(assignments: JsonObject): void {
    let growth = 0;
    let total = 0;
    for (const [name, value] of Object.entries(assignments)) {
      checkPayloadSize(value, `variable $${name}`);
      const previous = this.#values.get(name);
      const size = sizeBytes(value);
      total += size;
      growth += size - (previous === undefined ? 0 : sizeBytes(previous));
    }
    if (total > 256 * 1024) {
      throw new StateFailure('States.DataLimitExceeded', `Assign sets ${total} bytes, more than 262144`);
    }
    if (this.#budget.usedBytes + growth > EXECUTION_LIMIT_BYTES) {
      const cause = `the variables of this execution would take ${this.#budget.usedBytes + growth} bytes, more than ${EXECUTION_LIMIT_BYTES}`;
      throw new StateFailure('States.DataLimitExceeded', cause);
    }
    this.#budget.usedBytes += growth;
    for (const [name, value] of Object.entries(assignments)) this.#values.set(name, value);
  }

  /** A new level inside this one. */
  inner(): VariableScope {
    return new VariableScope(this);
  }

  /** Gives the bytes of a level that has ended back to the execution. */
  release(): void {
    for (const value of this.#values.values()) this.#budget.usedBytes -= sizeBytes(value);
    this.#values.clear();
  }
}
