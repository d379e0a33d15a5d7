import { describe, expect, it } from 'vitest';
import { decideLooks, type WaitingChange } from './decide-looks.ts';
import type { ChangeHint } from './hint.ts';

const NOW = 1_800_000_000_000;
const held = {
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  owners: ['602011160030'],
};
let ids = 0;
const change = (hint: Partial<ChangeHint> | undefined, sentAt = NOW): WaitingChange => ({
  messageId: `m-${(ids += 1)}`,
  sentAt,
  hint:
    hint === undefined
      ? undefined
      : {
          account: held.account,
          region: held.region,
          instanceIds: [],
          targetGroupArns: [],
          classic: [],
          ...hint,
        },
});
const looksAt = (changes: readonly WaitingChange[], lookedAt?: number) =>
  decideLooks(changes, [{ ...held, ...(lookedAt === undefined ? {} : { lookedAt }) }], NOW);

describe('a batch of changes', () => {
  it('leads to one look, however many they are, with all that they name', () => {
    const changes = [
      ...Array.from({ length: 500 }, () => change({})),
      change({ targetGroupArns: ['a'] }),
      change({ targetGroupArns: ['a', 'b'], classic: ['c'] }),
    ];
    const { now, later } = looksAt(changes);
    expect(now).toMatchObject([{ targetGroupArns: ['a', 'b'], classic: ['c'] }]);
    expect(later).toEqual([]);
  });

  it.each<[string, Partial<ChangeHint> | undefined, number]>([
    ['what cannot be read', undefined, 0],
    ['another account', { account: '602011160099' }, 0],
    ['another Region', { region: 'eu-west-1' }, 0],
    ['another instance', { instanceIds: ['i-0fedcba9876543210'] }, 0],
    ['the instance among others', { instanceIds: ['i-0fedcba9876543210', held.instanceId] }, 1],
    ['a group of the account', { instanceIds: [] }, 1],
    ['the owner of its network', { account: '602011160030' }, 1],
    [
      'the owner of its network, of another instance there',
      { account: '602011160030', instanceIds: ['i-0fedcba9876543210'] },
      1,
    ],
    ['the owner of its network in another Region', { account: '602011160030', region: 'eu-west-1' }, 0],
  ])('of %s leads to its looks', (_what, hint, count) => {
    expect(looksAt([change(hint)]).now).toHaveLength(count);
  });

  it('of a global service leads to a look in any Region', () => {
    const { region: _region, ...anywhere } = change({}).hint ?? held;
    const hint = { ...anywhere, instanceIds: [], targetGroupArns: [], classic: [] };
    expect(decideLooks([{ messageId: 'm', sentAt: NOW, hint }], [held], NOW).now).toHaveLength(1);
  });

  it('that a look since has covered leads to none, but for what the clocks may be apart', () => {
    expect(looksAt([change({}, NOW - 30_000)], NOW - 20_000)).toEqual({ now: [], later: [] });
    expect(looksAt([change({}, NOW - 21_000)], NOW - 20_000).now).toHaveLength(1);
  });

  it('a moment after a look waits, and of a flood one alone does', () => {
    const flood = [change({}, NOW - 3), change({}, NOW - 2), change({}, NOW - 1)];
    const { now, later } = looksAt(flood, NOW - 9_999);
    expect(now).toEqual([]);
    expect(later).toEqual([flood[2]?.messageId]);
    expect(looksAt(flood, NOW - 10_000).now).toHaveLength(1);
  });
});
