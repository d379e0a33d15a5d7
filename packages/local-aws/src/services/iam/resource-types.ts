import type { Created, ResolvedResource } from '@cordon/templates';
import type { Deployment, Service } from '../../core/operation.ts';
import { ResourceProperties } from '../resource-properties.ts';
import { addInstanceProfile, addManagedPolicy, addRole, inlineName, type Making } from './build.ts';
import { compileDocument } from './policy-documents.ts';
import { isProtectedPath } from './role-target.ts';
import { iamState, type Role } from './state.ts';

const NAME_LIMIT = 64;

/** The name CloudFormation gives to what has none. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html */
const generatedName = (resource: ResolvedResource, { ids }: Deployment): string => {
  const suffix = ids.base32(`cloudformation-name`, 12);
  const room = NAME_LIMIT - suffix.length - 1;
  return `${`${resource.stackName}-${resource.logicalId}`.slice(0, room)}-${suffix}`;
};

const makingOf = ({ ids, timeline }: Deployment): Making => ({ ids, now: timeline.now() });

const roleNamed = (deployment: Deployment, resource: ResolvedResource, name: string): Role => {
  const role = deployment.world.of(iamState, deployment.account, '').roles.get(name);
  if (role !== undefined) return role;
  throw new Error(
    `${resource.type} ${resource.logicalId}: account ${deployment.account} has no role ${name}: deploy the role first`,
  );
};

const inlineOf = (item: unknown): readonly [string, object] => {
  const { PolicyName: name, PolicyDocument: document } = Object(item) as {
    PolicyName?: unknown;
    PolicyDocument?: unknown;
  };
  if (typeof name === 'string' && typeof document === 'object' && document !== null) return [name, document];
  throw new Error(
    `AWS::IAM::Role: Policies holds ${JSON.stringify(item)}; want {PolicyName, PolicyDocument}`,
  );
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
const createRole = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'PermissionsBoundary',
    'Policies',
    'RoleName',
    'Tags',
  ]);
  const path = properties.text('Path');
  if (isProtectedPath(path)) throw properties.refuse('Path', 'a path that is not for service-linked roles');
  const description = properties.text('Description');
  const boundaryArn = properties.text('PermissionsBoundary');
  const maxSessionSeconds = properties.number('MaxSessionDuration');
  const role = addRole(
    deployment.world,
    {
      account: deployment.account,
      name: properties.text('RoleName') ?? generatedName(resource, deployment),
      trust: properties.requiredDocument('AssumeRolePolicyDocument'),
      inline: Object.fromEntries(properties.list('Policies').map(inlineOf)),
      attached: properties.texts('ManagedPolicyArns'),
      tags: Object.fromEntries(properties.tags()),
      ...(path === undefined ? {} : { path }),
      ...(description === undefined ? {} : { description }),
      ...(boundaryArn === undefined ? {} : { boundaryArn }),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
    },
    makingOf(deployment),
  );
  return { ref: role.name, attributes: { Arn: role.arn, RoleId: role.roleId } };
};

/** An inline policy put into roles. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html */
const createPolicy = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, ['PolicyName', 'PolicyDocument', 'Roles']);
  const name = properties.requiredText('PolicyName');
  const document = properties.requiredDocument('PolicyDocument');
  const roles = properties.texts('Roles');
  if (roles.length === 0)
    throw new Error(
      `AWS::IAM::Policy ${resource.logicalId}: Roles is empty; want at least one role (users and groups are not implemented)`,
    );
  const state = deployment.world.of(iamState, deployment.account, '');
  for (const role of roles.map((wanted) => roleNamed(deployment, resource, wanted))) {
    if (role.inline.has(name))
      throw new Error(
        `AWS::IAM::Policy ${resource.logicalId}: role ${role.name} has a policy ${name} already: choose another PolicyName`,
      );
    role.inline.set(
      name,
      compileDocument(state, document, {
        use: 'identity',
        name: inlineName(deployment.account, role.name, name),
      }),
    );
  }
  return { ref: name, attributes: { Id: name } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html ; Description is for people only. */
const createManagedPolicy = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, [
    'Description',
    'ManagedPolicyName',
    'Path',
    'PolicyDocument',
    'Roles',
  ]);
  const path = properties.text('Path');
  const roles = properties.texts('Roles').map((name) => roleNamed(deployment, resource, name));
  const policy = addManagedPolicy(deployment.world, {
    account: deployment.account,
    name: properties.text('ManagedPolicyName') ?? generatedName(resource, deployment),
    document: properties.requiredDocument('PolicyDocument'),
    ...(path === undefined ? {} : { path }),
  });
  for (const role of roles) role.attached.push(policy.arn);
  return { ref: policy.arn, attributes: { PolicyArn: policy.arn } };
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html */
const createInstanceProfile = (resource: ResolvedResource, deployment: Deployment): Created => {
  const properties = new ResourceProperties(resource, ['InstanceProfileName', 'Path', 'Roles']);
  const path = properties.text('Path');
  const [roleName, ...others] = properties.texts('Roles');
  if (roleName === undefined || others.length > 0)
    throw new Error(`AWS::IAM::InstanceProfile ${resource.logicalId}: Roles must name exactly one role`);
  const profile = addInstanceProfile(
    deployment.world,
    {
      account: deployment.account,
      name: properties.text('InstanceProfileName') ?? generatedName(resource, deployment),
      roleName: roleNamed(deployment, resource, roleName).name,
      ...(path === undefined ? {} : { path }),
    },
    makingOf(deployment),
  );
  return { ref: profile.name, attributes: { Arn: profile.arn } };
};

/** IAM's resource types in CloudFormation templates; a property that is not implemented throws. */
export const iamResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::IAM::Role': createRole,
  'AWS::IAM::Policy': createPolicy,
  'AWS::IAM::ManagedPolicy': createManagedPolicy,
  'AWS::IAM::InstanceProfile': createInstanceProfile,
};
