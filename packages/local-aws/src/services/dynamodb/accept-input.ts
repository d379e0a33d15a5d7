import { acceptMembers, unimplemented } from '../accept-members.ts';
import { invalidRequest, readItem, type Item, type WireItem } from './attribute-value.ts';

interface Reporting {
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnItemCollectionMetrics?: string | undefined;
}

/**
 * Begins an operation: refuses members that it does not implement, and reports of capacity, of which there are none here.
 *
 * @param members what the operation reads, beside those reports
 * @throws ServiceFault UnsupportedOperation (501)
 */
export const acceptInput = <Input extends Reporting>(
  input: Input,
  operationName: string,
  members: readonly (keyof Input & string)[],
): void => {
  acceptMembers(input, operationName, [...members, 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics']);
  for (const member of ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'] as const) {
    if ((input[member] ?? 'NONE') !== 'NONE') throw unimplemented(member, operationName);
  }
};

/** Reads a required item or key. @throws ServiceFault ValidationException when it is absent */
export const requiredItem = (wire: WireItem | undefined, member: 'item' | 'key'): Item => {
  if (wire !== undefined) return readItem(wire);
  throw invalidRequest(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
};
