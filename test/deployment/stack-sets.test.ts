import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMINISTRATOR, cdkRole, roleArn, stackSetsStage, type Keys } from './stack-sets-stage.ts';

const REFUSED = { name: expect.stringMatching(/^AccessDenied/) };

describe('the stack of StackSets, once guardrails stand', () => {
  let on: Awaited<ReturnType<typeof stackSetsStage>>;
  beforeAll(async () => {
    on = await stackSetsStage();
  }, 120_000);
  afterAll(() => on.organization.close());

  const withMfa = (): Promise<Keys> => {
    const { keys, mfa } = on.user('people');
    return on.assume(keys, ADMINISTRATOR, mfa);
  };

  it('is made by anybody before, and nothing but guardrails will refuse what follows', async () => {
    const attacker = on.administratorOfAccount();
    expect(await on.deploy(attacker, { atOnce: 25 })).toMatchObject({ status: 'CREATE_COMPLETE' });
    await on.assume(on.user('people').keys, ADMINISTRATOR);
    await on.assume(attacker, ADMINISTRATOR);
    await on.updateStackSet(attacker);
    await on.organization.run();
    on.guard();
  });

  it('is deployed again by its administrator, who came with MFA', async () => {
    const administrator = await withMfa();
    expect(await on.deploy(administrator, { atOnce: 50, change: ', again' })).toEqual({
      status: 'UPDATE_COMPLETE',
      reason: undefined,
    });
    expect(on.description()).toBe('Cordon: CordonMemberAccount, again');
    await expect(on.updateStackSet(administrator)).resolves.toMatchObject({
      OperationId: expect.any(String),
    });
    await on.organization.run();
  });

  it('has an administrator that nobody is without MFA, or from the account itself', async () => {
    const { keys } = on.user('people');
    await expect(on.assume(keys, ADMINISTRATOR)).rejects.toMatchObject(REFUSED);
    await expect(on.assume(await on.sessionToken(keys), ADMINISTRATOR)).rejects.toMatchObject(REFUSED);
    const within = on.user('security');
    await expect(on.assume(within.keys, ADMINISTRATOR, within.mfa)).rejects.toMatchObject(REFUSED);
    await expect(on.assume(on.administratorOfAccount(), ADMINISTRATOR)).rejects.toMatchObject(REFUSED);
  });

  it('is changed by no administrator of the account, in none of the ways', async () => {
    const attacker = on.administratorOfAccount();
    for (const kind of ['deploy', 'file-publishing', 'cfn-exec'])
      await expect(on.assume(attacker, cdkRole(kind))).rejects.toMatchObject(REFUSED);
    for (const act of [on.updateRemembered, on.updateStackSet, on.retrust])
      await expect(act(attacker)).rejects.toMatchObject(REFUSED);
  });

  it('is changed by its administrator through CDK alone, who cannot change who that is', async () => {
    // A code is good once, and the device shows the next after half a minute.
    const now = on.organization.timeline.now();
    on.organization.timeline.at(now + 60_000, () => undefined);
    await on.organization.run();
    const administrator = await withMfa();
    await expect(on.updateRemembered(administrator)).rejects.toMatchObject(REFUSED);
    await expect(on.retrust(administrator)).rejects.toMatchObject(REFUSED);
  });

  it('is deployed by break-glass as well', async () => {
    const breakGlass = on.role(roleArn('break-glass'));
    expect(await on.deploy(breakGlass, { atOnce: 75, change: ', by break-glass' })).toEqual({
      status: 'UPDATE_COMPLETE',
      reason: undefined,
    });
    expect(on.description()).toBe('Cordon: CordonMemberAccount, by break-glass');
  });
});
