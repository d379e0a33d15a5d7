import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { defineConfig, type CordonConfig } from '@cordon/incident';
import { SecurityHomeStack } from '../../apps/security-account/src/security-home-stack.ts';
import { config as deployed } from '../../cordon.config.ts';

/** Bundles of the built handlers: `pnpm build` makes them. */
const CODE_ROOT = join(import.meta.dirname, '../../apps/security-account/dist');

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

/** The template that differs from the built ones, synthesized from that configuration. */
export const notifyingTemplates = (config = notifying): Readonly<Record<string, unknown>> => {
  const outdir = mkdtempSync(join(tmpdir(), 'cordon-notifying-'));
  try {
    const app = makeApp({ outdir, delivery: 'account' });
    const stack = new SecurityHomeStack(app, 'CordonSecurityHome', { config, codeRoot: CODE_ROOT });
    return { CordonSecurityHome: app.synth().getStackByName(stack.stackName).template };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};
