import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../policy/policy.ts';
import { judgeWeakness, readWeaknessEvent, type SeenWeakness } from './weakness-event.ts';

const ARN = `arn:aws:inspector2:eu-central-1:602011160021:finding/${'a'.repeat(32)}`;
const EVENT = {
  source: 'aws.inspector2',
  'detail-type': 'Inspector2 Finding',
  region: 'eu-central-1',
  detail: { findingArn: ARN, awsAccountId: '602011160021', title: '$(reboot)' },
};

describe('an event of Amazon Inspector', () => {
  it('claims a finding, an account and a Region, and nothing else is taken from it', () => {
    expect(readWeaknessEvent(JSON.stringify(EVENT))).toEqual({
      findingArn: ARN,
      account: '602011160021',
      region: 'eu-central-1',
    });
  });

  it.each([
    ['no JSON', '<html>'],
    ['of GuardDuty', JSON.stringify({ ...EVENT, source: 'aws.guardduty' })],
    ['about coverage', JSON.stringify({ ...EVENT, 'detail-type': 'Inspector2 Coverage' })],
    ['with another ARN', JSON.stringify({ ...EVENT, detail: { ...EVENT.detail, findingArn: '../../x' } })],
  ])('is none where it is %s', (_what, body) => {
    expect(readWeaknessEvent(body)).toBeUndefined();
  });
});

const SEEN: SeenWeakness = {
  severity: 'CRITICAL',
  status: 'ACTIVE',
  exploitAvailable: 'YES',
  vulnerabilityId: 'CVE-2026-1<script>',
  resources: [{ type: 'AWS_EC2_INSTANCE', id: 'i-0123456789abcdef0' }],
};
const policy = (inspector?: object) =>
  parsePolicy({ schemaVersion: 2, rules: [], ...(inspector === undefined ? {} : { inspector }) });

describe('a weakness', () => {
  it('is observed where the policy says so, and no more', () => {
    const verdict = judgeWeakness(SEEN, policy({ observeFrom: 'CRITICAL' }));
    expect(verdict.decision).toBe('observe');
    expect(verdict.reason).toContain('a weakness alone contains nothing');
    expect(verdict.reason).not.toContain('<script>');
  });

  it.each([
    ['observes no findings of Inspector', SEEN, undefined],
    ['observes from CRITICAL on', { ...SEEN, severity: 'HIGH' }, { observeFrom: 'CRITICAL' }],
    ['observes from MEDIUM on', { ...SEEN, severity: 'UNTRIAGED' }, { observeFrom: 'MEDIUM' }],
    ['no exploit is known', { ...SEEN, exploitAvailable: 'NO' }, { observeFrom: 'CRITICAL' }],
    ["it is 'SUPPRESSED'", { ...SEEN, status: 'SUPPRESSED' }, { observeFrom: 'CRITICAL' }],
    [
      'of no EC2 instance',
      { ...SEEN, resources: [{ type: 'AWS_LAMBDA_FUNCTION', id: 'f' }] },
      { observeFrom: 'CRITICAL' },
    ],
  ])('is ignored: %s', (reason, seen, inspector) => {
    const verdict = judgeWeakness(seen, policy(inspector));
    expect(verdict.decision).toBe('ignore');
    expect(verdict.reason).toContain(reason);
  });

  it('of a lower severity, and without an exploit, is observed where the policy wants that too', () => {
    const seen = { ...SEEN, severity: 'MEDIUM', exploitAvailable: 'NO' };
    expect(judgeWeakness(seen, policy({ observeFrom: 'MEDIUM', exploitedOnly: false })).decision).toBe(
      'observe',
    );
  });
});
