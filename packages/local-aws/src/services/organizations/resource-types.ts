import type { Created } from '@cordon/templates';
import { ServiceFault } from '../../core/fault.ts';
import type { Deployment, Service } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { ResourceProperties } from '../resource-properties.ts';
import {
  attachControlPolicy,
  readControlPolicy,
  rootPath,
  type ControlPolicyTarget,
} from './control-policies.ts';
import { organizationState, type ControlPolicyAttachment } from './state.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html */
const LIMITS = { name: 128, description: 512 };

/** The kinds of policy that decide here, by CloudFormation's `Type`. */
const KINDS: Readonly<
  Record<'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY', ControlPolicyAttachment['kind']>
> = {
  SERVICE_CONTROL_POLICY: 'SCP',
  RESOURCE_CONTROL_POLICY: 'RCP',
};

/**
 * Policies are the management account's, and those member accounts' to which it delegated.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
 */
const refuseOtherAccounts = ({ account, world }: Deployment): void => {
  const { managementAccount, delegatedAdministrators } = world.facts;
  if (account === managementAccount || delegatedAdministrators.includes(account)) return;
  throw new ServiceFault('AccessDeniedException', "You don't have permissions to access this resource.");
};

/** A unit is known by the accounts in and below it. */
const unitPath = (world: World, id: string): string | undefined => {
  for (const { path } of world.accounts.values()) {
    const parts = path.split('/');
    const at = parts.indexOf(id);
    if (at > 1) return `${parts.slice(0, at + 1).join('/')}/`;
  }
  return undefined;
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html */
const targetOf = (world: World, id: string): ControlPolicyTarget => {
  if (rootPath(world).split('/')[1] === id) return { kind: 'root' };
  if (world.accounts.has(id)) return { kind: 'account', id };
  const path = id.startsWith('ou-') ? unitPath(world, id) : undefined;
  if (path !== undefined) return { kind: 'ou', path };
  throw new ServiceFault(
    'TargetNotFoundException',
    `We can't find a root, OU, or account with the TargetId that you specified: ${id}`,
  );
};

const duplicate = (code: string, message: string): ServiceFault =>
  new ServiceFault(code, message, { status: 409 });

/** Content as a JSON object, or as its text. */
const contentOf = (read: ResourceProperties): object => {
  const content = read.kept('Content');
  if (typeof content !== 'string') return read.requiredDocument('Content');
  const parsed: unknown = JSON.parse(content);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw read.refuse('Content', 'a JSON object');
};

const limited = (read: ResourceProperties, property: string, limit: number): string | undefined => {
  const text = read.text(property);
  if (text !== undefined && (text.length > limit || text === ''))
    throw read.refuse(property, `1 to ${limit} characters`);
  return text;
};

/**
 * A control policy and its attachments. Its kind needs no enabling first: the first attachment enables it. That names are unique
 * among all kinds is the stricter reading of what AWS says. Tags are kept without a behaviour.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
 */
const createPolicy: NonNullable<Service['resourceTypes']>[string] = (resource, deployment): Created => {
  const read = new ResourceProperties(resource, [
    'Content',
    'Description',
    'Name',
    'Tags',
    'TargetIds',
    'Type',
  ]);
  refuseOtherAccounts(deployment);
  const { world, ids } = deployment;
  const name = limited(read, 'Name', LIMITS.name) ?? read.requiredText('Name');
  const description = limited(read, 'Description', LIMITS.description);
  read.requiredText('Type');
  const type = read.oneOf('Type', ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']);
  if (type === undefined) throw read.refuse('Type', 'a kind of policy');
  const { policies } = world.of(organizationState, '', '');
  if (policies.has(name))
    throw duplicate('DuplicatePolicyException', `A policy with the name ${name} already exists.`);
  const policy = { kind: KINDS[type], name, document: contentOf(read) };
  readControlPolicy(policy);
  const targetIds = read.texts('TargetIds');
  if (new Set(targetIds).size < targetIds.length)
    throw duplicate('DuplicatePolicyAttachmentException', `${name} is attached to one target twice.`);
  for (const target of targetIds.map((id) => targetOf(world, id)))
    attachControlPolicy(world, { ...policy, target });
  const policyId = `p-${ids.hex('organizations-policy', 10)}`;
  const { partition, managementAccount, organizationId } = world.facts;
  const arn = `arn:${partition}:organizations::${managementAccount}:policy/${organizationId}/${type.toLowerCase()}/${policyId}`;
  policies.set(name, {
    policyId,
    arn,
    kind: policy.kind,
    name,
    document: policy.document,
    tags: read.tags(),
    ...(description === undefined ? {} : { description }),
  });
  return { ref: policyId, attributes: { Arn: arn, AwsManaged: 'false', Id: policyId } };
};

/** CloudFormation resource types of Organizations. */
export const organizationsResourceTypes: NonNullable<Service['resourceTypes']> = {
  'AWS::Organizations::Policy': createPolicy,
};
