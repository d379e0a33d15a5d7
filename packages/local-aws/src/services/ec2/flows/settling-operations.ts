import type { Call, Operation } from '../../../core/operation.ts';
import { settleFlows } from './flow-store.ts';

const READS = /^(Describe|Get|List)/;

const settling = (operation: Operation): Operation => ({
  checks: operation.checks,
  run: (input, call: Call) => {
    // What the same moment changed before the call counts, even if the call takes it back.
    settleFlows(call.world);
    const settled = (): void => void settleFlows(call.world);
    try {
      const output = operation.run(input, call);
      if (!(output instanceof Promise)) return output;
      return output.finally(settled);
    } finally {
      // Also of a call that failed: some do a part of their work first.
      settled();
    }
  },
});

/** The same operations, with flows settled before and after each that may change the network: what an API call cuts stays cut. */
export const settlingOperations = (
  operations: Readonly<Record<string, Operation>>,
): Readonly<Record<string, Operation>> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      READS.test(name) ? operation : settling(operation),
    ]),
  );
