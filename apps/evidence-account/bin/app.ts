import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { EvidenceHomeStack } from '../src/evidence-home-stack.ts';
import { EvidenceRegionStack } from '../src/evidence-region-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  delivery: 'account',
});
const codeRoot = join(import.meta.dirname, '../dist');
new EvidenceHomeStack(app, 'CordonEvidenceHome', { config, codeRoot });
new EvidenceRegionStack(app, 'CordonEvidenceRegion', { config, codeRoot });
app.synth();
