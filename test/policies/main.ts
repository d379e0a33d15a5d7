// `pnpm policies`: what the product's policies can do, what nothing needs, and what is proved of them. Never asks AWS.
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BrokenScenario } from '@cordon/drill';
import { writeGolden } from './golden.ts';
import { pageOf } from './page.ts';
import { makeReport, type Report } from './report.ts';
import { jsonOf, textOf } from './text.ts';

const USAGE = `Usage: pnpm policies [--json] [--page FILE] [--accept]

Runs the scenarios and the cases against the synthesized policies, takes every part out of every policy in turn,
proves the invariants about power with guardrails and without, and lists what each role may do at most.

  --json        print the report as JSON, for machines
  --page FILE   also write it as one HTML file
  --accept      make what each role may do now the reviewed list (test/policies/possible-actions.json)
  --help        print this

Exit codes: 0 no objections; 1 objections, each with what to do; 2 wrong usage.

Examples:
  pnpm policies
  pnpm policies --page policies.html
  pnpm policies --json | jq '.objections'
`;

const readArguments = () => {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        page: { type: 'string' },
        accept: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
};

/** Why a page cannot be written there, asked before the work is done; undefined when it can. */
const whyUnwritable = (file: string): string | undefined => {
  try {
    closeSync(openSync(file, 'a'));
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `the page cannot be written: ${reason}; give the path of a file in a folder where you may write`;
  }
};

/** A response that no longer works is an objection itself: without it, all that it needs would look unneeded. */
const reportOrBroken = async (accept: boolean): Promise<Report | BrokenScenario> => {
  try {
    return await makeReport((line) => process.stderr.write(`${line}\n`), { accept });
  } catch (error) {
    if (error instanceof BrokenScenario) return error;
    throw error;
  }
};

const run = async (): Promise<number> => {
  const chosen = readArguments();
  if (chosen === undefined) return 2;
  if (chosen.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const unwritable = chosen.page === undefined ? undefined : whyUnwritable(chosen.page);
  if (unwritable !== undefined) {
    process.stderr.write(`${unwritable}\n`);
    return 2;
  }
  const report = await reportOrBroken(chosen.accept);
  if (report instanceof BrokenScenario) {
    const objections = [report.message, ...report.denied];
    process.stdout.write(
      chosen.json
        ? `${JSON.stringify({ schemaVersion: 1, clean: false, objections }, undefined, 2)}\n`
        : `A SCENARIO BROKE, so nothing more was asked\n${objections.map((line) => `  ${line}\n`).join('')}`,
    );
    return 1;
  }
  if (chosen.accept) writeGolden(report.possible);
  if (chosen.page !== undefined) writeFileSync(chosen.page, pageOf(report));
  process.stdout.write(chosen.json ? `${JSON.stringify(jsonOf(report), undefined, 2)}\n` : textOf(report));
  return report.objections.length === 0 ? 0 : 1;
};

process.exitCode = await run();
