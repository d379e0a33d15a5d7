import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { SecurityHomeStack } from '../src/security-home-stack.ts';
import { SecurityRegionStack } from '../src/security-region-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  delivery: 'account',
});
new SecurityHomeStack(app, 'CordonSecurityHome', { config, codeRoot: join(import.meta.dirname, '../dist') });
new SecurityRegionStack(app, 'CordonSecurityRegion', config);
app.synth();
