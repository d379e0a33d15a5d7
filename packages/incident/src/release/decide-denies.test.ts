import { describe, expect, it } from 'vitest';
import { boundedDenyDocument, boundIn, secondAfter, sessionDenyDocument } from '../plan/session-deny.ts';
import { boundingOf } from './decide-denies.ts';
import type { DeniedRoleNow } from './release-facts.ts';

const OF = { partition: 'aws', instanceId: 'i-0123456789abcdef0' };
const CUT = '2026-11-21T03:00:00.000Z';
const at = (time: string): number => Date.parse(`2026-11-21T${time}Z`);
const role = (of: Partial<DeniedRoleNow>): DeniedRoleNow => ({
  roleArn: 'arn:aws:iam::602011160022:role/web',
  marks: [],
  othersMarked: 0,
  attached: false,
  inline: 'none',
  ...of,
});
const MARKED = { marks: ['cordon-contained-1'], attached: true };

describe('a deny that is bounded by issue time', () => {
  it('is the whole one with a moment, in each of its statements', () => {
    const whole = JSON.parse(sessionDenyDocument(OF));
    const bounded = JSON.parse(boundedDenyDocument(OF, '2026-11-21T04:00:01Z'));
    const DateLessThanIfExists = { 'aws:TokenIssueTime': '2026-11-21T04:00:01Z' };
    expect(bounded.Statement).toHaveLength(whole.Statement.length);
    expect(bounded.Statement).toEqual(
      whole.Statement.map((one: { Condition: object }) => ({
        ...one,
        Condition: { ...one.Condition, DateLessThanIfExists },
      })),
    );
  });

  it('is read back to the letter, and nothing else is taken for it', () => {
    const text = boundedDenyDocument(OF, '2026-11-21T04:00:01Z');
    expect(boundIn(text, OF)).toBe('2026-11-21T04:00:01Z');
    expect(boundIn(text, { ...OF, instanceId: 'i-0bbbbbbbbbbbbbbb2' })).toBeUndefined();
    expect(boundIn(text.replace('"Deny"', '"Allow"'), OF)).toBeUndefined();
    expect(boundIn(text.replaceAll('2026-11-21T04:00:01Z', 'soon'), OF)).toBeUndefined();
    expect(boundIn(text.replace('2026-11-21T04:00:01Z', '1970-01-01T00:00:00Z'), OF)).toBeUndefined();
    expect(boundIn(sessionDenyDocument(OF), OF)).toBeUndefined();
    expect(boundIn('{', OF)).toBeUndefined();
  });

  it('takes the first whole second after the moment, for IAM has whole seconds', () => {
    expect(secondAfter(at('04:00:00.000'))).toBe('2026-11-21T04:00:01Z');
    expect(secondAfter(at('04:00:00.999'))).toBe('2026-11-21T04:00:01Z');
  });
});

describe('on the way from the whole deny to the bounded one', () => {
  const fixed = (now: string, of: Partial<DeniedRoleNow>) =>
    boundingOf(role(of), { by: 'attach-fixed-policy', cutAt: CUT, now: at(now) });

  it('the bound is written first, and the whole one goes when it is known everywhere', () => {
    const bounded = { inline: 'bounded', issuedBefore: '2026-11-21T04:00:01Z' } as const;
    expect(fixed('04:00:00', MARKED)).toEqual({ next: 'write' });
    expect(fixed('04:05:00', { ...MARKED, ...bounded })).toEqual({ next: 'wait', until: at('04:05:01') });
    expect(fixed('04:05:01', { ...MARKED, ...bounded })).toEqual({ next: 'take-whole-away' });
    expect(fixed('04:05:01', bounded)).toEqual({ next: 'nothing' });
  });

  it('a bound from before the last cut is written anew: what was issued between is denied too', () => {
    const bounded = { inline: 'bounded', issuedBefore: '2026-11-21T02:00:00Z' } as const;
    expect(fixed('04:00:00', { ...MARKED, ...bounded })).toEqual({ next: 'write' });
  });

  it('an inline one is narrowed in its place', () => {
    const inline = (of: Partial<DeniedRoleNow>) =>
      boundingOf(role(of), { by: 'put-role-policy', cutAt: CUT, now: at('04:00:00') });
    expect(inline({ inline: 'ours' })).toEqual({ next: 'write' });
    expect(inline({ inline: 'bounded', issuedBefore: '2026-11-21T04:00:01Z' })).toEqual({ next: 'nothing' });
  });
});
