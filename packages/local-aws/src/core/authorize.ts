import {
  authorize,
  isServiceLinked,
  type CompiledPolicy,
  type Decision,
  type AuthorizationRequest,
} from '@cordon/iam';
import { iamState, roleByArn, type Role } from '../services/iam/state.ts';
import { organizationState } from '../services/organizations/state.ts';
import { userOf } from '../services/sts/mfa.ts';
import type { EndpointRoute } from './endpoint-route.ts';
import type { Caller, Check, ResourcePolicy, Service } from './operation.ts';
import type { World } from './world.ts';

type Context = Record<string, string | readonly string[]>;

/** Answers one authorization request; `check` is what the operation asked, with its `assumed` mark, and `caller` whose session it is. */
export type Authorize = (request: AuthorizationRequest, check: Check, caller: Caller) => Decision;

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

const policiesOfPrincipal = (
  world: World,
  caller: Caller,
): Pick<AuthorizationRequest['policies'], 'identity' | 'boundary'> => {
  const role = roleOf(world, caller);
  if (role === undefined) return { identity: [...(userOf(world, caller)?.inline.values() ?? [])] };
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

/** Keys that describe the way through a VPC endpoint; absent on any other. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce */
const networkContext = (through: EndpointRoute | undefined): Context =>
  through === undefined
    ? {}
    : {
        'aws:SourceVpce': through.vpcEndpointId,
        'aws:SourceVpc': through.vpcId,
        'aws:VpcSourceIp': through.sourceIp,
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
  /** The VPC endpoint that the request comes through; absent for one that comes over the internet. */
  readonly through?: EndpointRoute;
  /** Decides in place of the policy engine: an observer of requests, or one that allows everything. */
  readonly authorize?: Authorize;
}

const BUCKET_POLICY = /^s3:(get|put|delete)bucketpolicy$/i;

/**
 * The root user of a bucket's own account reads, changes and deletes its policy whatever that policy denies, so that nobody
 * locks a bucket for ever; control and endpoint policies still hold.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html
 */
const passesBucketPolicy = ({ caller }: Asking, { action, account }: Check): boolean =>
  caller.principal.kind === 'root' &&
  (account ?? caller.account) === caller.account &&
  BUCKET_POLICY.test(action);

const resourcePolicyFor = (asking: Asking, check: Check): ResourcePolicy | undefined => {
  if (passesBucketPolicy(asking, check)) return undefined;
  const { resource, action } = check;
  for (const service of asking.services) {
    const found = service.resourcePolicy?.(resource, asking.world, action);
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * The control policies in force. SCPs bind principals of members, never those of the management account, service-linked roles or
 * services; RCPs bind resources of members, whatever the principal but a service-linked role. Which services' resources RCPs
 * reach is the policy engine's to know.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
const controlPolicies = (
  asking: Asking,
  owner: string,
): Pick<AuthorizationRequest['policies'], 'serviceControl' | 'resourceControl'> => {
  const { world, caller } = asking;
  if (isServiceLinked(caller.principal)) return { serviceControl: [], resourceControl: [] };
  const organization = world.of(organizationState, '', '');
  const isMember = (account: string): boolean =>
    world.accounts.has(account) && account !== world.facts.managementAccount;
  const isBound = caller.principal.kind !== 'service' && isMember(caller.account);
  return {
    serviceControl: isBound ? organization.serviceControlFor(caller.account) : [],
    resourceControl: isMember(owner) ? organization.resourceControlFor(owner) : [],
  };
};

/** The question that a check is, with every policy of the organization that bears on it. Pure: asks nobody, changes nothing. */
export const requestFor = (asking: Asking, check: Check): AuthorizationRequest => {
  const { world, caller, through } = asking;
  const owner = check.account ?? caller.account;
  const resource = resourcePolicyFor(asking, check);
  return {
    principal: caller.principal,
    action: check.action,
    resource: check.resource,
    resourceAccount: owner,
    context: {
      ...requestContext(world, asking.region, asking.now, check, owner),
      ...networkContext(through),
      ...principalContext(world, caller),
      ...check.context,
    },
    policies: {
      ...policiesOfPrincipal(world, caller),
      ...(caller.sessionPolicies.length > 0 ? { session: caller.sessionPolicies } : {}),
      ...(resource?.policy === undefined ? {} : { resource: resource.policy }),
      ...(resource?.grants === undefined ? {} : { grants: resource.grants }),
      ...(through === undefined ? {} : { endpoint: through.policy }),
      ...controlPolicies(asking, owner),
    },
    resourcePolicyMode: resource?.mode ?? 'alone-suffices',
  };
};

/** Decides one check by every policy that the organization holds, or as `asking.authorize` does; deny by default. */
export const decide = (asking: Asking, check: Check): Decision =>
  (asking.authorize ?? authorize)(requestFor(asking, check), check, asking.caller);
