#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { processOutput } from './output.ts';
import { run } from './run.ts';

// What is loaded on demand was compiled before; where nothing can be written, it is compiled again. Not in the shared temporary
// directory: whoever can write there could plant code.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compiled'));
// Handlers run as bundles: their stacks must name the sources.
process.setSourceMapsEnabled(true);
process.exitCode = await run(process.argv.slice(2), processOutput());
