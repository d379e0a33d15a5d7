import type {
  EnableAWSServiceAccessCommandInput,
  ListAWSServiceAccessForOrganizationCommandInput,
  ListAWSServiceAccessForOrganizationCommandOutput,
  ListDelegatedAdministratorsCommandInput,
  ListDelegatedAdministratorsCommandOutput,
  RegisterDelegatedAdministratorCommandInput,
} from '@aws-sdk/client-organizations';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check, type Operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import {
  accountView,
  arnIn,
  invalidInput,
  organizationPage,
  refuseMembers,
  refuseOtherAccounts,
} from './organization-target.ts';
import { organizationState } from './state.ts';

const principalContext = (principal: string | undefined): Pick<Check, 'context'> =>
  principal === undefined ? {} : { context: { 'organizations:ServicePrincipal': principal } };

const requirePrincipal = (principal: string | undefined): string => {
  if (principal === undefined || !/^[\w+=,.@-]{1,128}$/.test(principal))
    throw invalidInput('You specified an invalid service principal.', 'INVALID_PATTERN');
  return principal;
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html ; whether AWS knows the service is not looked at. */
const enableServiceAccess = operation<EnableAWSServiceAccessCommandInput, object>({
  checks: ({ ServicePrincipal: principal }) => [
    { action: 'organizations:EnableAWSServiceAccess', resource: '*', ...principalContext(principal) },
  ],
  run: (input, call) => {
    acceptMembers(input, 'EnableAWSServiceAccess', ['ServicePrincipal']);
    refuseMembers(call);
    call.world.of(organizationState, '', '').trustedServices.add(requirePrincipal(input.ServicePrincipal));
    return {};
  },
});

/** Administrators of one service. StackSets take five: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html */
const ADMINISTRATORS_OF_STACK_SETS = 5;

const register = ({ world }: Call, principal: string, account: string): void => {
  const { delegations, trustedServices } = world.of(organizationState, '', '');
  if (account === world.facts.managementAccount)
    throw new ServiceFault(
      'ConstraintViolationException',
      'You cannot register the management account as delegated administrator for your organization.',
      { fields: { Reason: 'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR' } },
    );
  if (!world.accounts.has(account))
    throw new ServiceFault('AccountNotFoundException', "You specified an account that doesn't exist.");
  if (!trustedServices.has(principal))
    throw new ServiceFault(
      'ConstraintViolationException',
      `You must enable service access of ${principal} before you register a delegated administrator for it.`,
      { fields: { Reason: 'SERVICE_ACCESS_NOT_ENABLED' } },
    );
  const registered = delegations.get(principal) ?? new Set();
  if (registered.has(account))
    throw new ServiceFault(
      'AccountAlreadyRegisteredException',
      'The specified account is already a delegated administrator for this AWS service.',
    );
  if (principal.includes('.stacksets.') && registered.size >= ADMINISTRATORS_OF_STACK_SETS)
    throw new ServiceFault(
      'ConstraintViolationException',
      'You have reached the limit of delegated administrators for this AWS service.',
      { fields: { Reason: 'MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED' } },
    );
  delegations.set(principal, registered.add(account));
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html */
const registerDelegatedAdministrator = operation<RegisterDelegatedAdministratorCommandInput, object>({
  checks: ({ AccountId: account, ServicePrincipal: principal }, { world }) => [
    {
      action: 'organizations:RegisterDelegatedAdministrator',
      resource: arnIn(world, 'account', `/${account ?? ''}`),
      ...principalContext(principal),
      assumed: true,
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'RegisterDelegatedAdministrator', ['AccountId', 'ServicePrincipal']);
    refuseMembers(call);
    register(call, requirePrincipal(input.ServicePrincipal), input.AccountId ?? '');
    return {};
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html ; without the date of the delegation. */
const listDelegatedAdministrators = operation<
  ListDelegatedAdministratorsCommandInput,
  Omit<ListDelegatedAdministratorsCommandOutput, '$metadata'>
>({
  checks: ({ ServicePrincipal: principal }) => [
    { action: 'organizations:ListDelegatedAdministrators', resource: '*', ...principalContext(principal) },
  ],
  run: (input, call) => {
    acceptMembers(input, 'ListDelegatedAdministrators', ['MaxResults', 'NextToken', 'ServicePrincipal']);
    refuseOtherAccounts(call);
    const { delegations } = call.world.of(organizationState, '', '');
    const wanted = [...delegations].filter(
      ([principal]) => input.ServicePrincipal === undefined || principal === input.ServicePrincipal,
    );
    const ids = [...new Set(wanted.flatMap(([, accounts]) => [...accounts]))];
    const accounts = ids.flatMap((id) => call.world.accounts.get(id) ?? []);
    const page = organizationPage(accounts, input);
    return {
      DelegatedAdministrators: page.items.map((account) => {
        const { Paths: _ofAccountsAlone, ...view } = accountView(account, call);
        return view;
      }),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html ; without the date since when. */
const listServiceAccess = operation<
  ListAWSServiceAccessForOrganizationCommandInput,
  Omit<ListAWSServiceAccessForOrganizationCommandOutput, '$metadata'>
>({
  checks: () => [{ action: 'organizations:ListAWSServiceAccessForOrganization', resource: '*' }],
  run: (input, call) => {
    acceptMembers(input, 'ListAWSServiceAccessForOrganization', ['MaxResults', 'NextToken']);
    refuseOtherAccounts(call);
    const { trustedServices } = call.world.of(organizationState, '', '');
    const page = organizationPage([...trustedServices].toSorted(), input);
    return {
      EnabledServicePrincipals: page.items.map((ServicePrincipal) => ({ ServicePrincipal })),
      ...(page.next === undefined ? {} : { NextToken: page.next }),
    };
  },
});

/** Trusted access of services, and whom they are delegated to. */
export const delegationOperations: Readonly<Record<string, Operation>> = {
  EnableAWSServiceAccess: enableServiceAccess,
  ListAWSServiceAccessForOrganization: listServiceAccess,
  ListDelegatedAdministrators: listDelegatedAdministrators,
  RegisterDelegatedAdministrator: registerDelegatedAdministrator,
};
