import { describe, expect, it } from 'vitest';
import { daysLookedAt, endsEarly, givenUp, isSettled, neverRecorded, type EndedSession } from './session.ts';

const MINUTE = 60_000;
const END = Date.parse('2026-11-22T12:00:00Z');
const session: EndedSession = {
  region: 'eu-west-1',
  sessionId: 'ada-0a1b2c3d4e5f60718',
  target: 'i-0123456789abcdef0',
  owner: 'arn:aws:sts::602011150004:assumed-role/staff/ada',
  document: 'cordon-session',
  startedAt: END - 60 * MINUTE,
  endedAt: END,
  failed: false,
};

describe('a session', () => {
  it('is settled some minutes after its end, and never while it goes on', () => {
    expect(isSettled(session, END + 2 * MINUTE)).toBe(true);
    expect(isSettled(session, END + 2 * MINUTE - 1)).toBe(false);
    const { endedAt: _end, ...active } = session;
    expect(isSettled(active, END + 600 * MINUTE)).toBe(false);
  });

  it('by another document, or that failed to start, has no recording whatever one waits for', () => {
    expect(neverRecorded(session)).toBeUndefined();
    expect(neverRecorded({ ...session, document: 'AWS-StartPortForwardingSession' })).toContain(
      'AWS-StartPortForwardingSession',
    );
    expect(neverRecorded({ ...session, document: '' })).toContain('preferences');
    expect(neverRecorded({ ...session, failed: true })).toContain('failed to start');
  });

  it('of which nothing is found is waited for an hour', () => {
    expect(givenUp(session, END + 60 * MINUTE - 1)).toBeUndefined();
    expect(givenUp(session, END + 60 * MINUTE)).toContain('nothing of it');
  });

  it('whose recording rests for longer than an idle session lasts was cut off', () => {
    expect(endsEarly(session, END - 26 * MINUTE)).toBe(false);
    expect(endsEarly(session, END - 26 * MINUTE - 1)).toBe(true);
  });

  it('is looked for on every day on which it can have begun', () => {
    const days = daysLookedAt(END);
    expect(days[0]).toBe('2026-11-22');
    expect(days.at(-1)).toBe('2026-11-14');
  });
});
