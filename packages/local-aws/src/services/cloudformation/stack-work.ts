import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Template } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Call, Caller, StandingStack } from '../../core/operation.ts';
import { STACK_DURATIONS } from './durations.ts';
import { validationError } from './faults.ts';
import type { ApiStack } from './stack-state.ts';
import type { Parameters } from './state.ts';

/** What a stack is brought to. */
export interface Wanted {
  readonly template: Template;
  readonly parameters: Parameters;
}

const STACK_TYPE = 'AWS::CloudFormation::Stack';

interface Told {
  readonly logicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly physicalId?: string | undefined;
  readonly reason?: string | undefined;
}

const note = ({ ids, timeline }: Pick<Call, 'ids' | 'timeline'>, stack: ApiStack, told: Told): void => {
  stack.events = [
    {
      StackId: stack.id,
      StackName: stack.name,
      EventId: ids.uuid('stack-event'),
      LogicalResourceId: told.logicalId,
      ResourceType: told.type,
      ResourceStatus: told.status,
      PhysicalResourceId: told.physicalId ?? '',
      Timestamp: new Date(timeline.now()),
      ...(stack.token === undefined ? {} : { ClientRequestToken: stack.token }),
      ...(told.reason === undefined ? {} : { ResourceStatusReason: told.reason }),
    },
    ...stack.events,
  ];
};

/** Puts a stack into a state, and tells it as an event. */
const turn = (call: Call, stack: ApiStack, to: StackStatus, reason?: string): void => {
  stack.status = to;
  if (reason === undefined) delete stack.reason;
  else stack.reason = reason;
  // Of the states that are used here each is one of a resource, too.
  const status = to as ResourceStatus;
  note(call, stack, { logicalId: stack.name, type: STACK_TYPE, status, physicalId: stack.id, reason });
};

const noteResources = (call: Call, stack: ApiStack, status: ResourceStatus): void => {
  for (const { logicalId, type, created } of stack.standing?.resources ?? [])
    note(call, stack, { logicalId, type, status, physicalId: created.ref });
};

/** `ResourceLogicalId:X, ResourceType:Y, ResourceStatusReason:Z`, as the host words a fault of one resource. */
const FAULT_OF_ONE = /^ResourceLogicalId:(\w+), ResourceType:([\w:]+), ResourceStatusReason:(.*)$/s;

const noteFault = (call: Call, stack: ApiStack, { message }: ServiceFault): string => {
  const [, logicalId, type, reason] = FAULT_OF_ONE.exec(message) ?? [];
  if (logicalId === undefined || type === undefined) return message;
  const status = stack.status === 'UPDATE_IN_PROGRESS' ? 'UPDATE_FAILED' : 'CREATE_FAILED';
  note(call, stack, { logicalId, type, status, reason });
  return `The following resource(s) failed to ${status === 'UPDATE_FAILED' ? 'update' : 'create'}: [${logicalId}].`;
};

/** Does work on a stack when its time has come; gives the fault where AWS would fail. */
const whenDue = (call: Call, work: () => void, failed: (fault: ServiceFault) => void): void => {
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
const actingFor = (call: Call, { roleArn }: ApiStack): Caller => {
  if (roleArn === undefined) return call.caller;
  try {
    return call.host.callerForRole(roleArn, 'AWSCloudFormation');
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    throw validationError(`Role ${roleArn} is invalid or cannot be assumed`);
  }
};

const place = ({ caller, region }: Call, { name }: ApiStack) => ({
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
      stand(stack, call.host.stacks.make({ ...wanted, ...place(call, stack), actsAs }));
      noteResources(call, stack, 'CREATE_COMPLETE');
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
      const { template, parameters } = wanted;
      stand(
        stack,
        call.host.stacks.update(standing, { template, parameters, ...place(call, stack), actsAs }),
      );
      stack.templateBody = wanted.body;
      stack.parameters = parameters;
      noteResources(call, stack, 'UPDATE_COMPLETE');
      turn(call, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      turn(call, stack, 'UPDATE_COMPLETE');
    },
    (fault) => {
      turn(call, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', noteFault(call, stack, fault));
      turn(call, stack, 'UPDATE_ROLLBACK_COMPLETE');
    },
  );
};

/** Begins to delete a stack; what its template retains stays. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html */
export const beginDeletion = (call: Call, stack: ApiStack): void => {
  const actsAs = actingFor(call, stack);
  turn(call, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  whenDue(
    call,
    () => {
      if (stack.standing !== undefined) call.host.stacks.remove(stack.standing, actsAs);
      noteResources(call, stack, 'DELETE_COMPLETE');
      delete stack.standing;
      stack.deletedAt = call.timeline.now();
      turn(call, stack, 'DELETE_COMPLETE');
    },
    (fault) => turn(call, stack, 'DELETE_FAILED', fault.message),
  );
};
