import type { Created, ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, ResourceRemoval, Service } from '../../core/operation.ts';
import { needs } from '../removal-checks.ts';
import { iamState, type IamState } from './state.ts';

type Act = (resource: ResolvedResource, created: Created, on: Deployment) => void;

const stateOf = ({ world, account }: Deployment): IamState => world.of(iamState, account, '');

const rolesIn = ({ properties }: ResolvedResource): readonly string[] =>
  [properties['Roles'] ?? []].flat().map(String);

const conflict = (message: string): ServiceFault =>
  new ServiceFault('DeleteConflict', message, { status: 409 });

/**
 * CloudFormation takes off what its template has put on; what somebody else has put on, and a profile that the role is in, keep the role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 *
 * @throws ServiceFault DeleteConflict
 */
export const removeRole: Act = ({ properties }, { ref }, on) => {
  const { roles, instanceProfiles } = stateOf(on);
  const role = roles.get(ref);
  if (role === undefined) return;
  const inline = new Set(
    [properties['Policies'] ?? []].flat().map((one) => (Object(one) as { PolicyName?: unknown }).PolicyName),
  );
  const attached = new Set([properties['ManagedPolicyArns'] ?? []].flat());
  if ([...role.inline.keys()].some((name) => !inline.has(name)))
    throw conflict('Cannot delete entity, must delete policies first.');
  if (role.attached.some((arn) => !attached.has(arn)))
    throw conflict('Cannot delete entity, must detach all policies first.');
  if ([...instanceProfiles.values()].some(({ roleNames }) => roleNames.includes(ref)))
    throw conflict('Cannot delete entity, must remove roles from instance profile first.');
  roles.delete(ref);
};

/**
 * Taken off the roles that its template names. That one which is attached elsewhere, too, stays is IAM's rule; whether CloudFormation takes it
 * off there first is UNCONFIRMED.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
 *
 * @throws ServiceFault DeleteConflict
 */
export const removeManagedPolicy: Act = (resource, { ref }, on) => {
  const { roles, managedPolicies } = stateOf(on);
  const own = new Set(rolesIn(resource));
  const wearers = [...roles.values()].filter(({ attached }) => attached.includes(ref));
  if (wearers.some(({ name }) => !own.has(name)))
    throw conflict('Cannot delete a policy attached to entities.');
  for (const { attached } of wearers) attached.splice(attached.indexOf(ref), 1);
  managedPolicies.delete(ref);
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
const policy: ResourceRemoval = {
  checks: (resource, _created, on) =>
    rolesIn(resource).flatMap((name) =>
      needs(
        ['iam:DeleteRolePolicy'],
        stateOf(on).roles.get(name)?.arn ?? `arn:${on.world.facts.partition}:iam::${on.account}:role/${name}`,
      ),
    ),
  remove: (resource, { ref }, on) => {
    for (const name of rolesIn(resource)) stateOf(on).roles.get(name)?.inline.delete(ref);
    return undefined;
  },
};

/** How inline policies that are resources of their own are taken away; the rest of IAM is handled as a whole. */
export const iamResourceRemoval: NonNullable<Service['resourceRemoval']> = { 'AWS::IAM::Policy': policy };
