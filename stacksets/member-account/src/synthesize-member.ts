import { writeFileSync } from 'node:fs';
import { makeApp } from '@cordon/constructs';
import type { CordonConfig } from '@cordon/incident';
import { MemberAccountStack } from './member-account-stack.ts';
import { MemoryCaptureStack } from './memory-capture-stack.ts';
import { shorten } from './shorten.ts';
import { SourceReadingStack } from './source-reading-stack.ts';

/** Name of the stack, and of its template's file. */
const STACK_NAME = 'CordonMemberAccount';

/** Name of the stack of a deployment that captures memory. */
const MEMORY_STACK_NAME = 'CordonMemoryCapture';

/** Name of the stack of a deployment that reads sources in members. */
const SOURCE_READING_STACK_NAME = 'CordonSourceReading';

/**
 * Synthesizes the member template of a configuration into `outdir`, an absolute path whose content is replaced; gives the
 * template, and writes beside it those of memory capture and of reading sources, where the deployment wants them. All are written without
 * white space, and shortened: with it, CloudFormation would not take them as text (51,200 bytes).
 */
export const synthesizeMember = (config: CordonConfig, outdir: string): unknown => {
  const app = makeApp({ outdir, delivery: 'stack-set' });
  new MemberAccountStack(app, STACK_NAME, config);
  if (config.evidence.memory !== undefined) new MemoryCaptureStack(app, MEMORY_STACK_NAME, config);
  if (config.evidence.blockHashes?.fromMember === true)
    new SourceReadingStack(app, SOURCE_READING_STACK_NAME, config);
  const assembly = app.synth();
  for (const { template, templateFullPath } of assembly.stacks)
    writeFileSync(templateFullPath, JSON.stringify(shorten(template)));
  return shorten(assembly.getStackByName(STACK_NAME).template);
};
