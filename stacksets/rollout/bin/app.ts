import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { memberTemplates } from '../src/member-templates.ts';
import { RolloutStack } from '../src/rollout-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  // Three templates in one are more than CloudFormation takes as text: CDK's bootstrap bucket carries it.
  delivery: 'account',
});
new RolloutStack(app, 'CordonRollout', {
  config,
  templates: memberTemplates(join(import.meta.dirname, '../../member-account/cdk.out')),
});
app.synth();
