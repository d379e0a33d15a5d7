import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { memberTemplates } from '../src/member-templates.ts';
import { RolloutStack } from '../src/rollout-stack.ts';
import { terraformModule } from '../src/terraform-module.ts';

const outdir = process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out');
const templates = memberTemplates(join(import.meta.dirname, '../../member-account/cdk.out'));
// Three templates in one are more than CloudFormation takes as text: CDK's bootstrap bucket carries it.
const app = makeApp({ outdir, delivery: 'account' });
new RolloutStack(app, 'CordonRollout', { config, templates });
app.synth();
const folder = join(outdir, 'terraform');
mkdirSync(folder, { recursive: true });
for (const { name, text } of terraformModule({ config, templates })) writeFileSync(join(folder, name), text);
