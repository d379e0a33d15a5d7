import { ServiceFault } from '../core/fault.ts';

/**
 * Refuses input members that an operation does not implement: none is ever ignored.
 *
 * @param input the operation's input
 * @param operationName as in `AssumeRole`, for the message
 * @param members the members that the operation reads
 * @throws ServiceFault UnsupportedOperation (501) naming the first other member
 */
export const acceptMembers = <Input extends object>(
  input: Input,
  operationName: string,
  members: readonly (keyof Input & string)[],
): void => {
  const known: readonly string[] = members;
  for (const [member, value] of Object.entries(input)) {
    if (value !== undefined && !known.includes(member)) throw unimplemented(member, operationName);
  }
};

/** The fault for an input member, or a value of one, that the local organization does not implement. */
export const unimplemented = (member: string, operationName: string): ServiceFault =>
  new ServiceFault(
    'UnsupportedOperation',
    `local organization: member ${member} of ${operationName} is not implemented`,
    {
      status: 501,
    },
  );
