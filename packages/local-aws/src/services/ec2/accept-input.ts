import { ServiceFault } from '../../core/fault.ts';
import { acceptMembers as refuseOthers, unimplemented } from '../accept-members.ts';

const dryRun = (): ServiceFault =>
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  new ServiceFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
    status: 412,
  });

/**
 * Begins an EC2 operation: refuses members that the local organization does not implement and answers a dry run.
 * The gateway has authorized the call before, so that a dry run is refused with UnauthorizedOperation where AWS would.
 *
 * @param input the operation's input
 * @param operationName as in `StopInstances`, for the message
 * @param members the members that the operation reads, beside `DryRun`
 * @throws ServiceFault UnsupportedOperation (501) naming the first other member; DryRunOperation (412)
 */
export const acceptInput = <Input extends object>(
  input: Input,
  operationName: string,
  members: readonly (keyof Input & string)[],
): void => {
  const known: readonly string[] = members;
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (member === 'DryRun') {
      if (value === true) throw dryRun();
    } else if (!known.includes(member)) {
      throw unimplemented(member, operationName);
    }
  }
};

/** Refuses unknown members of a structure inside an input, which may be absent; `place` as in `RunInstances.MetadataOptions`. */
export const acceptMembers = <Part extends object>(
  value: Part | undefined,
  place: string,
  members: readonly (keyof Part & string)[],
): void => {
  if (value !== undefined) refuseOthers(value, place, members);
};

/**
 * The value of a required member.
 *
 * @throws ServiceFault MissingParameter. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export const required = <Value>(value: Value | undefined, member: string): Value => {
  if (value !== undefined) return value;
  throw new ServiceFault('MissingParameter', `The request must contain the parameter ${member}`);
};
