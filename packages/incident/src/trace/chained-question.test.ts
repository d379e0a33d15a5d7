import { describe, expect, it } from 'vitest';
import { incidentRef } from '../workflow/incident-ref.ts';
import { aboutQuestion, questionOf } from './chained-question.ts';
import { chainedSession } from './chained-sessions.ts';

const incident = incidentRef.parse({
  incidentId: 'inc-0123456789abcdef0123',
  account: '602011160021',
  region: 'eu-central-1',
  instanceId: 'i-0123456789abcdef0',
  findingId: 'f',
  findingType: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  arrivedAt: '2026-11-21T03:00:00.000Z',
  openedAt: '2026-11-21T03:00:00.000Z',
  revision: 0,
});
const session = chainedSession.parse({
  id: '0123456789ab',
  roleArn: 'arn:aws:iam::602011160022:role/site/publisher',
  account: '602011160022',
  roleId: 'AROAPUB',
  sessionName: 'web-publisher',
  assumedAt: '2026-11-21T02:30:00.000Z',
  expiresAt: '2026-11-21T03:30:00.000Z',
  tagKeys: [],
  accessKeyIds: ['ASIACHAINED000000001'],
  link: 1,
});
const at = { incident, askedAt: '2026-11-21T03:05:00.000Z', expiresAt: '2026-11-21T03:35:00.000Z' };
const ask = (others: readonly string[], later = {}) =>
  questionOf(session, { because: 'others assume the role under the same name', others }, { ...at, ...later });

describe('a question about a chained session whose name others use', () => {
  it('has a hash over whom the answer touches: another caller makes another question, another moment does not', () => {
    const one = ask(['AROAWEB:i-0bb of 602011160021']);
    expect(ask(['AROAWEB:i-0bb of 602011160021'], { askedAt: '2026-11-21T03:09:00.000Z' }).hash).toBe(
      one.hash,
    );
    expect(ask(['AROAWEB:i-0bb of 602011160021', 'AROAX:ci of 602011160021']).hash).not.toBe(one.hash);
  });

  it('says who else goes by the name, quoted, and how many where not all are shown', () => {
    const others = Array.from({ length: 25 }, (_, index) => `AROAWEB:job${index}\n<b>`);
    const question = ask(others);
    expect(question.others).toHaveLength(20);
    const words = aboutQuestion(question);
    expect(words).toContain("'web-publisher'");
    expect(words).toContain('hits them too: 25 (');
    expect(words).toContain("'AROAWEB:job0??b?'");
    expect(words).not.toContain('\n');
  });
});
