import { describe, expect, it } from 'vitest';
import { decideNote, isFinding } from './as-note.ts';
import { readNotice } from './notice.ts';

const PLACE = {
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: '8ac7b1d2e3f4051627384950a1b2c3d4',
};
const notice = (kind: string, reasons: readonly string[] = []) =>
  readNotice(JSON.stringify({ kind, schemaVersion: 1, incidentId: 'inc-1', ...PLACE, reasons }));
const T1 = '2026-11-22T03:00:00.000Z';
const T2 = '2026-11-22T03:05:00.000Z';
const ours = (at: string) => ({ text: `[${at}] Cordon, incident inc-1: x`, by: 'cordon-notifier' });

describe('a note', () => {
  it('says what is so, and that somebody works on a new finding', () => {
    expect(decideNote(notice('contained'), { workflow: 'NEW' }, T1)).toEqual({
      kind: 'update',
      note: {
        Text: `[${T1}] Cordon, incident inc-1: The instance is contained`,
        UpdatedBy: 'cordon-notifier',
      },
      workflow: 'NOTIFIED',
    });
  });

  it('resolves a finding when its containment was lifted, and only then', () => {
    expect(decideNote(notice('released'), { workflow: 'NOTIFIED' }, T1)).toMatchObject({
      workflow: 'RESOLVED',
    });
    expect(decideNote(notice('incident-sealed'), { workflow: 'NOTIFIED' }, T1)).not.toHaveProperty(
      'workflow',
    );
  });

  it.each(['SUPPRESSED', 'RESOLVED'])('leaves a finding %s that people settled so', (workflow) => {
    for (const kind of ['contained', 'released'])
      expect(decideNote(notice(kind), { workflow }, T1)).not.toHaveProperty('workflow');
  });

  it.each([
    [T2, T1],
    [T1, T1],
  ])('written at %s is not taken back by a message of %s', (before, at) => {
    expect(decideNote(notice('incident-opened'), { note: ours(before), workflow: 'RESOLVED' }, at).kind).toBe(
      'leave',
    );
  });

  it('takes the place of an older one of ours, never of a person', () => {
    expect(decideNote(notice('contained'), { note: ours(T1), workflow: 'NOTIFIED' }, T2)).toMatchObject({
      note: { UpdatedBy: 'cordon-notifier' },
    });
    const note = { text: 'I look at it', by: 'alice' };
    expect(decideNote(notice('contained'), { note, workflow: 'NEW' }, T2)).toEqual({
      kind: 'update',
      workflow: 'NOTIFIED',
    });
    expect(decideNote(notice('contained'), { note, workflow: 'NOTIFIED' }, T2).kind).toBe('leave');
  });

  it('is never longer than Security Hub takes', () => {
    const decided = decideNote(notice('needs-a-person', ['x'.repeat(900), 'y'.repeat(900)]), {}, T1);
    expect(decided.kind === 'update' && decided.note?.Text).toHaveLength(512);
  });
});

it('the finding is that of the account, the Region and the id', () => {
  const id = (account: string, end: string): string =>
    `arn:aws:guardduty:eu-central-1:${account}:detector/0123/finding/${end}`;
  expect(isFinding(id(PLACE.account, PLACE.findingId), PLACE)).toBe(true);
  expect(isFinding(id('602011160022', PLACE.findingId), PLACE)).toBe(false);
  expect(isFinding(id(PLACE.account, `${PLACE.findingId}0`), PLACE)).toBe(false);
});
