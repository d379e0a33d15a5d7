import { describe, expect, it } from 'vitest';
import { iamState } from '../iam/state.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, rootOf } from '../testing.ts';
import { organizationsService } from './service.ts';
import { organizationState } from './state.ts';

const SERVICE = 'config.amazonaws.com';
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';
const WORK = 'ou-test-work';
const member = { caller: rootOf(OTHER_ACCOUNT) };

const create = async (on: ReturnType<typeof bench>): Promise<string> => {
  const { CreateAccountStatus: asked } = await on.perform<{
    CreateAccountStatus: { Id: string; State: string };
  }>('CreateAccount', { AccountName: 'new', Email: 'new@example.com' });
  expect(asked.State).toBe('IN_PROGRESS');
  await on.pass(60_000);
  const { CreateAccountStatus: made } = await on.perform<{ CreateAccountStatus: { AccountId: string } }>(
    'DescribeCreateAccountStatus',
    { CreateAccountRequestId: asked.Id },
  );
  expect(made).toMatchObject({ State: 'SUCCEEDED' });
  return made.AccountId;
};

describe('accounts', () => {
  it('are made in the root, some time after they were asked for, with a role for the management account', async () => {
    const on = bench(organizationsService);
    const id = await create(on);
    expect(on.world.accounts.get(id)).toEqual({
      id,
      name: 'new',
      path: 'o-test000000/r-test/',
      state: 'ACTIVE',
    });
    expect(on.world.of(iamState, id, '').roles.has('OrganizationAccountAccessRole')).toBe(true);
  });

  it('move between units', async () => {
    const on = bench(organizationsService);
    const id = await create(on);
    const move = { AccountId: id, SourceParentId: 'r-test', DestinationParentId: WORK };
    await on.perform('MoveAccount', move);
    expect(on.world.accounts.get(id)?.path).toBe(`o-test000000/r-test/${WORK}/`);
    await expect(on.perform('MoveAccount', move)).rejects.toMatchObject({
      code: 'SourceParentNotFoundException',
    });
  });

  it.each([
    [
      'MoveAccount',
      { AccountId: '999999999999', SourceParentId: 'r-test', DestinationParentId: WORK },
      'AccountNotFoundException',
    ],
    [
      'MoveAccount',
      { AccountId: ACCOUNT, SourceParentId: 'r-test', DestinationParentId: 'ou-test-gone' },
      'DestinationParentNotFoundException',
    ],
    [
      'MoveAccount',
      { AccountId: ACCOUNT, SourceParentId: 'r-test', DestinationParentId: 'r-test' },
      'DuplicateAccountException',
    ],
    ['CreateAccount', { AccountName: 'new', Email: 'nobody' }, 'InvalidInputException'],
    ['CreateAccount', { AccountName: 'new', Email: 'a@example.com', Tags: [] }, 'UnsupportedOperation'],
    [
      'DescribeCreateAccountStatus',
      { CreateAccountRequestId: 'car-1' },
      'CreateAccountStatusNotFoundException',
    ],
  ])('%s refuses %j with %s', async (name, input, code) => {
    await expect(bench(organizationsService).perform(name, input)).rejects.toMatchObject({ code });
  });

  it.each(['CreateAccount', 'MoveAccount', 'EnableAWSServiceAccess', 'RegisterDelegatedAdministrator'])(
    '%s is for the management account',
    async (name) => {
      await expect(bench(organizationsService, member).perform(name, {})).rejects.toMatchObject({
        code: 'AccessDeniedException',
      });
    },
  );
});

describe('delegation of a service', () => {
  const register = (on: ReturnType<typeof bench>, AccountId: string, ServicePrincipal = SERVICE) =>
    on.perform('RegisterDelegatedAdministrator', { AccountId, ServicePrincipal });

  it('needs that the organization trusts the service, and lets the account read the organization', async () => {
    const on = bench(organizationsService);
    await expect(register(on, OTHER_ACCOUNT)).rejects.toMatchObject({ code: 'ConstraintViolationException' });
    await on.perform('EnableAWSServiceAccess', { ServicePrincipal: SERVICE });
    await expect(on.perform('ListAccounts', {}, member)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    await register(on, OTHER_ACCOUNT);
    await expect(on.perform('ListAccounts', {}, member)).resolves.toBeDefined();
    expect(
      await on.perform('ListDelegatedAdministrators', { ServicePrincipal: SERVICE }, member),
    ).toMatchObject({ DelegatedAdministrators: [{ Id: OTHER_ACCOUNT }] });
    await expect(register(on, OTHER_ACCOUNT)).rejects.toMatchObject({
      code: 'AccountAlreadyRegisteredException',
    });
  });

  it('is not for the management account, nor for one that is not there', async () => {
    const on = bench(organizationsService);
    await on.perform('EnableAWSServiceAccess', { ServicePrincipal: SERVICE });
    await expect(register(on, ACCOUNT)).rejects.toMatchObject({ code: 'ConstraintViolationException' });
    await expect(register(on, '999999999999')).rejects.toMatchObject({ code: 'AccountNotFoundException' });
  });

  it('of StackSets is for five accounts', async () => {
    const on = bench(organizationsService);
    await on.perform('EnableAWSServiceAccess', { ServicePrincipal: STACK_SETS });
    on.world.of(organizationState, '', '').delegations.set(STACK_SETS, new Set(['1', '2', '3', '4', '5']));
    await expect(register(on, OTHER_ACCOUNT, STACK_SETS)).rejects.toMatchObject({
      fields: { Reason: 'MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED' },
    });
  });
});
