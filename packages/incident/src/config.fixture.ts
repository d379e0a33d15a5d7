import { defineConfig, type CordonConfig } from './config.ts';

/** What a deployment writes that chooses nothing special. */
export const PLAIN = {
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

/** Its configuration, and this in its policy. */
export const plainConfig = (policy: object = {}): CordonConfig =>
  defineConfig({ ...PLAIN, policy: { ...PLAIN.policy, ...policy } });
