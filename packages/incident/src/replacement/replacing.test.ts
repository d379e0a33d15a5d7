import { describe, expect, it } from 'vitest';
import { enterReplacing, replacingIsOver } from './replacing.ts';

const AT = '2026-11-21T03:00:00.000Z';
const after = (seconds: number): number => Date.parse(AT) + seconds * 1_000;

describe('how long a replacement may take', () => {
  it.each([
    ['contained', 900],
    ['launch', 300],
    ['running', 600],
  ] as const)('is bounded in phase %s by %d s', (phase, seconds) => {
    const state = enterReplacing(phase, AT, 'i-2');
    expect(replacingIsOver(state, after(seconds - 1))).toBe(false);
    expect(replacingIsOver(state, after(seconds))).toBe(true);
  });
});
