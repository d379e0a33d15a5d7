import type {
  CreateAccountCommandInput,
  CreateAccountCommandOutput,
  CreateAccountStatus,
  DescribeCreateAccountStatusCommandInput,
  DescribeCreateAccountStatusCommandOutput,
  MoveAccountCommandInput,
} from '@aws-sdk/client-organizations';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { accountMoved } from '../cloudformation/auto-deployment.ts';
import { addRole } from '../iam/build.ts';
import { rootPath } from './control-policies.ts';
import { arnIn, invalidInput, refuseMembers } from './organization-target.ts';
import { organizationState } from './state.ts';
import { nodesOf, type TreeNode } from './tree.ts';

/** From the request to the account. AWS speaks of minutes; the figure is this organization's own. */
const CREATION_MS = 60_000;

/** The role that AWS puts into an account that it makes. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html */
const ACCESS_ROLE = 'OrganizationAccountAccessRole';

/** Twelve digits that no account has. */
const newId = ({ world, ids }: Call): string => {
  for (;;) {
    const id = String(Math.floor(ids.fraction('account') * 9e11 + 1e11));
    if (!world.accounts.has(id)) return id;
  }
};

const join = (
  call: Call,
  account: { readonly id: string; readonly name: string; readonly email: string },
): void => {
  const { world, ids, timeline } = call;
  const { id, name, email } = account;
  const { partition, managementAccount } = world.facts;
  world.accounts.set(id, { id, name, path: rootPath(world), state: 'ACTIVE' });
  world
    .of(organizationState, '', '')
    .details.set(id, { email, joinedAt: timeline.now(), joinedMethod: 'CREATED' });
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const trust = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:${partition}:iam::${managementAccount}:root` },
  };
  addRole(
    world,
    {
      account: id,
      name: ACCESS_ROLE,
      trust: { Version: '2012-10-17', Statement: [trust] },
      inline: { AdministratorAccess: { Version: '2012-10-17', Statement: [everything] } },
    },
    { ids, now: timeline.now() },
  );
  accountMoved(call, id);
};

/**
 * Makes an account, in the root. It is there a minute later; the service event `CreateAccountResult` is not told.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
 */
const createAccount = operation<CreateAccountCommandInput, Omit<CreateAccountCommandOutput, '$metadata'>>({
  checks: () => [{ action: 'organizations:CreateAccount', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'CreateAccount', ['AccountName', 'Email', 'RoleName', 'IamUserAccessToBilling']);
    if (input.RoleName !== undefined && input.RoleName !== ACCESS_ROLE)
      throw unimplemented('RoleName', 'CreateAccount');
    refuseMembers(call);
    const { AccountName: name = '', Email: email = '' } = input;
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
      throw invalidInput('You specified an invalid email address.', 'INVALID_PATTERN');
    const { createRequests } = call.world.of(organizationState, '', '');
    const id = `car-${call.ids.hex('create-account-request', 32)}`;
    const status: CreateAccountStatus = {
      Id: id,
      AccountName: name,
      State: 'IN_PROGRESS',
      RequestedTimestamp: new Date(call.now),
    };
    createRequests.set(id, status);
    call.timeline.at(call.now + CREATION_MS, () => {
      const account = newId(call);
      join(call, { id: account, name, email });
      createRequests.set(id, {
        ...status,
        State: 'SUCCEEDED',
        AccountId: account,
        CompletedTimestamp: new Date(call.timeline.now()),
      });
    });
    return { CreateAccountStatus: status };
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html */
const describeCreateAccountStatus = operation<
  DescribeCreateAccountStatusCommandInput,
  Omit<DescribeCreateAccountStatusCommandOutput, '$metadata'>
>({
  checks: () => [{ action: 'organizations:DescribeCreateAccountStatus', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'DescribeCreateAccountStatus', ['CreateAccountRequestId']);
    refuseMembers(call);
    const found = call.world
      .of(organizationState, '', '')
      .createRequests.get(input.CreateAccountRequestId ?? '');
    if (found !== undefined) return { CreateAccountStatus: found };
    throw new ServiceFault(
      'CreateAccountStatusNotFoundException',
      "We can't find a create account request with the CreateAccountRequestId that you specified.",
    );
  },
});

const nodeCheck = (world: World, id: string): string =>
  arnIn(world, id.startsWith('r-') ? 'root' : 'ou', `/${id}`);

const requireNode = (world: World, id: string | undefined, code: string): TreeNode => {
  const node = nodesOf(world).get(id ?? '');
  if (node !== undefined) return node;
  throw new ServiceFault(code, `We can't find a root or OU with the id that you specified: ${id}`);
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html */
const moveAccount = operation<MoveAccountCommandInput, object>({
  checks: ({ AccountId: account = '', SourceParentId: from = '', DestinationParentId: to = '' }, { world }) =>
    [arnIn(world, 'account', `/${account}`), nodeCheck(world, from), nodeCheck(world, to)].map(
      (resource): Check => ({ action: 'organizations:MoveAccount', resource, assumed: true }),
    ),
  run: (input, call) => {
    acceptMembers(input, 'MoveAccount', ['AccountId', 'DestinationParentId', 'SourceParentId']);
    refuseMembers(call);
    const { world } = call;
    const account = world.accounts.get(input.AccountId ?? '');
    if (account === undefined)
      throw new ServiceFault('AccountNotFoundException', "You specified an account that doesn't exist.");
    const from = requireNode(world, input.SourceParentId, 'SourceParentNotFoundException');
    const to = requireNode(world, input.DestinationParentId, 'DestinationParentNotFoundException');
    if (account.path !== from.path)
      throw new ServiceFault('SourceParentNotFoundException', `Account ${account.id} is not in ${from.id}.`);
    if (to.path === from.path)
      throw new ServiceFault('DuplicateAccountException', `Account ${account.id} is in ${to.id} already.`);
    world.accounts.set(account.id, { ...account, path: to.path });
    accountMoved(call, account.id);
    return {};
  },
});

/** Accounts that come and move. */
export const accountOperations: Readonly<Record<string, Operation>> = {
  CreateAccount: createAccount,
  DescribeCreateAccountStatus: describeCreateAccountStatus,
  MoveAccount: moveAccount,
};
