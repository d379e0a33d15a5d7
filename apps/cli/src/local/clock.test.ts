import { createOrganization, type Organization } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { clockOf } from './clock.ts';

const STARTS_AT = '2026-11-21T03:00:00.000Z';
const MANAGEMENT = '602011150001';

const organization = (): Promise<Organization> =>
  createOrganization({
    seed: '1',
    startAt: STARTS_AT,
    organizationId: 'o-clock',
    managementAccount: MANAGEMENT,
    accounts: [{ id: MANAGEMENT, name: 'management' }],
    regions: ['eu-west-1'],
    delegatedAdministrators: [],
    runtime: { inProcess: {} },
  });

const since = ({ timeline }: Organization): number => timeline.now() - Date.parse(STARTS_AT);

describe('clockOf', () => {
  it('follows the wall when real, though nothing is left to happen', async () => {
    const one = await organization();
    let wall = 5000;
    const clock = clockOf(one, 'real', () => wall);
    wall += 1234;
    await clock.tick();
    expect(since(one)).toBe(1234);
  });

  it('stays ahead of the wall after it was moved on', async () => {
    const one = await organization();
    let wall = 0;
    const clock = clockOf(one, 'real', () => wall);
    await clock.advance(60_000);
    wall += 10;
    await clock.tick();
    expect(since(one)).toBe(60_010);
  });

  it('stands still when manual, and moves as far as it is asked', async () => {
    const one = await organization();
    const clock = clockOf(one, 'manual', () => 77);
    await clock.tick();
    expect(since(one)).toBe(0);
    await clock.advance(500);
    expect(since(one)).toBe(500);
  });

  it('lets appointments between now and then happen at their own time', async () => {
    const one = await organization();
    const seen: number[] = [];
    one.timeline.at(one.timeline.now() + 300, () => seen.push(since(one)));
    await clockOf(one, 'manual', () => 0).advance(500);
    expect([seen, since(one)]).toEqual([[300], 500]);
  });

  it('makes two moves at once one after the other', async () => {
    const one = await organization();
    const clock = clockOf(one, 'manual', () => 0);
    await Promise.all([clock.advance(100), clock.advance(200), clock.tick()]);
    expect(since(one)).toBe(300);
  });

  it('answers a call that came while time stood still, and takes no longer than its answer', async () => {
    const one = await organization();
    const clock = clockOf(one, 'manual', () => 0);
    const { url } = await one.serve();
    let status: number | undefined;
    const sent = fetch(url, {
      method: 'POST',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }).then((response) => {
      status = response.status;
    });
    while (status === undefined) {
      await clock.tick();
      await new Promise((next) => {
        setImmediate(next);
      });
    }
    await sent;
    // Unsigned, so refused; but answered.
    expect(status).toBeGreaterThanOrEqual(400);
    expect(since(one)).toBe(100);
    await one.close();
  });
});
