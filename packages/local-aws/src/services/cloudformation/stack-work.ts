import type { ResourceStatus } from '@aws-sdk/client-cloudformation';
import type { Created, Template } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Call, Caller, StandingStack } from '../../core/operation.ts';
import { STACK_DURATIONS } from './durations.ts';
import { validationError } from './faults.ts';
import { note, readFault, turn } from './stack-events.ts';
import type { ApiStack } from './stack-state.ts';
import type { Parameters } from './state.ts';

/** What a stack is brought to. */
export interface Wanted {
  readonly template: Template;
  readonly parameters: Parameters;
  /** By logical id: what is taken in as it stands. */
  readonly imported?: ReadonlyMap<string, Created>;
}

const noteResources = (
  call: Call,
  stack: ApiStack,
  on: { readonly status: ResourceStatus; readonly imported?: Wanted['imported'] },
): void => {
  for (const { logicalId, type, created } of stack.standing?.resources ?? []) {
    const status = on.imported?.has(logicalId) === true ? 'IMPORT_COMPLETE' : on.status;
    note(call, stack, { logicalId, type, status, physicalId: created.ref });
  }
};

const noteFault = (call: Call, stack: ApiStack, fault: ServiceFault): string => {
  const { logicalId, type, reason } = readFault(fault);
  if (logicalId === undefined || type === undefined) return reason;
  const status = stack.status === 'UPDATE_IN_PROGRESS' ? 'UPDATE_FAILED' : 'CREATE_FAILED';
  note(call, stack, { logicalId, type, status, reason });
  return `The following resource(s) failed to ${status === 'UPDATE_FAILED' ? 'update' : 'create'}: [${logicalId}].`;
};

/** Does work on a stack when its time has come; gives the fault where AWS would fail. */
export const whenDue = (call: Call, work: () => void, failed: (fault: ServiceFault) => void): void => {
  call.timeline.at(call.timeline.now() + STACK_DURATIONS.stack, () => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      failed(error);
    }
  });
};

/**
 * Who CloudFormation acts as: the role that was given with the stack, now or before, or who asks.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
 *
 * @throws ServiceFault ValidationError for a role that cannot be taken
 */
export const actingFor = (call: Call, { roleArn }: ApiStack): Caller => {
  if (roleArn === undefined) return call.caller;
  try {
    return call.host.callerForRole(roleArn, 'AWSCloudFormation');
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
  }
};

/** Where a stack is. */
export const placeOf = ({ caller, region }: Call, { name }: ApiStack) => ({
  account: caller.account,
  region,
  stackName: name,
});

const stand = (stack: ApiStack, made: StandingStack): void => {
  stack.standing = { ...made, stackId: stack.id };
};

/** Begins to make a stack; a failure rolls it back. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html */
export const beginCreation = (call: Call, stack: ApiStack, wanted: Wanted): void => {
  const actsAs = actingFor(call, stack);
  turn(call, stack, 'CREATE_IN_PROGRESS', 'User Initiated');
  whenDue(
    call,
    () => {
      const { template, parameters, imported } = wanted;
      const asked = { template, parameters, ...(imported === undefined ? {} : { imported }) };
      stand(stack, call.host.stacks.make({ ...asked, ...placeOf(call, stack), actsAs }));
      noteResources(call, stack, { ...wanted, status: 'CREATE_COMPLETE' });
      turn(call, stack, 'CREATE_COMPLETE');
    },
    (fault) => {
      const reason = noteFault(call, stack, fault);
      turn(call, stack, 'ROLLBACK_IN_PROGRESS', `${reason} Rollback requested by user.`);
      const isLeft = fault.message.includes('its rollback failed');
      turn(call, stack, isLeft ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE', isLeft ? fault.message : undefined);
    },
  );
};

/** Begins to change a stack; a failure leaves what it was, as far as the organization can (`StackHost.update`). */
export const beginUpdate = (
  call: Call,
  stack: ApiStack,
  wanted: Wanted & { readonly body: string },
): void => {
  const { standing } = stack;
  if (standing === undefined) throw new Error(`stack ${stack.name} is ${stack.status} and has no resources`);
  const actsAs = actingFor(call, stack);
  turn(call, stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
  whenDue(
    call,
    () => {
      const { template, parameters, imported } = wanted;
      const asked = { template, parameters, ...(imported === undefined ? {} : { imported }) };
      stand(stack, call.host.stacks.update(standing, { ...asked, ...placeOf(call, stack), actsAs }));
      stack.templateBody = wanted.body;
      stack.parameters = parameters;
      noteResources(call, stack, { ...wanted, status: 'UPDATE_COMPLETE' });
      turn(call, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      turn(call, stack, 'UPDATE_COMPLETE');
    },
    (fault) => {
      turn(call, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', noteFault(call, stack, fault));
      turn(call, stack, 'UPDATE_ROLLBACK_COMPLETE');
    },
  );
};
