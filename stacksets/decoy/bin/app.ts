import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { DECOY } from '@cordon/incident/live-drill';
import { DecoyStack } from '../src/decoy-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  delivery: 'stack-set',
});
new DecoyStack(app, DECOY.stack);
app.synth();
