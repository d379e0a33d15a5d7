import { describe, expect, it } from 'vitest';
import { phaseEvent, TELLS_PEOPLE } from '../workflow/phase-event.ts';
import { asChat } from './as-chat.ts';
import { asMail, mailSubject } from './as-mail.ts';
import { asWebhook } from './as-webhook.ts';
import { readNotice } from './notice.ts';

const HOSTILE = '<!channel> *pay* at https://evil.example\u202E [x](http://y.example)';
const about = {
  schemaVersion: 1,
  incidentId: 'inc-0123456789abcdef0123',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: '8ac7b1d2e3f4051627384950a1b2c3d4',
};
const event = (kind: string, more: object = {}): string =>
  JSON.stringify({ kind, ...about, reasons: [], ...more });
const ID = { id: '3f1f1b0e-0000-4000-8000-000000000001', partition: 'aws' };

/** Everything that a reader is shown of a message, by every way. */
const shown = (message: string): string => {
  const notice = readNotice(message);
  return [
    asMail(notice),
    mailSubject(notice),
    JSON.stringify(asChat(notice, ID)),
    asWebhook(notice, { id: ID.id, at: '2026-11-22T03:00:00.000Z' }),
  ].join('\n');
};

describe('a phase', () => {
  it('is told in words, with what to do, where it is and why', () => {
    const notice = readNotice(event('containment-open', { reasons: ['eni-1 is open'], subject: 'eni-1' }));
    expect(asMail(notice).split('\n')).toEqual([
      'The instance is NOT contained.',
      'Somebody must act now.',
      '',
      'account:     602011160021',
      'Region:      eu-central-1',
      'instance:    i-0123456789abcdef0',
      'about:       eni-1',
      'incident:    inc-0123456789abcdef0123',
      'finding:     8ac7b1d2e3f4051627384950a1b2c3d4',
      '',
      'Why:',
      '- eni-1 is open',
      '',
      'What to do:',
      '- See what is open, and close it by hand: the reasons say where.',
      '- Runbook: docs/runbooks/verify-containment-failed.md',
      '',
      'Text above that came from outside was changed so that it is no link.',
      '',
    ]);
    expect(mailSubject(notice)).toBe(
      'Cordon [act now] The instance is NOT contained: i-0123456789abcdef0 in 602011160021, eu-central-1',
    );
  });

  it('goes into the thread of its incident, as Amazon Q Developer renders it', () => {
    expect(asChat(readNotice(event('contained', { reasons: ['all was read back'] })), ID)).toEqual({
      version: '1.0',
      source: 'custom',
      id: ID.id,
      content: {
        textType: 'client-markdown',
        title: ':information_source: Cordon: The instance is contained',
        description: expect.stringContaining('- all was read back'),
        nextSteps: ['It was read back and holds. Lift it by cordon release when the case is over.'],
        keywords: ['contained'],
      },
      metadata: {
        threadId: about.incidentId,
        summary: 'The instance is contained',
        eventType: 'contained',
        relatedResources: ['arn:aws:ec2:eu-central-1:602011160021:instance/i-0123456789abcdef0'],
        additionalContext: { urgency: 'know' },
      },
    });
  });

  it.each([...TELLS_PEOPLE])('%s has a subject that SNS takes', (kind) => {
    const message = {
      ...about,
      kind,
      reasons: [],
      code: 'x',
      scope: 'account',
      accounts: ['602011160021'],
      id: 'x',
      planHash: 'x',
      subject: 'x',
      by: kind === 'operator-acted' ? ['x'] : 'x',
    };
    expect(phaseEvent.safeParse(message).success).toBe(true);
    expect(mailSubject(readNotice(JSON.stringify(message)))).toMatch(/^Cordon [ -~]{5,92}$/);
  });

  it('says how many reasons it leaves out, and stays short whatever there is', () => {
    const reasons = Array.from({ length: 500 }, (_, index) => `${index} ${'x'.repeat(2_000)}`);
    const notice = readNotice(event('needs-a-person', { reasons }));
    expect(notice.reasons).toHaveLength(13);
    expect(notice.reasons.at(-1)).toBe('and 488 more, which the event and the ledger have');
    expect(asMail(notice).length).toBeLessThan(8_000);
    expect(asChat(notice, ID).content.description.length).toBeLessThan(3_000);
  });
});

describe('hostile text', () => {
  const sources: readonly (readonly [string, string])[] = [
    ['reasons', event('needs-a-person', { reasons: [HOSTILE] })],
    ['subject', event('evidence-missing', { subject: HOSTILE })],
    ['ids', event('contained', { incidentId: HOSTILE, instanceId: HOSTILE, account: HOSTILE })],
    [
      'a caller',
      JSON.stringify({ kind: 'evidence-read-outside', incidentId: 'inc-1', caller: HOSTILE, from: HOSTILE }),
    ],
    ['an alarm', JSON.stringify({ AlarmName: HOSTILE, NewStateValue: 'ALARM', NewStateReason: HOSTILE })],
    ['no message of ours', HOSTILE],
  ];

  it.each(sources)('in %s is no mention, link, markup or hidden sign', (_where, message) => {
    const text = shown(message);
    expect(text).not.toMatch(/<!|https?:\/\/|evil\.example|\u202E|\[x\]|\*pay\*/);
  });

  it('in ids makes no place, so that no finding is touched for it', () => {
    expect(readNotice(event('contained', { findingId: HOSTILE })).place).toBeUndefined();
    expect(readNotice(event('contained')).place).toEqual({
      account: about.account,
      region: about.region,
      instanceId: about.instanceId,
      findingId: about.findingId,
    });
  });
});

describe('what is no phase', () => {
  it('is an alarm, with its runbook', () => {
    const notice = readNotice(
      JSON.stringify({
        AlarmName: 'cordon-recorder-throttled',
        AlarmDescription: 'The function was refused a start',
        NewStateValue: 'ALARM',
        NewStateReason: 'Threshold Crossed',
      }),
    );
    expect(notice).toMatchObject({ kind: 'alarm', urgency: 'act', runbook: 'recorder-failed' });
  });

  it('is a read of evidence past the desk', () => {
    const message = {
      kind: 'evidence-read-outside',
      incidentId: 'inc-1',
      caller: 'arn:x',
      from: '192.0.2.1',
    };
    expect(readNotice(JSON.stringify(message))).toMatchObject({
      thread: 'inc-1',
      runbook: 'evidence-read-outside',
    });
  });

  it.each(['', 'not json', '[]', 'null', '{"kind":"contained"}', '{"AlarmName":1}'])(
    'is told without its text where it cannot be read: %j',
    (message) => {
      expect(readNotice(message)).toMatchObject({ kind: 'unreadable', reasons: [] });
    },
  );
});
