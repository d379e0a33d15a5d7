import { createHash } from 'node:crypto';
import type {
  DescribePolicyCommandInput,
  DescribePolicyCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
  ListTargetsForPolicyCommandInput,
  ListTargetsForPolicyCommandOutput,
  PolicySummary,
  PolicyTargetSummary,
} from '@aws-sdk/client-organizations';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Check, type Operation } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { FULL_ACCESS_TEXTS } from './control-policies.ts';
import { arnIn, invalidInput, organizationPage, refuseOtherAccounts } from './organization-target.ts';
import { organizationState, type ControlPolicyAttachment } from './state.ts';
import { nodesOf } from './tree.ts';

type Kind = ControlPolicyAttachment['kind'];

const TYPES = { SCP: 'SERVICE_CONTROL_POLICY', RCP: 'RESOURCE_CONTROL_POLICY' } as const;

/** A control policy as calls show it. */
interface ListedPolicy {
  readonly id: string;
  readonly arn: string;
  readonly kind: Kind;
  readonly name: string;
  readonly document: object;
  readonly isAws: boolean;
  readonly description?: string;
}

/** One that a world attached has no id of its own: it follows from its name. */
const idFor = (name: string): string => `p-${createHash('sha256').update(name).digest('hex').slice(0, 10)}`;

/** AWS's own of a kind. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html */
const awsOwn = (kind: Kind): ListedPolicy => {
  const { name, document } = FULL_ACCESS_TEXTS[kind];
  const arn = `arn:aws:organizations::aws:policy/${TYPES[kind].toLowerCase()}/p-${name}`;
  return { id: `p-${name}`, arn, kind, name, document, isAws: true };
};

/** Policies of the organization of one kind: AWS's own, those that templates made, those that a world attached. */
const policiesOf = (world: World, kind: Kind): readonly ListedPolicy[] => {
  const { policies, attachments } = world.of(organizationState, '', '');
  const made = [...policies.values()].map(({ policyId, tags: _tags, ...policy }) => ({
    ...policy,
    id: policyId,
    isAws: false,
  }));
  const attached = attachments
    .filter(({ name }) => !policies.has(name))
    .map((one) => ({
      id: idFor(one.name),
      arn: arnIn(world, 'policy', `/${TYPES[one.kind].toLowerCase()}/${idFor(one.name)}`),
      kind: one.kind,
      name: one.name,
      document: one.document,
      isAws: false,
    }));
  const own = [...made, ...attached].filter((one) => one.kind === kind);
  return [awsOwn(kind), ...new Map(own.map((policy) => [policy.id, policy])).values()];
};

const findPolicy = (world: World, id = ''): ListedPolicy | undefined =>
  (['SCP', 'RCP'] as const).flatMap((kind) => policiesOf(world, kind)).find((policy) => policy.id === id);

const requirePolicy = (world: World, id = ''): ListedPolicy => {
  if (!/^p-[0-9a-zA-Z_]{8,128}$/.test(id))
    throw invalidInput('You specified an invalid policy ID.', 'INVALID_PATTERN_TARGET_ID');
  const policy = findPolicy(world, id);
  if (policy === undefined)
    throw new ServiceFault('PolicyNotFoundException', "You specified a policy that doesn't exist.");
  return policy;
};

const summaryOf = ({ id, arn, kind, name, isAws, description }: ListedPolicy): PolicySummary => ({
  Id: id,
  Arn: arn,
  Name: name,
  Type: TYPES[kind],
  AwsManaged: isAws,
  ...(description === undefined ? {} : { Description: description }),
});

/**
 * The reference has one kind of ARN here, that of the organization's own policies; of AWS's it says nothing.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
 */
const policyCheck = (action: string, world: World, id: string | undefined): readonly Check[] => {
  const policy = findPolicy(world, id);
  return [
    {
      action: `organizations:${action}`,
      resource: arnIn(world, 'policy', `/${TYPES[policy?.kind ?? 'SCP'].toLowerCase()}/${id ?? ''}`),
      ...(policy === undefined ? {} : { context: { 'organizations:PolicyType': TYPES[policy.kind] } }),
      assumed: true,
    },
  ];
};

/** Control policies alone. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html */
const listPolicies = operation<ListPoliciesCommandInput, Omit<ListPoliciesCommandOutput, '$metadata'>>({
  checks: ({ Filter }) => [
    {
      action: 'organizations:ListPolicies',
      resource: '*',
      ...(Filter === undefined ? {} : { context: { 'organizations:PolicyType': Filter } }),
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'ListPolicies', ['Filter', 'MaxResults', 'NextToken']);
    refuseOtherAccounts(call);
    const kind = (['SCP', 'RCP'] as const).find((one) => TYPES[one] === input.Filter);
    if (kind === undefined) throw unimplemented(`Filter=${input.Filter}`, 'ListPolicies');
    const page = organizationPage(policiesOf(call.world, kind), input);
    return {
      Policies: page.items.map((policy) => summaryOf(policy)),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html */
const describePolicy = operation<DescribePolicyCommandInput, Omit<DescribePolicyCommandOutput, '$metadata'>>({
  checks: (input, { world }) => policyCheck('DescribePolicy', world, input.PolicyId),
  run: (input, call) => {
    acceptMembers(input, 'DescribePolicy', ['PolicyId']);
    refuseOtherAccounts(call);
    const policy = requirePolicy(call.world, input.PolicyId);
    return { Policy: { PolicySummary: summaryOf(policy), Content: JSON.stringify(policy.document) } };
  },
});

/** Where a policy is attached. AWS's own is attached everywhere once a kind is enabled; nobody detaches it here. */
const targetsOf = (world: World, policy: ListedPolicy): readonly PolicyTargetSummary[] => {
  const { attachments } = world.of(organizationState, '', '');
  const isEnabled = attachments.some(({ kind }) => kind === policy.kind);
  const nodes = new Set(
    attachments
      .filter(({ name, kind }) => name === policy.name && kind === policy.kind)
      .map(({ node }) => node),
  );
  const wanted = (path: string): boolean => (policy.isAws ? isEnabled : nodes.has(path));
  const tree = [...nodesOf(world).values()]
    .filter(({ path }) => wanted(path))
    .map(({ id, name, kind }) => ({
      TargetId: id,
      Arn: arnIn(world, kind, `/${id}`),
      Name: name,
      Type: kind === 'root' ? ('ROOT' as const) : ('ORGANIZATIONAL_UNIT' as const),
    }));
  const accounts = [...world.accounts.values()]
    .filter(({ path, id }) => wanted(`${path}${id}/`))
    .map(({ id, name }) => ({
      TargetId: id,
      Arn: arnIn(world, 'account', `/${id}`),
      Name: name,
      Type: 'ACCOUNT' as const,
    }));
  return [...tree, ...accounts];
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html */
const listTargets = operation<
  ListTargetsForPolicyCommandInput,
  Omit<ListTargetsForPolicyCommandOutput, '$metadata'>
>({
  checks: (input, { world }) => policyCheck('ListTargetsForPolicy', world, input.PolicyId),
  run: (input, call) => {
    acceptMembers(input, 'ListTargetsForPolicy', ['PolicyId', 'MaxResults', 'NextToken']);
    refuseOtherAccounts(call);
    const page = organizationPage(targetsOf(call.world, requirePolicy(call.world, input.PolicyId)), input);
    return {
      Targets: [...page.items],
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** Control policies as they are read: by the management account, and by delegated administrators. */
export const policyOperations: Readonly<Record<string, Operation>> = {
  ListPolicies: listPolicies,
  DescribePolicy: describePolicy,
  ListTargetsForPolicy: listTargets,
};
