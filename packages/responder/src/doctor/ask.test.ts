import { describe, expect, it } from 'vitest';
import { allPages, ask, askOr, reading } from './ask.ts';
import { limiter } from './stage.ts';

const refused = (name: string): Error => Object.assign(new Error('no'), { name, $metadata: {} });

describe('what is read', () => {
  it('is the answer, or the action with the code that AWS gave', async () => {
    expect(await reading(() => ask('iam:GetRole', async () => 7))).toEqual({ status: 'read', value: 7 });
    const denied = () => ask('iam:GetRole', () => Promise.reject(refused('AccessDenied')));
    expect(await reading(denied)).toEqual({
      status: 'failed',
      action: 'iam:GetRole',
      code: 'AccessDenied',
      message: 'no',
    });
  });

  it('lets a bug of ours through', async () => {
    const bug = () => ask('iam:GetRole', () => Promise.reject(new TypeError('undefined is not a function')));
    await expect(reading(bug)).rejects.toThrow(TypeError);
    await expect(reading(() => Promise.reject(new Error('ours')))).rejects.toThrow('ours');
  });

  it('takes codes that say something for an answer, and no others', async () => {
    const as = { codes: /^NoSuchEntity$/, instead: undefined };
    const failing = (name: string) => askOr('iam:GetRole', () => Promise.reject(refused(name)), as);
    expect(await failing('NoSuchEntity')).toBeUndefined();
    await expect(failing('Throttling')).rejects.toThrow('no');
  });

  it('goes through all pages, and past an empty token', async () => {
    const pages: Readonly<Record<string, { items: readonly number[]; next: string | undefined }>> = {
      first: { items: [1, 2], next: 'second' },
      second: { items: [], next: 'third' },
      third: { items: [3], next: '' },
    };
    const found = await allPages(
      'a:List',
      async (token = 'first') => pages[token] ?? { items: [], next: '' },
    );
    expect(found).toEqual([1, 2, 3]);
  });
});

it('no more than so many works run at a time, and a failed one makes room', async () => {
  const whenRoom = limiter(2);
  const most = { running: 0, seen: 0 };
  const work = async (fails: boolean): Promise<string> => {
    most.running += 1;
    most.seen = Math.max(most.seen, most.running);
    await Promise.resolve();
    most.running -= 1;
    if (fails) throw new Error('failed');
    return 'done';
  };
  const ended = await Promise.allSettled(
    [true, false, true, false, false].map((fails) => whenRoom(() => work(fails))),
  );
  expect(ended.map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(most.seen).toBe(2);
});
