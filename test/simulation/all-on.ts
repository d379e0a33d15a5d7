import { defineConfig, type CordonConfig } from '@cordon/incident';
import { config as deployed } from '../../cordon.config.ts';

/** The drill's deployment with every part that a deployment may leave out, so that nothing of any template goes unseen. */
export const allOn: CordonConfig = defineConfig({
  ...deployed,
  coverage: {},
  heartbeat: {},
  xray: {},
  notifications: {
    email: ['duty@example.com'],
    chat: true,
    webhook: { url: 'https://hooks.example.com/cordon', secretParameter: '/cordon/webhook-secret' },
    securityHub: true,
  },
});
