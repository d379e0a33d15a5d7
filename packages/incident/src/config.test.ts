import { describe, expect, it } from 'vitest';
import { defineConfig } from './config.ts';

const good = {
  organizationId: 'o-cordondrill',
  accounts: {
    management: '602011150001',
    security: '602011150002',
    evidence: '602011150003',
    forensics: '602011150004',
  },
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1'],
  policy: { schemaVersion: 1 as const },
  evidence: { lockMode: 'governance' as const, lockDays: 90 },
  forensics: { instanceType: 'm6i.xlarge', imageParameter: '/aws/service/image' },
};

describe('defineConfig', () => {
  it('fills in the policy that ships: severity 7 responds, nothing is stopped', () => {
    expect(defineConfig(good).policy).toMatchObject({ respondAtSeverity: 7, stop: 'never' });
  });

  it.each([
    ['a wrong account id', { ...good, accounts: { ...good.accounts, evidence: '123' } }, /accounts.evidence/],
    [
      'a home Region that is not protected',
      { ...good, homeRegion: 'us-east-1' },
      /us-east-1 is not among regions/,
    ],
    ['a lock of no days', { ...good, evidence: { ...good.evidence, lockDays: 0 } }, /lockDays/],
    ['a setting that does not exist', { ...good, colour: 'red' }, /colour/],
  ])('refuses %s and names it', (_name, config, message) => {
    expect(() => defineConfig(config)).toThrow(message);
  });
});
