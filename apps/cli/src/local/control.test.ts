import { describe, expect, it } from 'vitest';
import { controlAnswer, serveControl, type Controlled } from './control.ts';

const world = (): { readonly controlled: Controlled; readonly delivered: () => number } => {
  let now = Date.parse('2026-11-21T03:00:00.000Z');
  let delivered = 0;
  const advance = (ms: number): Promise<void> => {
    now += ms;
    return Promise.resolve();
  };
  return {
    controlled: { now: () => now, advance, deliver: () => (delivered += 1) },
    delivered: () => delivered,
  };
};

describe('the control of a served organization', () => {
  it('tells the time and moves it on', async () => {
    const { controlled } = world();
    expect(await controlAnswer(controlled, 'GET', '/clock')).toEqual({
      status: 200,
      document: { now: '2026-11-21T03:00:00.000Z' },
    });
    expect(await controlAnswer(controlled, 'POST', '/clock?advance=90.5')).toEqual({
      status: 200,
      document: { now: '2026-11-21T03:01:30.500Z' },
    });
  });

  it.each([
    '/clock',
    '/clock?advance=',
    '/clock?advance=-1',
    '/clock?advance=soon',
    '/clock?advance=99999999999',
  ])('refuses %s and leaves the time alone', async (target) => {
    const { controlled } = world();
    const before = controlled.now();
    expect(await controlAnswer(controlled, 'POST', target)).toMatchObject({
      status: 400,
      document: { error: expect.stringContaining('wanted seconds') },
    });
    expect(controlled.now()).toBe(before);
  });

  it('lists what there is when asked for anything else', async () => {
    expect(await controlAnswer(world().controlled, 'GET', '/deliver')).toMatchObject({
      status: 404,
      document: { error: expect.stringContaining('POST /deliver') },
    });
  });

  it('delivers over loopback', async () => {
    const { controlled, delivered } = world();
    const control = await serveControl(0, controlled, (error) => {
      throw error;
    });
    const response = await fetch(`${control.url}/deliver`, { method: 'POST' });
    expect([response.status, await response.json(), delivered()]).toEqual([200, { delivered: 1 }, 1]);
    await control.close();
  });
});
