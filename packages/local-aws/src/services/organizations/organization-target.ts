import type { Account as AccountView } from '@aws-sdk/client-organizations';
import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import type { Account, World } from '../../core/world.ts';
import { takePage, type Page } from '../page.ts';
import { organizationState } from './state.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html ; the same for every list. */
const PAGE_LIMIT = 20;

/** A rule of the service itself, beside IAM. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
export const refuseOtherAccounts = (call: Call): void => {
  const { caller, world } = call;
  const { delegations } = world.of(organizationState, '', '');
  if (world.facts.delegatedAdministrators.includes(caller.account)) return;
  if ([...delegations.values()].some((accounts) => accounts.has(caller.account))) return;
  refuseMembers(call);
};

/** What the management account alone may do. https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html */
export const refuseMembers = ({ caller, world }: Call): void => {
  if (caller.account === world.facts.managementAccount) return;
  throw new ServiceFault('AccessDeniedException', "You don't have permissions to access this resource.");
};

/** The fault for a value that cannot be. */
export const invalidInput = (message: string, reason: string): ServiceFault =>
  new ServiceFault('InvalidInputException', message, { fields: { Reason: reason } });

/** The ARN of something of the organization; `rest` follows the organization's id. */
export const arnIn = (world: World, type: string, rest: string): string =>
  `arn:${world.facts.partition}:organizations::${world.facts.managementAccount}:${type}/${world.facts.organizationId}${rest}`;

/** One page of a list. @throws ServiceFault InvalidInputException */
export const organizationPage = <Item>(
  items: readonly Item[],
  input: { readonly NextToken?: string | undefined; readonly MaxResults?: number | undefined },
): Page<Item> => {
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
  return takePage(items, { token: input.NextToken, size }, () =>
    invalidInput('You specified an invalid next token.', 'INVALID_NEXT_TOKEN'),
  );
};

/** What `Status` said of an account until AWS retired it: a closed account was shown as suspended. */
const STATUS: Readonly<Record<Account['state'], 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE'>> = {
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  PENDING_CLOSURE: 'PENDING_CLOSURE',
  CLOSED: 'SUSPENDED',
};

/** `Status` ended on 2026-09-09. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html */
const STATUS_RETIRED_AT = Date.UTC(2026, 8, 9);

/** An account as the API shows it. */
export const accountView = (account: Account, { world, now }: Call): AccountView => {
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
