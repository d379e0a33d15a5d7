import { describe, expect, it } from 'vitest';
import { config } from '../../../../cordon.config.ts';
import { EXIT } from '../exit-codes.ts';
import { runCordon } from '../testing/run-cordon.ts';
import { end } from './end.ts';
import { start } from './start.ts';
import { watch } from './watch.ts';
import type { LiveDrillRuntime } from './settings.ts';

const MEMBER = '602011160021';
const never = (): never => {
  throw new Error('AWS was asked');
};
/** Nobody answers, or the stack does as it stands. */
const runtimeWith = (stack?: object): LiveDrillRuntime => ({
  deployer: { whoAmI: never, deploy: never, remove: never },
  now: () => '2026-11-22T03:00:00.000Z',
  pause: never,
  clients: {
    cloudFormation: () =>
      ({
        send: () =>
          stack === undefined
            ? Promise.reject(new Error('Stack with id CordonDecoy does not exist'))
            : Promise.resolve({ Stacks: [stack] }),
      }) as never,
    dynamodb: never,
    guardDuty: never,
    organizations: never,
    states: never,
  },
});
const quiet = { out: () => {}, err: () => {} };
const given = (more: object = {}) => ({ account: MEMBER, region: 'eu-west-1', profile: {}, ...more });

describe('cordon live-drill', () => {
  it.each([
    [['start', '--account', MEMBER], "required option '--region <region>' not specified"],
    [['watch', '--account', MEMBER, '--region', 'eu-west-1', '--minutes', '0'], 'wanted minutes, 1 to 1440'],
    [
      ['end', '--account', MEMBER, '--region', 'eu-west-1', '--profile', 'forensics=x'],
      'one of member, security',
    ],
  ])('refuses %j before anything is done', async (words, because) => {
    const ran = await runCordon(['live-drill', ...words]);
    expect(ran).toMatchObject({ exit: EXIT.badInput, stdout: '' });
    expect(ran.stderr).toContain(because);
  });

  it.each(['start', 'watch', 'release', 'end'])('has help with examples for %s', async (name) => {
    const { exit, stdout } = await runCordon(['live-drill', name, '--help']);
    expect(exit).toBe(EXIT.ok);
    expect(stdout).toContain(`cordon live-drill ${name} --account`);
    expect(stdout).toContain('Exit codes:');
  });

  it('asks AWS nothing about an account that is never contained, or a Region that is not protected', async () => {
    await expect(
      start(given({ account: config.accounts.evidence }), quiet, runtimeWith()),
    ).rejects.toMatchObject({ code: 'never-contained' });
    await expect(start(given({ region: 'eu-north-1' }), quiet, runtimeWith())).rejects.toMatchObject({
      code: 'region-not-protected',
    });
    await expect(start(given({ account: '12' }), quiet, runtimeWith())).rejects.toMatchObject({
      code: 'bad-account',
    });
  });

  it('has nothing to watch where no decoy stands, or where it was not made', async () => {
    await expect(watch({ ...given(), minutes: 1 }, quiet, runtimeWith())).rejects.toThrow('no decoy stands');
    const failed = { StackStatus: 'ROLLBACK_COMPLETE', CreationTime: new Date(0) };
    await expect(watch({ ...given(), minutes: 1 }, quiet, runtimeWith(failed))).rejects.toThrow(
      "the decoy's stack is ROLLBACK_COMPLETE",
    );
  });

  it('has nothing to end where no decoy stands, and begins nothing without --yes', async () => {
    expect(await end(given({ yes: true }), quiet, runtimeWith())).toBe(EXIT.ok);
    let told = '';
    const failed = { StackStatus: 'ROLLBACK_COMPLETE', CreationTime: new Date(0) };
    const output = { out: (text: string) => void (told += text), err: () => {} };
    expect(await end(given(), output, runtimeWith(failed))).toBe(EXIT.ok);
    expect(told).toContain('would be removed: the stack CordonDecoy');
  });
});
