import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import type { ApiStack } from './stack-state.ts';

const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** What is told of a resource, or of the stack as a whole. */
export interface Told {
  readonly logicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly physicalId?: string | undefined;
  readonly reason?: string | undefined;
}

/** Puts an event before those of a stack. */
export const note = (
  { ids, timeline }: Pick<Call, 'ids' | 'timeline'>,
  stack: ApiStack,
  told: Told,
): void => {
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
export const turn = (call: Call, stack: ApiStack, to: StackStatus, reason?: string): void => {
  stack.status = to;
  if (reason === undefined) delete stack.reason;
  else stack.reason = reason;
  // Of the states that are used here each is one of a resource, too.
  const status = to as ResourceStatus;
  note(call, stack, { logicalId: stack.name, type: STACK_TYPE, status, physicalId: stack.id, reason });
};

/** `ResourceLogicalId:X, ResourceType:Y, ResourceStatusReason:Z`, as the host words a fault of one resource. */
const FAULT_OF_ONE = /^ResourceLogicalId:(\w+), ResourceType:([\w:]+), ResourceStatusReason:(.*)$/s;

/** A fault of one resource, taken apart; one of the stack as a whole has a reason alone. */
export const readFault = ({
  message,
}: ServiceFault): { readonly logicalId?: string; readonly type?: string; readonly reason: string } => {
  const [, logicalId, type, reason] = FAULT_OF_ONE.exec(message) ?? [];
  return logicalId === undefined || type === undefined || reason === undefined
    ? { reason: message }
    : { logicalId, type, reason };
};

/** Why a resource failed, without its name. */
export const reasonOf = (fault: ServiceFault): string => readFault(fault).reason;
