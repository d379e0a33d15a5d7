import { SESSION_DENY_TAG_KEYS } from '@cordon/incident';
import { iamState } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { openDesk, type Desk } from './desk.ts';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';
const NAME = 'web-publisher';

const open = (): Promise<Desk> => openDesk({ scenario: 'role-chain-shared-name' });

const roleOf = ({ organization, roleChain }: Desk) => {
  const [account = '', name = ''] = [roleChain?.roleArn.split(':')[4], roleChain?.roleArn.split('/').at(-1)];
  const role = organization.world.of(iamState, account, '').roles.get(name);
  if (role === undefined) throw new Error('the scenario has no role that was assumed');
  return role;
};

const told = ({ organization }: Desk, kind: string): string =>
  JSON.stringify(
    organization.journal.events.filter(({ event }) =>
      JSON.stringify(event['detail'] ?? '').includes(`"kind":"${kind}"`),
    ),
  );

describe('a chained session whose name a sibling uses too', () => {
  it('is left until a person has seen whom a deny would hit, and is denied within minutes of a yes', async () => {
    const desk = await open();
    const asked = await desk.asked();
    expect([...roleOf(desk).tags]).toEqual([]);
    const { waiting } = (await desk.as(ALICE, { action: 'requests' })) as {
      waiting: readonly { about: string; planHash: string }[];
    };
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.planHash).toBe(asked.planHash);
    expect(waiting[0]?.about).toContain(`session '${NAME}' of`);
    expect(waiting[0]?.about).toMatch(
      /others assume the role under the same name.*: 1 \('AROA\w+:i-\w+ of \d{12}'\)/,
    );
    // Names are for approvers alone.
    expect(told(desk, 'approval-asked')).not.toContain(NAME);

    expect(await desk.approve(ALICE, asked)).toMatchObject({ status: 'done' });
    const { timeline } = desk.organization;
    const until = timeline.now() + 180_000;
    timeline.at(until, () => {});
    await desk.organization.run(() => timeline.now() >= until);
    expect([...roleOf(desk).tags]).toEqual([[SESSION_DENY_TAG_KEYS[0], NAME]]);
    await desk.organization.run();
    expect(desk.kinds()).toContain('incident-sealed');
    expect(desk.questions()).toHaveLength(1);
    await desk.organization.close();
  });

  it('is decided once: another person hears who decided, and a wrong hash decides nothing', async () => {
    const desk = await open();
    const asked = await desk.asked();
    expect(await desk.approve(ALICE, { ...asked, planHash: 'f'.repeat(64) })).toMatchObject({
      status: 'refused',
    });
    expect(await desk.approve(ALICE, asked, { steps: ['x'] })).toMatchObject({ code: 'bad-request' });
    expect(await desk.approve(ALICE, asked, { decision: 'refuse' })).toMatchObject({ status: 'done' });
    expect(await desk.approve(ALICE, asked, { decision: 'refuse' })).toMatchObject({ status: 'done' });
    expect(await desk.approve(BOB, asked)).toMatchObject({
      code: 'already-decided',
      because: expect.stringContaining(ALICE),
    });
    expect(await desk.as(ALICE, { action: 'requests' })).toMatchObject({ waiting: [] });
    await desk.organization.run();
    expect([...roleOf(desk).tags]).toEqual([]);
    expect(told(desk, 'needs-a-person')).toMatch(/is NOT denied: .* alice@example.org said no to denying it/);
    await desk.organization.close();
  });

  it('is left when nobody answers in time, the report says so, and a yes that comes later is refused', async () => {
    const desk = await open();
    const asked = await desk.asked();
    await desk.organization.run();
    expect([...roleOf(desk).tags]).toEqual([]);
    expect(told(desk, 'needs-a-person')).toMatch(/is NOT denied: .*nobody answered by/);
    expect(await desk.approve(ALICE, asked)).toMatchObject({ code: 'expired' });
    expect(desk.questions()).toHaveLength(1);
    await desk.organization.close();
  });
});
