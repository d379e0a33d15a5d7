import type {
  DescribeAccountCommandInput,
  DescribeAccountCommandOutput,
  DescribeOrganizationCommandInput,
  DescribeOrganizationCommandOutput,
  ListAccountsCommandInput,
  ListAccountsCommandOutput,
} from '@aws-sdk/client-organizations';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Service } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { accountOperations } from './account-operations.ts';
import { delegationOperations } from './delegation.ts';
import {
  accountView,
  arnIn,
  invalidInput,
  organizationPage,
  refuseOtherAccounts,
} from './organization-target.ts';
import { policyOperations } from './policy-operations.ts';
import { organizationsResourceRemoval } from './resource-removal.ts';
import { organizationsResourceTypes } from './resource-types.ts';
import { organizationState } from './state.ts';
import { treeOperations } from './tree-operations.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const listAccounts = operation<ListAccountsCommandInput, Omit<ListAccountsCommandOutput, '$metadata'>>({
  checks: () => [{ action: 'organizations:ListAccounts', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'ListAccounts', ['NextToken', 'MaxResults']);
    refuseOtherAccounts(call);
    const page = organizationPage([...call.world.accounts.values()], input);
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

/** AWS Organizations: accounts and units, trusted access and delegations. Control policies come by template or `attachControlPolicy`; by calls they are read. */
export const organizationsService: Service = {
  name: 'organizations',
  operations: {
    ListAccounts: listAccounts,
    DescribeAccount: describeAccount,
    DescribeOrganization: describeOrganization,
    ...accountOperations,
    ...delegationOperations,
    ...policyOperations,
    ...treeOperations,
  },
  resourceTypes: organizationsResourceTypes,
  resourceRemoval: organizationsResourceRemoval,
};
