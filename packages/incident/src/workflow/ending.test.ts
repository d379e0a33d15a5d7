import { describe, expect, it } from 'vitest';
import { beginEnding, enterPhase, judgeStop, STOP_DEADLINE_SECONDS } from './ending.ts';

const AT = '2026-11-21T03:00:00.000Z';
const asked = (waitedSeconds: number) => ({ waitedSeconds, forceAfterSeconds: 300 });

describe('judgeStop', () => {
  it.each([
    ['stopped', false, 0, 'stopped'],
    ['stopping', false, 299, 'wait'],
    ['running', false, 299, 'wait'],
    ['stopping', false, 300, 'force'],
    ['stopping', true, STOP_DEADLINE_SECONDS - 1, 'wait'],
    ['stopped', true, STOP_DEADLINE_SECONDS + 1, 'stopped'],
  ] as const)('%s, forced %s, after %d seconds: %s', (state, forced, waited, led) => {
    expect(judgeStop(state, { forced }, asked(waited))).toBe(led);
  });

  it.each([
    ['stopping', true, STOP_DEADLINE_SECONDS, /still stopping/],
    ['terminated', false, 0, /is terminated/],
    ['gone', true, 0, /is gone/],
  ] as const)('gives up: %s, forced %s, after %d seconds', (state, forced, waited, why) => {
    expect(judgeStop(state, { forced }, asked(waited))).toEqual({ failed: expect.stringMatching(why) });
  });
});

describe('enterPhase', () => {
  it('begins the waits of each phase anew and keeps what is known', () => {
    const ending = { ...beginEnding(AT), looks: 4, memoryOnDisk: true };
    expect(enterPhase(ending, 'stop', '2026-11-21T03:02:00.000Z')).toEqual({
      ...ending,
      phase: 'stop',
      since: '2026-11-21T03:02:00.000Z',
      looks: 0,
    });
  });
});
