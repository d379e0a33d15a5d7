import { defineConfig, type CordonConfig } from '../config.ts';

/** A configuration with nothing special, and this in its policy. */
export const plainConfig = (policy: object = {}): CordonConfig =>
  defineConfig({
    organizationId: 'o-cordondrill',
    accounts: {
      management: '602011150001',
      security: '602011150002',
      evidence: '602011150003',
      forensics: '602011150004',
    },
    homeRegion: 'eu-west-1',
    regions: ['eu-west-1'],
    policy: { schemaVersion: 1, ...policy },
    evidence: { lockMode: 'governance', lockDays: 90 },
    forensics: { instanceType: 'm6i.xlarge', imageParameter: '/aws/service/image' },
  });
