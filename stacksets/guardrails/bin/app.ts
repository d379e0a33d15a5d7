import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { GuardrailsStack } from '../src/guardrails-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  delivery: 'stack-set',
});
new GuardrailsStack(app, 'CordonGuardrails', config);
app.synth();
