import { join } from 'node:path';
import { config } from '../../../cordon.config.ts';
import { synthesizeMember } from '../src/synthesize-member.ts';

synthesizeMember(config, process.env['CDK_OUTDIR'] ?? join(import.meta.dirname, '../cdk.out'));
