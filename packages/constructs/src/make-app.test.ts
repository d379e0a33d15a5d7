import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { afterAll, expect, it } from 'vitest';
import { makeApp } from './make-app.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-make-app-'));
afterAll(() => rmSync(work, { recursive: true }));

it.each(['account', 'stack-set'] as const)(
  'has each stack carry the product’s tag, and writes it into no template (%s)',
  (delivery) => {
    const app = makeApp({ outdir: join(work, delivery), delivery });
    new CfnTopic(new Stack(app, 'Tagged'), 'Topic');
    const stack = app.synth().getStackByName('Tagged');
    expect(stack.tags).toEqual({ project: 'cordon' });
    expect(JSON.stringify(stack.template)).not.toContain('project');
  },
);
