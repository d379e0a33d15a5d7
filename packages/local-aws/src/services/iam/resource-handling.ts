import type { Created, ResolvedResource } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Check, Deployment, ResourceDrift, ResourceHandling, Service } from '../../core/operation.ts';
import { addManagedPolicy, inlineName, trustName } from './build.ts';
import { compileDocument } from './policy-documents.ts';
import { removeManagedPolicy, removeRole } from './resource-removal.ts';
import { iamState, type IamState, type Role } from './state.ts';

const stateOf = ({ world, account }: Deployment): IamState => world.of(iamState, account, '');

const textOf = (resource: ResolvedResource, property: string): string => {
  const value = resource.properties[property];
  return typeof value === 'string' ? value : '';
};

const listOf = (resource: ResolvedResource, property: string): readonly unknown[] => {
  const value = resource.properties[property];
  return Array.isArray(value) ? value : [];
};

const inlineOf = (resource: ResolvedResource): ReadonlyMap<string, object> =>
  new Map(
    listOf(resource, 'Policies').map((item) => {
      const { PolicyName: name, PolicyDocument: document } = Object(item) as {
        PolicyName: string;
        PolicyDocument: object;
      };
      return [name, document];
    }),
  );

/** ARN of what a template names, or of any name below its path where CloudFormation chooses one. */
const arnOf = (
  { world, account }: Deployment,
  kind: 'role' | 'policy' | 'instance-profile',
  named: { readonly path: string; readonly name: string },
): string => `arn:${world.facts.partition}:iam::${account}:${kind}${named.path || '/'}${named.name || '*'}`;

const each = (actions: readonly string[], resource: string): readonly Check[] =>
  actions.map((action) => ({ action: `iam:${action}`, resource, assumed: true }));

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
const noSuchEntity = (message: string): ServiceFault =>
  new ServiceFault('NoSuchEntity', message, { status: 404 });

/** Properties whose change would make another resource, or which are not changed here; the rest is changed in place. */
const refuseChange = (from: ResolvedResource, to: ResolvedResource, changeable: readonly string[]): void => {
  const names = new Set([...Object.keys(from.properties), ...Object.keys(to.properties)]);
  for (const name of names) {
    const same = JSON.stringify(from.properties[name]) === JSON.stringify(to.properties[name]);
    if (!same && !changeable.includes(name))
      throw new Error(
        `${to.type} ${to.logicalId}: a change of ${name} by an update is not implemented by the local organization`,
      );
  }
};

const roleNamed = (created: Created, on: Deployment): Role | undefined => stateOf(on).roles.get(created.ref);

const roleDrift = (resource: ResolvedResource, created: Created, on: Deployment): ResourceDrift => {
  const role = roleNamed(created, on);
  if (role === undefined) return 'DELETED';
  const { texts } = stateOf(on);
  const wanted = inlineOf(resource);
  const attached = new Set(role.attached);
  const same =
    texts.get(role.trust) === JSON.stringify(resource.properties['AssumeRolePolicyDocument']) &&
    wanted.size === role.inline.size &&
    [...role.inline].every(([name, policy]) => texts.get(policy) === JSON.stringify(wanted.get(name))) &&
    listOf(resource, 'ManagedPolicyArns').every((arn) => attached.has(String(arn)));
  return same ? 'IN_SYNC' : 'MODIFIED';
};

/** The rights: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html (handlers), read from IAM's operations. */
const ROLE_ACTIONS = {
  create: ['CreateRole'],
  update: ['UpdateAssumeRolePolicy', 'UpdateRole'],
  remove: ['DeleteRole'],
} as const;

const roleChecks: ResourceHandling['checks'] = (act, resource, on) => {
  const arn = arnOf(on, 'role', { path: textOf(resource, 'Path'), name: textOf(resource, 'RoleName') });
  const inline = inlineOf(resource).size > 0;
  const attached = listOf(resource, 'ManagedPolicyArns').length > 0;
  return each(
    [
      ...ROLE_ACTIONS[act],
      ...(inline ? [act === 'remove' ? 'DeleteRolePolicy' : 'PutRolePolicy'] : []),
      ...(attached ? [act === 'remove' ? 'DetachRolePolicy' : 'AttachRolePolicy'] : []),
      ...(listOf(resource, 'Tags').length > 0 && act === 'create' ? ['TagRole'] : []),
    ],
    arn,
  );
};

const updateRole: ResourceHandling['update'] = (from, to, on) => {
  refuseChange(from, to, ['AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns', 'Description']);
  const state = stateOf(on);
  if (textOf(to, 'RoleName') === '')
    throw new Error(`${to.type} ${to.logicalId}: an update of a role without RoleName is not implemented`);
  const role = state.roles.get(textOf(to, 'RoleName'));
  if (role === undefined) throw noSuchEntity(`The role with name ${textOf(to, 'RoleName')} cannot be found.`);
  const trust = to.properties['AssumeRolePolicyDocument'];
  role.trust = compileDocument(state, Object(trust), {
    use: 'trust',
    name: trustName(on.account, role.name),
  });
  for (const name of inlineOf(from).keys()) role.inline.delete(name);
  for (const [name, document] of inlineOf(to)) {
    const named = inlineName(on.account, role.name, name);
    role.inline.set(name, compileDocument(state, document, { use: 'identity', name: named }));
  }
  const before = new Set(listOf(from, 'ManagedPolicyArns'));
  const others = role.attached.filter((arn) => !before.has(arn));
  role.attached.splice(0, role.attached.length, ...others, ...listOf(to, 'ManagedPolicyArns').map(String));
  return { ref: role.name, attributes: { Arn: role.arn, RoleId: role.roleId } };
};

const POLICY_ACTIONS = {
  create: ['CreatePolicy'],
  update: ['CreatePolicyVersion', 'DeletePolicyVersion'],
  remove: ['DeletePolicy'],
} as const;

const role: ResourceHandling = {
  checks: roleChecks,
  update: updateRole,
  remove: removeRole,
  drift: roleDrift,
};

const managedPolicy: ResourceHandling = {
  checks: (act, resource, on) =>
    each(
      POLICY_ACTIONS[act],
      arnOf(on, 'policy', { path: textOf(resource, 'Path'), name: textOf(resource, 'ManagedPolicyName') }),
    ),
  update: (from, to, on) => {
    refuseChange(from, to, ['PolicyDocument']);
    const name = textOf(to, 'ManagedPolicyName');
    const state = stateOf(on);
    const arn = arnOf(on, 'policy', { path: textOf(to, 'Path'), name });
    if (!state.managedPolicies.has(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    state.managedPolicies.delete(arn);
    const path = textOf(to, 'Path');
    const made = addManagedPolicy(on.world, {
      account: on.account,
      name,
      document: Object(to.properties['PolicyDocument']),
      ...(path === '' ? {} : { path }),
    });
    return { ref: made.arn, attributes: { PolicyArn: made.arn } };
  },
  remove: removeManagedPolicy,
  drift: (resource, created, on) => {
    const { managedPolicies, texts } = stateOf(on);
    const policy = managedPolicies.get(created.ref);
    if (policy === undefined) return 'DELETED';
    return texts.get(policy.document) === JSON.stringify(resource.properties['PolicyDocument'])
      ? 'IN_SYNC'
      : 'MODIFIED';
  },
};

const PROFILE_ACTIONS = {
  create: ['CreateInstanceProfile', 'AddRoleToInstanceProfile'],
  update: ['RemoveRoleFromInstanceProfile', 'AddRoleToInstanceProfile'],
  remove: ['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile'],
} as const;

const instanceProfile: ResourceHandling = {
  checks: (act, resource, on) =>
    each(
      PROFILE_ACTIONS[act],
      arnOf(on, 'instance-profile', {
        path: textOf(resource, 'Path'),
        name: textOf(resource, 'InstanceProfileName'),
      }),
    ),
  update: (from, to) => {
    refuseChange(from, to, []);
    throw new Error(`${to.type} ${to.logicalId}: nothing of it changed, yet it was to be updated`);
  },
  remove: (_resource, created, on) => {
    stateOf(on).instanceProfiles.delete(created.ref);
  },
  drift: (resource, created, on) => {
    const profile = stateOf(on).instanceProfiles.get(created.ref);
    if (profile === undefined) return 'DELETED';
    return JSON.stringify(profile.roleNames) === JSON.stringify(listOf(resource, 'Roles'))
      ? 'IN_SYNC'
      : 'MODIFIED';
  },
};

/**
 * What CloudFormation does with IAM's resources later. Drift looks at documents and attachments, which are what a right rests on.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 */
export const iamResourceHandling: NonNullable<Service['resourceHandling']> = {
  'AWS::IAM::Role': role,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::InstanceProfile': instanceProfile,
};
