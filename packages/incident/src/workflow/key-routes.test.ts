import { describe, expect, it } from 'vitest';
import { afterFailedCopy, enterDisk, type DiskState } from './disk.ts';
import {
  afterKeyLook,
  afterProbe,
  KEY_WAIT_SECONDS,
  unusableKeyWarning,
  type KeyLook,
} from './key-routes.ts';

const NOW = '2026-11-21T03:00:00.000Z';
const later = (seconds: number): string => new Date(Date.parse(NOW) + seconds * 1000).toISOString();
const disk = enterDisk(
  {
    volumeId: 'vol-1',
    sizeGiB: 8,
    encrypted: true,
    kmsKeyArn: 'arn:aws:kms:eu-west-1:602011160021:key/k',
  },
  'snap-1',
  NOW,
);
const at = { now: NOW, paths: [] };
const enabled: KeyLook = { told: true, manager: 'CUSTOMER', state: 'Enabled' };
const disabled: KeyLook = { told: true, manager: 'CUSTOMER', state: 'Disabled' };
const refused: KeyLook = { told: false, code: 'AccessDeniedException' };
const all = { now: NOW, paths: ['member-key', 'grant'] } as const;

/** Every route that is taken when each fails late, in order, and the disk as it ends. */
const allTheWay = (look: KeyLook, paths: readonly ('member-key' | 'grant')[], admits: boolean) => {
  const routes: string[] = [];
  let one: DiskState = afterKeyLook(disk, look, { now: NOW, paths });
  if (one.phase === 'probe-key')
    one = afterProbe(one, admits ? 'admits-custodian' : 'refuses-custodian', paths);
  while (one.phase === 'hand-over') {
    routes.push(one.route);
    one = afterKeyLook(afterFailedCopy(one, `${one.route} failed`), look, { now: NOW, paths });
  }
  return { routes, one };
};

describe('the way of an encrypted disk', () => {
  it('asks the custodian of a customer key, and spares it the question of an AWS managed one', () => {
    expect(afterKeyLook(disk, enabled, at)).toMatchObject({
      phase: 'probe-key',
      key: { manager: 'CUSTOMER' },
    });
    expect(afterKeyLook(disk, { ...enabled, manager: 'AWS' }, at)).toMatchObject({
      phase: 'hand-over',
      route: 'transit',
    });
    expect(afterProbe(disk, 'admits-custodian', [])).toMatchObject({ phase: 'hand-over', route: 'direct' });
    expect(afterProbe(disk, 'refuses-custodian', [])).toMatchObject({ phase: 'hand-over', route: 'transit' });
  });

  it.each([
    ['a customer key that admits', enabled, true, ['direct', 'transit', 'member-key', 'grant']],
    ['a customer key that does not', enabled, false, ['transit', 'member-key', 'grant']],
    ['aws/ebs', { ...enabled, manager: 'AWS' } as const, false, ['transit', 'member-key']],
    ['a key that does not describe itself to us', refused, false, ['transit', 'member-key']],
  ])(
    'tries each way once in their order under %s, then ends with every reason',
    (_name, look, admits, routes) => {
      const ended = allTheWay(look, ['grant', 'member-key'], admits);
      expect(ended.routes).toEqual(routes);
      expect(ended.one.phase).toBe('failed');
      for (const route of routes) expect(ended.one.because).toContain(`${route} failed`);
    },
  );

  it('takes no way that the deployment did not opt in to', () => {
    expect(allTheWay(enabled, [], true).routes).toEqual(['direct', 'transit']);
    expect(allTheWay(enabled, ['grant'], false).routes).toEqual(['transit', 'grant']);
  });

  it('asks the custodian of a key that does not describe itself to the acquire duty', () => {
    expect(afterKeyLook(disk, refused, all).phase).toBe('probe-key');
  });

  it('gives a key that is gone up at once: nobody can read under it', () => {
    expect(afterKeyLook(disk, { told: false, code: 'NotFoundException' }, all)).toMatchObject({
      phase: 'failed',
      because: expect.stringContaining('does not exist any more'),
    });
  });
});

describe('a key that nobody can use', () => {
  it('is waited for, but not for ever, and the reason is its state', () => {
    const waiting = afterKeyLook(disk, disabled, all);
    expect(waiting).toMatchObject({ phase: 'look-at-key', urgent: true, key: { unusableSince: NOW } });
    expect(waiting.recheckAfterSeconds).toBeGreaterThan(0);
    const still = afterKeyLook(waiting, disabled, { ...all, now: later(KEY_WAIT_SECONDS - 1) });
    expect(still).toMatchObject({ phase: 'look-at-key', key: { unusableSince: NOW } });
    const over = afterKeyLook(still, disabled, { ...all, now: later(KEY_WAIT_SECONDS) });
    expect(over).toMatchObject({ phase: 'failed', because: expect.stringContaining('is disabled') });
  });

  it('puts the disk before all others once it can be used again', () => {
    const waiting = afterKeyLook(disk, disabled, all);
    expect(afterKeyLook(waiting, enabled, all)).toMatchObject({ phase: 'probe-key', urgent: true });
  });

  it('tells people what to do in time, and what not to do meanwhile', () => {
    const deletionAt = '2026-11-28T03:00:00.000Z';
    const pending = afterKeyLook(disk, { ...disabled, state: 'PendingDeletion', deletionAt }, all);
    expect(unusableKeyWarning(pending)).toMatch(
      /k is pending deletion on 2026-11-28.*cancel its deletion, within 60 minutes.*neither stop the host nor detach/,
    );
  });

  it('is found even when it became so while a copy ran', () => {
    const copying = afterProbe(afterKeyLook(disk, enabled, all), 'refuses-custodian', []);
    const failed = afterFailedCopy(copying, 'Given key ID is not accessible');
    expect(afterKeyLook(failed, disabled, all)).toMatchObject({ phase: 'look-at-key', urgent: true });
  });
});
