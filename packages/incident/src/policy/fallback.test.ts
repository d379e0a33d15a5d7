import { describe, expect, it } from 'vitest';
import { PLAIN } from '../config.fixture.ts';
import { readConfig } from '../config.ts';
import { haltRow } from '../limits/halt.ts';
import { decidePolicy } from './decide-policy.ts';
import { readPolicy, standingPosture } from './fallback.ts';
import { decideManualStart } from './manual-start.ts';
import { parsePolicy } from './policy.ts';

const facts = { findingType: 'Trojan:EC2/DropPoint', severity: 8, account: '222233334444' };
const bad = { schemaVersion: 2, rules: 'none', neverContainAccounts: ['222233334444', 'x', 7] };

describe('a policy that cannot be read', () => {
  it.each([
    ['text', 'contain!'],
    ['nothing', undefined],
    ['a list', []],
    ['a wrong rule', bad],
  ])('asks in its place: %s', (_name, written) => {
    const { policy, unreadable } = readPolicy(written);
    expect(unreadable?.length).toBeGreaterThan(0);
    expect(decidePolicy(policy, facts).settings).toMatchObject({
      mode: 'ask',
      stop: 'never',
      subnetAcl: 'never',
    });
    expect(decidePolicy(policy, { ...facts, severity: 6 }).settings.mode).toBe('observe');
  });

  it('keeps the accounts that are never contained, as far as they can be read', () => {
    expect(readPolicy(bad).policy.neverContainAccounts).toEqual(['222233334444']);
  });

  it('leaves the rest of the configuration as it is; what else is wrong still throws', () => {
    const written = { ...PLAIN, policy: bad };
    const { config, policyProblem } = readConfig(written);
    expect(config.homeRegion).toBe('eu-west-1');
    expect(policyProblem).toContain('rules');
    expect(() => readConfig({ ...written, homeRegion: 'mars' })).toThrow('homeRegion');
    expect(readConfig({ ...written, policy: { schemaVersion: 1 } }).policyProblem).toBeUndefined();
  });
});

describe('an incident that does not say what it is allowed', () => {
  it('has what the rules say, and asks where they would only observe', () => {
    const contains = parsePolicy({ schemaVersion: 1, stop: 'after-freeze' });
    expect(standingPosture(contains, facts)).toMatchObject({ containment: 'contain', stop: 'automatic' });
    expect(standingPosture(contains, { ...facts, severity: 2 })).toMatchObject({
      containment: 'ask',
      stop: 'never',
    });
  });
});

describe('a start by hand', () => {
  const observes = parsePolicy({ schemaVersion: 2, rules: [] });
  const halt = haltRow.parse({
    halt: 'on',
    by: [{ arn: 'arn:aws:sts::602011150002:assumed-role/staff/ada', name: 'ada' }],
    at: '2026-03-04T09:00:00Z',
    reason: 'a release',
  });

  it('contains whatever the rules say, for a person has judged', () => {
    expect(decideManualStart(observes, facts, undefined)).toMatchObject({
      status: 'start',
      posture: { containment: 'contain', stop: 'never' },
    });
    expect(decideManualStart(observes, facts, { ...halt, halt: 'off' })).toMatchObject({
      posture: { containment: 'contain' },
    });
  });

  it('asks while everything is halted', () => {
    expect(decideManualStart(observes, facts, halt)).toMatchObject({ posture: { containment: 'tripped' } });
  });

  it('is refused in an account that is never contained', () => {
    const never = parsePolicy({ schemaVersion: 2, rules: [], neverContainAccounts: [facts.account] });
    expect(decideManualStart(never, facts, undefined)).toMatchObject({ status: 'refused' });
  });
});
