import type {
  Account as AccountView,
  DescribeAccountCommandInput,
  DescribeAccountCommandOutput,
  DescribeOrganizationCommandInput,
  DescribeOrganizationCommandOutput,
  ListAccountsCommandInput,
  ListAccountsCommandOutput,
} from '@aws-sdk/client-organizations';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Service } from '../../core/operation.ts';
import type { Account, World } from '../../core/world.ts';
import { acceptMembers } from '../accept-members.ts';
import { takePage } from '../page.ts';
import { organizationsResourceTypes } from './resource-types.ts';
import { organizationState } from './state.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const PAGE_LIMIT = 20;

/** A rule of the service itself, beside IAM. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const refuseOtherAccounts = ({ caller, world }: Call): void => {
  const { managementAccount, delegatedAdministrators } = world.facts;
  if (caller.account === managementAccount || delegatedAdministrators.includes(caller.account)) return;
  throw new ServiceFault('AccessDeniedException', "You don't have permissions to access this resource.");
};

const invalidInput = (message: string, reason: string): ServiceFault =>
  new ServiceFault('InvalidInputException', message, { fields: { Reason: reason } });

const arnIn = (world: World, type: string, rest: string): string =>
  `arn:${world.facts.partition}:organizations::${world.facts.managementAccount}:${type}/${world.facts.organizationId}${rest}`;

/** What `Status` said of an account until AWS retired it: a closed account was shown as suspended. */
const STATUS: Readonly<Record<Account['state'], 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE'>> = {
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  PENDING_CLOSURE: 'PENDING_CLOSURE',
  CLOSED: 'SUSPENDED',
};

/** `Status` ended on 2026-09-09. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html */
const STATUS_RETIRED_AT = Date.UTC(2026, 8, 9);

const accountView = (account: Account, { world, now }: Call): AccountView => {
  const details = world.of(organizationState, '', '').details.get(account.id);
  return {
    Id: account.id,
    Arn: arnIn(world, 'account', `/${account.id}`),
    Name: account.name,
    State: account.state,
    Paths: [`${account.path}${account.id}/`],
    ...(now < STATUS_RETIRED_AT ? { Status: STATUS[account.state] } : {}),
    ...(details === undefined
      ? {}
      : {
          Email: details.email,
          JoinedMethod: details.joinedMethod,
          JoinedTimestamp: new Date(details.joinedAt),
        }),
  };
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const listAccounts = operation<ListAccountsCommandInput, Omit<ListAccountsCommandOutput, '$metadata'>>({
  checks: () => [{ action: 'organizations:ListAccounts', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'ListAccounts', ['NextToken', 'MaxResults']);
    refuseOtherAccounts(call);
    const size = input.MaxResults ?? PAGE_LIMIT;
    if (size < 1)
      throw invalidInput(
        'You specified an invalid value for MaxResults: the minimum is 1.',
        'MIN_VALUE_EXCEEDED',
      );
    if (size > PAGE_LIMIT)
      throw invalidInput(
        `You specified an invalid value for MaxResults: the maximum is ${PAGE_LIMIT}.`,
        'MAX_VALUE_EXCEEDED',
      );
    const page = takePage([...call.world.accounts.values()], { token: input.NextToken, size }, () =>
      invalidInput('You specified an invalid next token.', 'INVALID_NEXT_TOKEN'),
    );
    return {
      Accounts: page.items.map((account) => accountView(account, call)),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html */
const describeAccount = operation<
  DescribeAccountCommandInput,
  Omit<DescribeAccountCommandOutput, '$metadata'>
>({
  // Asked of the caller's own policies alone, though the ARN is the management account's: that a delegated administrator
  // may read is a rule of Organizations (`refuseOtherAccounts`), not of a policy there.
  checks: (input, { world }) => [
    {
      action: 'organizations:DescribeAccount',
      resource: arnIn(world, 'account', `/${input.AccountId ?? ''}`),
      assumed: true,
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'DescribeAccount', ['AccountId']);
    refuseOtherAccounts(call);
    const id = input.AccountId ?? '';
    if (!/^\d{12}$/.test(id)) throw invalidInput('You specified an invalid account ID.', 'INVALID_PATTERN');
    const account = call.world.accounts.get(id);
    if (account === undefined)
      throw new ServiceFault('AccountNotFoundException', "You specified an account that doesn't exist.");
    return { Account: accountView(account, call) };
  },
});

/** Any account of the organization may ask. https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html */
const describeOrganization = operation<
  DescribeOrganizationCommandInput,
  Omit<DescribeOrganizationCommandOutput, '$metadata'>
>({
  checks: () => [{ action: 'organizations:DescribeOrganization', resource: '*' }],
  run: (input, { caller, world }) => {
    acceptMembers(input, 'DescribeOrganization', []);
    if (!world.accounts.has(caller.account)) {
      throw new ServiceFault(
        'AWSOrganizationsNotInUseException',
        'Your account is not a member of an organization.',
      );
    }
    const { managementAccount, organizationId } = world.facts;
    const email = world.of(organizationState, '', '').details.get(managementAccount)?.email;
    return {
      Organization: {
        Id: organizationId,
        Arn: arnIn(world, 'organization', ''),
        FeatureSet: 'ALL',
        MasterAccountId: managementAccount,
        MasterAccountArn: arnIn(world, 'account', `/${managementAccount}`),
        ...(email === undefined ? {} : { MasterAccountEmail: email }),
      },
    };
  },
});

/** AWS Organizations: the inventory of accounts. Control policies come by template or `attachControlPolicy`, not by calls. */
export const organizationsService: Service = {
  name: 'organizations',
  operations: {
    ListAccounts: listAccounts,
    DescribeAccount: describeAccount,
    DescribeOrganization: describeOrganization,
  },
  resourceTypes: organizationsResourceTypes,
};
