import { authorize, type CompiledPolicy, type Decision, type AuthorizationRequest } from '@cordon/iam';
import { iamState, roleByArn, type Role } from '../services/iam/state.ts';
import { organizationState } from '../services/organizations/state.ts';
import type { Caller, Check, ResourcePolicy, Service } from './operation.ts';
import type { World } from './world.ts';

type Context = Record<string, string | readonly string[]>;

/**
 * Services whose resources resource control policies reach.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
const REACHED_BY_RCP = new Set([
  's3',
  'sts',
  'kms',
  'sqs',
  'secretsmanager',
  'dynamodb',
  'autoscaling',
  'logs',
  'ecr',
]);

/**
 * Actions for which AWS gives no `aws:ResourceOrgID` (EBS, EventBridge and some of EC2): a condition on it denies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
 */
const WITHOUT_RESOURCE_ORG = /^(ebs:|events:|ec2:(CopySnapshot|CopyImage|CreateVolume|CreateVpcEndpoint)$)/;

/** The principal's role as it is now: policies and tags are read live, so that a deny attached later counts. */
const roleOf = (world: World, caller: Caller): Role | undefined =>
  caller.principal.kind === 'role-session'
    ? roleByArn(world.of(iamState, caller.account, ''), caller.principal.roleArn)
    : undefined;

const policiesOfRole = (
  world: World,
  caller: Caller,
): Pick<AuthorizationRequest['policies'], 'identity' | 'boundary'> => {
  const role = roleOf(world, caller);
  if (role === undefined) return { identity: [] };
  const managed = world.of(iamState, caller.account, '').managedPolicies;
  const documentOf = (arn: string): CompiledPolicy => {
    const policy = managed.get(arn);
    if (policy === undefined)
      throw new Error(
        `role ${role.arn} names policy ${arn}, which is not in the world: add the policy first`,
      );
    return policy.document;
  };
  return {
    identity: [...role.inline.values(), ...role.attached.map(documentOf)],
    ...(role.boundaryArn === undefined ? {} : { boundary: documentOf(role.boundaryArn) }),
  };
};

/** Keys that describe who calls. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const principalContext = (world: World, caller: Caller): Context => {
  const { principal } = caller;
  if (principal.kind === 'service') {
    return {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': principal.service,
      ...caller.context,
    };
  }
  const context: Context = {
    'aws:PrincipalAccount': caller.account,
    'aws:PrincipalIsAWSService': 'false',
  };
  if (world.accounts.has(caller.account)) context['aws:PrincipalOrgID'] = world.facts.organizationId;
  const path = world.accounts.get(caller.account)?.path;
  if (path !== undefined) context['aws:PrincipalOrgPaths'] = [path];
  if (principal.kind === 'role-session') {
    context['aws:PrincipalArn'] = principal.roleArn;
    context['aws:userid'] = `${principal.roleId}:${principal.sessionName}`;
    context['aws:PrincipalType'] = 'AssumedRole';
    for (const [key, value] of roleOf(world, caller)?.tags ?? []) context[`aws:PrincipalTag/${key}`] = value;
  } else if (principal.kind === 'user') {
    context['aws:PrincipalArn'] = principal.arn;
    context['aws:userid'] = principal.userId;
  } else {
    context['aws:PrincipalArn'] = `arn:aws:iam::${principal.account}:root`;
    context['aws:userid'] = principal.account;
  }
  return { ...context, ...caller.context };
};

const requestContext = (world: World, region: string, now: number, check: Check, owner: string): Context => {
  const context: Context = {
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:ResourceAccount': owner,
  };
  if (world.accounts.has(owner) && !WITHOUT_RESOURCE_ORG.test(check.action)) {
    context['aws:ResourceOrgID'] = world.facts.organizationId;
  }
  return context;
};

/** What an authorization needs beside the check itself. */
export interface Asking {
  readonly world: World;
  readonly services: readonly Service[];
  readonly caller: Caller;
  readonly region: string;
  /** Virtual epoch milliseconds. */
  readonly now: number;
}

const resourcePolicyFor = (asking: Asking, arn: string): ResourcePolicy | undefined => {
  for (const service of asking.services) {
    const found = service.resourcePolicy?.(arn, asking.world);
    if (found !== undefined) return found;
  }
  return undefined;
};

const controlPolicies = (
  asking: Asking,
  check: Check,
  owner: string,
): Pick<AuthorizationRequest['policies'], 'serviceControl' | 'resourceControl'> => {
  const { world, caller } = asking;
  const organization = world.of(organizationState, '', '');
  const isService = caller.principal.kind === 'service';
  const management = world.facts.managementAccount;
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html : not for the management
  // account, not for service principals and service-linked roles.
  const serviceControl =
    isService || caller.account === management ? [] : organization.serviceControlFor(caller.account);
  const reached =
    REACHED_BY_RCP.has(check.action.split(':')[0] ?? '') && owner !== management && world.accounts.has(owner);
  return { serviceControl, resourceControl: reached ? organization.resourceControlFor(owner) : [] };
};

/** Decides one check by every policy that the organization holds; deny by default. */
export const decide = (asking: Asking, check: Check): Decision => {
  const { world, caller } = asking;
  const owner = check.account ?? caller.account;
  const resource = resourcePolicyFor(asking, check.resource);
  return authorize({
    principal: caller.principal,
    action: check.action,
    resource: check.resource,
    resourceAccount: owner,
    context: {
      ...requestContext(world, asking.region, asking.now, check, owner),
      ...principalContext(world, caller),
      ...check.context,
    },
    policies: {
      ...policiesOfRole(world, caller),
      ...(caller.sessionPolicies.length > 0 ? { session: caller.sessionPolicies } : {}),
      ...(resource?.policy === undefined ? {} : { resource: resource.policy }),
      ...(resource?.grants === undefined ? {} : { grants: resource.grants }),
      ...controlPolicies(asking, check, owner),
    },
    resourcePolicyMode: resource?.mode ?? 'alone-suffices',
  });
};
