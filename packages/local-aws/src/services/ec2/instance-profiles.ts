import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { iamState, type InstanceProfile } from '../iam/state.ts';

/** How a request names an instance profile: by ARN or by name. */
export interface ProfileSpecification {
  readonly Arn?: string | undefined;
  readonly Name?: string | undefined;
}

/** The caller's instance profile that a request names, if there is one. */
export const findProfile = (
  call: Call,
  specification: ProfileSpecification | undefined,
): InstanceProfile | undefined => {
  if (specification === undefined) return undefined;
  const { instanceProfiles } = call.world.of(iamState, call.caller.account, call.region);
  return [...instanceProfiles.values()].find(({ arn, name }) =>
    specification.Arn === undefined ? name === specification.Name : arn === specification.Arn,
  );
};

/**
 * The caller's instance profile that a request names.
 *
 * @throws ServiceFault InvalidParameterValue, InvalidParameterCombination for a name together with an ARN
 */
export const requireProfile = (call: Call, specification: ProfileSpecification): InstanceProfile => {
  if (specification.Arn !== undefined && specification.Name !== undefined) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      `The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'`,
    );
  }
  const found = findProfile(call, specification);
  if (found !== undefined) return found;
  const which = specification.Arn === undefined ? `name: ${specification.Name}` : `ARN: ${specification.Arn}`;
  throw new ServiceFault(
    'InvalidParameterValue',
    `Value for parameter iamInstanceProfile is invalid. Invalid IAM Instance Profile ${which}`,
  );
};

/**
 * The check that the caller may pass the role inside a profile to EC2; none when there is no such profile, which `run` refuses.
 * The role's tags are not given: AWS says that they have no reliable result there.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html
 *
 * @param associatedArn ARN of the instance that gets the role, when it exists already
 */
export const passRoleChecks = (
  call: Call,
  specification: ProfileSpecification | undefined,
  associatedArn?: string,
): readonly Check[] => {
  const { account } = call.caller;
  const { roles } = call.world.of(iamState, account, call.region);
  return (findProfile(call, specification)?.roleNames ?? []).map((name) => ({
    action: 'iam:PassRole',
    resource: roles.get(name)?.arn ?? `arn:${call.world.facts.partition}:iam::${account}:role/${name}`,
    context: {
      'iam:PassedToService': 'ec2.amazonaws.com',
      ...(associatedArn === undefined ? {} : { 'iam:AssociatedResourceArn': associatedArn }),
    },
  }));
};
