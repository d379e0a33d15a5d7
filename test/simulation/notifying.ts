import { defineConfig, type CordonConfig } from '@cordon/incident';
import { config as deployed } from '../../cordon.config.ts';

/** The drill's deployment, where people are told by every way. */
export const notifying: CordonConfig = defineConfig({
  ...deployed,
  notifications: {
    email: ['duty@example.com'],
    chat: true,
    webhook: { url: 'https://hooks.example.com/cordon', secretParameter: '/cordon/webhook-secret' },
    securityHub: true,
  },
});
