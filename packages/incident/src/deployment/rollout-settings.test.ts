import { describe, expect, it } from 'vitest';
import { PLAIN as good } from '../config.fixture.ts';
import { defineConfig } from '../config.ts';

const administeredBy = (administrator: string) => defineConfig({ ...good, rollout: { administrator } });

describe('the role that StackSet power is left to', () => {
  it.each([
    'stack-set-administrator',
    'people/stack-set-administrator',
    'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_StackSets_0123456789abcdef',
  ])('may be %s', (name) => {
    expect(administeredBy(name).rollout?.administrator).toBe(name);
  });

  it.each([
    'people/*',
    '*',
    'people/stack-?',
    '/people/administrator',
    'people/',
    '',
    'a'.repeat(65),
    'cordon/cordon-contain',
    'break-glass',
    'cdk-hnb659fds-deploy-role-602011150002-eu-west-1',
    'stacksets-exec-0a1b2c3d',
    'aws-service-role/x.amazonaws.com/AWSServiceRoleForX',
    'aws-reserved/other/AWSReserved',
    'arn:aws:iam::602011150002:role/administrator',
    'people/a\n',
  ])('is no pattern, and no role of others: %s', (name) => {
    expect(() => administeredBy(name)).toThrow(/rollout\.administrator[^]*mend it/);
  });
});

describe('the account of StackSets', () => {
  it('is none that no SCP binds, and none that must not reach members', () => {
    const { management, evidence, forensics, security } = good.accounts;
    expect(() => defineConfig({ ...good, rollout: { account: management } })).toThrow(
      /management account, which no SCP binds/,
    );
    expect(() => defineConfig({ ...good, rollout: { account: evidence } })).toThrow(
      /is the evidence account/,
    );
    expect(() => defineConfig({ ...good, rollout: { account: forensics } })).toThrow(
      /is the forensics account/,
    );
    expect(defineConfig({ ...good, rollout: { account: security } }).rollout?.account).toBe(security);
    expect(defineConfig({ ...good, rollout: { account: '555555555555' } }).rollout?.account).toBe(
      '555555555555',
    );
  });
});
