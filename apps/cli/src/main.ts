#!/usr/bin/env node
import { processOutput } from './output.ts';
import { run } from './run.ts';

// Handlers run as bundles: their stacks must name the sources.
//process.setSourceMapsEnabled(true);
process.exitCode = await run(process.argv.slice(2), processOutput());
