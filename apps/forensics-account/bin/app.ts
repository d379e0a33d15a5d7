import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { ForensicsHomeStack } from '../src/forensics-home-stack.ts';
import { ForensicsRegionStack } from '../src/forensics-region-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  delivery: 'account',
});
new ForensicsHomeStack(app, 'CordonForensicsHome', config);
new ForensicsRegionStack(app, 'CordonForensicsRegion', config);
app.synth();
