import { ServiceFault } from '../../core/fault.ts';
import type { Call, Removal } from '../../core/operation.ts';
import { note, reasonOf, turn } from './stack-events.ts';
import type { ApiStack } from './stack-state.ts';
import { actingFor, whenDue } from './stack-work.ts';

/** What is no more a resource of the stack, whether it was taken away or stays without it. */
const leave = (stack: ApiStack, { logicalId }: Removal): void => {
  const { standing } = stack;
  if (standing === undefined) return;
  const resources = standing.resources.filter((one) => one.logicalId !== logicalId);
  stack.standing = { ...standing, resources };
};

const attempt = ({ act }: Removal, ended: (fault?: ServiceFault) => void): void => {
  try {
    const takes = act();
    if (takes === undefined) ended();
    else takes(ended);
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    ended(error);
  }
};

/**
 * One after the other, last first, up to the first that is refused: what is not deleted stays until the stack is deleted. AWS works on those
 * side by side that do not stand on one another, so that there more may be gone by then.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-whatis-howdoesitwork.html
 */
const removeEach = (
  call: Call,
  stack: ApiStack,
  on: { readonly removals: readonly Removal[]; readonly retain: ReadonlySet<string> },
): void => {
  const [removal, ...others] = on.removals;
  if (removal === undefined) {
    delete stack.standing;
    stack.deletedAt = call.timeline.now();
    turn(call, stack, 'DELETE_COMPLETE');
    return;
  }
  const { logicalId, type, physicalId } = removal;
  const told = { logicalId, type, physicalId };
  const next = (): void => {
    leave(stack, removal);
    removeEach(call, stack, { ...on, removals: others });
  };
  if (removal.isRetained || on.retain.has(logicalId)) {
    note(call, stack, { ...told, status: 'DELETE_SKIPPED' });
    next();
    return;
  }
  note(call, stack, { ...told, status: 'DELETE_IN_PROGRESS' });
  attempt(removal, (fault) => {
    if (fault === undefined) {
      note(call, stack, { ...told, status: 'DELETE_COMPLETE' });
      next();
      return;
    }
    note(call, stack, { ...told, status: 'DELETE_FAILED', reason: reasonOf(fault) });
    turn(call, stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${logicalId}]. `);
  });
};

/**
 * Begins to delete a stack; what its template retains stays, and what the request retains of a deletion that has failed.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
 */
export const beginDeletion = (call: Call, stack: ApiStack, retain: ReadonlySet<string>): void => {
  const actsAs = actingFor(call, stack);
  turn(call, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  whenDue(
    call,
    () => {
      const removals = stack.standing === undefined ? [] : call.host.stacks.removals(stack.standing, actsAs);
      removeEach(call, stack, { removals, retain });
    },
    (fault) => turn(call, stack, 'DELETE_FAILED', fault.message),
  );
};
