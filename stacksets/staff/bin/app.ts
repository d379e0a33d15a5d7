import { join } from 'node:path';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { StaffStack } from '../src/staff-stack.ts';
import { StaffUsersStack } from '../src/staff-users-stack.ts';

const app = makeApp({
  outdir: process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'),
  delivery: 'stack-set',
});
new StaffStack(app, 'CordonStaff', config);
new StaffUsersStack(app, 'CordonStaffUsers', config);
app.synth();
