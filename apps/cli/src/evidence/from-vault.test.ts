import { describe, expect, it } from 'vitest';
import { renewing } from './from-vault.ts';

const MINUTE = 60_000;

describe('credentials for as long as an export takes', () => {
  it('are asked for again after fifty minutes, and not before', async () => {
    let now = 0;
    let opened = 0;
    const credentials = await renewing(
      async () => {
        opened += 1;
        return { accessKeyId: `key ${opened}` };
      },
      () => now,
    );
    expect(await credentials()).toEqual({ accessKeyId: 'key 1', expiration: new Date(55 * MINUTE) });
    now = 50 * MINUTE - 1;
    expect(await credentials()).toMatchObject({ accessKeyId: 'key 1' });
    now += 1;
    expect(await credentials()).toEqual({ accessKeyId: 'key 2', expiration: new Date(105 * MINUTE) });
    now += MINUTE;
    expect(await credentials()).toMatchObject({ accessKeyId: 'key 2' });
    expect(opened).toBe(2);
  });

  it('fail as the desk does', async () => {
    await expect(
      renewing(
        () => Promise.reject(new Error('refused')),
        () => 0,
      ),
    ).rejects.toThrow('refused');
  });
});
