import type {
  DescribeOrganizationalUnitCommandInput,
  DescribeOrganizationalUnitCommandOutput,
  ListAccountsForParentCommandInput,
  ListAccountsForParentCommandOutput,
  ListOrganizationalUnitsForParentCommandInput,
  ListOrganizationalUnitsForParentCommandOutput,
  ListParentsCommandInput,
  ListParentsCommandOutput,
  ListRootsCommandInput,
  ListRootsCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  OrganizationalUnit,
} from '@aws-sdk/client-organizations';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers } from '../accept-members.ts';
import {
  accountView,
  arnIn,
  invalidInput,
  organizationPage,
  refuseOtherAccounts,
} from './organization-target.ts';
import { organizationState } from './state.ts';
import { accountsIn, nodesOf, pathAbove, unitsIn, type TreeNode } from './tree.ts';

const ACCOUNT_ID = /^\d{12}$/;
const UNIT_ID = /^ou-[0-9a-z-]+$/;
const ROOT_ID = /^r-[0-9a-z]+$/;
const POLICY_ID = /^p-[0-9a-zA-Z_]+$/;

/** ARN of an account, a unit, the root or a policy by its id; `*` for anything else. */
const arnOfId = (world: World, id: string): string => {
  if (ACCOUNT_ID.test(id)) return arnIn(world, 'account', `/${id}`);
  if (UNIT_ID.test(id)) return arnIn(world, 'ou', `/${id}`);
  if (ROOT_ID.test(id)) return arnIn(world, 'root', `/${id}`);
  return policyOf(world, id)?.arn ?? '*';
};

const policyOf = (world: World, id: string) =>
  [...world.of(organizationState, '', '').policies.values()].find(({ policyId }) => policyId === id);

// Asked of the caller's own policies alone, though the ARNs are the management account's: that a delegated administrator may read
// is a rule of Organizations (`refuseOtherAccounts`), not of a policy there.
const checkOf = (action: string, world: World, id = ''): readonly Check[] => [
  { action: `organizations:${action}`, resource: arnOfId(world, id), assumed: true },
];

const requirePattern = (id: string, patterns: readonly RegExp[], what: string): void => {
  if (!patterns.some((pattern) => pattern.test(id)))
    throw invalidInput(`You specified an invalid ${what}.`, 'INVALID_PATTERN');
};

const parentOf = (call: Call, parentId: string | undefined): TreeNode => {
  const id = parentId ?? '';
  requirePattern(id, [ROOT_ID, UNIT_ID], 'parent ID');
  const node = nodesOf(call.world).get(id);
  if (node !== undefined) return node;
  throw new ServiceFault('ParentNotFoundException', "You specified a parent that doesn't exist.");
};

const unitView = (world: World, { id, name }: TreeNode): OrganizationalUnit => ({
  Id: id,
  Arn: arnIn(world, 'ou', `/${id}`),
  Name: name,
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html */
const listRoots = operation<ListRootsCommandInput, Omit<ListRootsCommandOutput, '$metadata'>>({
  checks: () => [{ action: 'organizations:ListRoots', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'ListRoots', ['NextToken', 'MaxResults']);
    refuseOtherAccounts(call);
    const { attachments } = call.world.of(organizationState, '', '');
    const types = [
      { kind: 'SCP', Type: 'SERVICE_CONTROL_POLICY' },
      { kind: 'RCP', Type: 'RESOURCE_CONTROL_POLICY' },
    ] as const;
    const page = organizationPage(
      [...nodesOf(call.world).values()].filter(({ kind }) => kind === 'root'),
      input,
    );
    return {
      Roots: page.items.map(({ id, name }) => ({
        Id: id,
        Arn: arnIn(call.world, 'root', `/${id}`),
        Name: name,
        PolicyTypes: types
          .filter(({ kind }) => attachments.some((attached) => attached.kind === kind))
          .map(({ Type }) => ({ Type, Status: 'ENABLED' as const })),
      })),
    };
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html */
const listParents = operation<ListParentsCommandInput, Omit<ListParentsCommandOutput, '$metadata'>>({
  checks: (input, { world }) => checkOf('ListParents', world, input.ChildId),
  run: (input, call) => {
    acceptMembers(input, 'ListParents', ['ChildId', 'NextToken', 'MaxResults']);
    refuseOtherAccounts(call);
    const id = input.ChildId ?? '';
    requirePattern(id, [ACCOUNT_ID, UNIT_ID], 'child ID');
    const nodes = nodesOf(call.world);
    const unit = nodes.get(id);
    const above =
      call.world.accounts.get(id)?.path ?? (unit === undefined ? undefined : pathAbove(unit.path));
    const parents = [...nodes.values()].filter(({ path }) => path === above);
    if (parents.length === 0)
      throw new ServiceFault('ChildNotFoundException', "You specified a child that doesn't exist.");
    return {
      Parents: organizationPage(parents, input).items.map((parent) => ({
        Id: parent.id,
        Type: parent.kind === 'root' ? ('ROOT' as const) : ('ORGANIZATIONAL_UNIT' as const),
      })),
    };
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html */
const describeUnit = operation<
  DescribeOrganizationalUnitCommandInput,
  Omit<DescribeOrganizationalUnitCommandOutput, '$metadata'>
>({
  checks: (input, { world }) => checkOf('DescribeOrganizationalUnit', world, input.OrganizationalUnitId),
  run: (input, call) => {
    acceptMembers(input, 'DescribeOrganizationalUnit', ['OrganizationalUnitId']);
    refuseOtherAccounts(call);
    const id = input.OrganizationalUnitId ?? '';
    requirePattern(id, [UNIT_ID], 'organizational unit ID');
    const unit = nodesOf(call.world).get(id);
    if (unit === undefined)
      throw new ServiceFault(
        'OrganizationalUnitNotFoundException',
        "You specified an organizational unit that doesn't exist.",
      );
    return { OrganizationalUnit: unitView(call.world, unit) };
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html */
const listUnits = operation<
  ListOrganizationalUnitsForParentCommandInput,
  Omit<ListOrganizationalUnitsForParentCommandOutput, '$metadata'>
>({
  checks: (input, { world }) => checkOf('ListOrganizationalUnitsForParent', world, input.ParentId),
  run: (input, call) => {
    acceptMembers(input, 'ListOrganizationalUnitsForParent', ['ParentId', 'NextToken', 'MaxResults']);
    refuseOtherAccounts(call);
    const page = organizationPage(unitsIn(call.world, parentOf(call, input.ParentId)), input);
    return {
      OrganizationalUnits: page.items.map((unit) => unitView(call.world, unit)),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** Direct children alone. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html */
const listAccounts = operation<
  ListAccountsForParentCommandInput,
  Omit<ListAccountsForParentCommandOutput, '$metadata'>
>({
  checks: (input, { world }) => checkOf('ListAccountsForParent', world, input.ParentId),
  run: (input, call) => {
    acceptMembers(input, 'ListAccountsForParent', ['ParentId', 'NextToken', 'MaxResults']);
    refuseOtherAccounts(call);
    const page = organizationPage(accountsIn(call.world, parentOf(call, input.ParentId)), input);
    return {
      Accounts: page.items.map((account) => accountView(account, call)),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

const tagsOf = (world: World, id: string): ReadonlyMap<string, string> | undefined => {
  const { units, accountTags } = world.of(organizationState, '', '');
  if (world.accounts.has(id)) return accountTags.get(id) ?? new Map();
  if (nodesOf(world).has(id)) return units.get(id)?.tags ?? new Map();
  return policyOf(world, id)?.tags;
};

/** Tags of an account, a unit, the root or a policy. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html */
const listTags = operation<
  ListTagsForResourceCommandInput,
  Omit<ListTagsForResourceCommandOutput, '$metadata'>
>({
  checks: ({ ResourceId = '' }, { world }) => {
    const kind = policyOf(world, ResourceId)?.kind;
    const type = kind === 'SCP' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY';
    return checkOf('ListTagsForResource', world, ResourceId).map((check) => ({
      ...check,
      ...(kind === undefined ? {} : { context: { 'organizations:PolicyType': type } }),
    }));
  },
  run: (input, call) => {
    acceptMembers(input, 'ListTagsForResource', ['ResourceId', 'NextToken']);
    refuseOtherAccounts(call);
    const id = input.ResourceId ?? '';
    requirePattern(id, [ACCOUNT_ID, ROOT_ID, UNIT_ID, POLICY_ID], 'resource ID');
    const tags = tagsOf(call.world, id);
    if (tags === undefined)
      throw new ServiceFault('TargetNotFoundException', "You specified a target that doesn't exist.");
    // At most fifty, so that there is one page.
    return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
  },
});

/**
 * The tree of units, and tags: what a policy by unit, account and tag needs. Each can be called by the management account or a member
 * account that is a delegated administrator.
 */
export const treeOperations: Readonly<Record<string, Operation>> = {
  DescribeOrganizationalUnit: describeUnit,
  ListAccountsForParent: listAccounts,
  ListOrganizationalUnitsForParent: listUnits,
  ListParents: listParents,
  ListRoots: listRoots,
  ListTagsForResource: listTags,
};
