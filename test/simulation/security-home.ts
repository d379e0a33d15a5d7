import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import type { CordonConfig } from '@cordon/incident';
import { SecurityHomeStack } from '../../apps/security-account/src/security-home-stack.ts';

/** Bundles of the built handlers: `pnpm build` makes them. */
const CODE_ROOT = join(import.meta.dirname, '../../apps/security-account/dist');

/** The template of the security account's home Region as a configuration makes it, by its stack's name: in place of the built one. */
export const securityHome = (config: CordonConfig): Readonly<Record<string, unknown>> => {
  const outdir = mkdtempSync(join(tmpdir(), 'cordon-security-home-'));
  try {
    const app = makeApp({ outdir, delivery: 'account' });
    const { stackName } = new SecurityHomeStack(app, 'CordonSecurityHome', { config, codeRoot: CODE_ROOT });
    return { [stackName]: app.synth().getStackByName(stackName).template };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};
