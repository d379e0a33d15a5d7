import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { MemberAccountStack } from '../src/member-account-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  delivery: 'stack-set',
});
new MemberAccountStack(app, 'CordonMemberAccount', config);
app.synth();
