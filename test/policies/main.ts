// `pnpm policies`: what the product's policies can do, what nothing needs, and what is proved of them. Never asks AWS.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writeGolden } from './golden.ts';
import { pageOf } from './page.ts';
import { makeReport } from './report.ts';
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

const run = async (): Promise<number> => {
  const chosen = readArguments();
  if (chosen === undefined) return 2;
  if (chosen.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const report = await makeReport((line) => process.stderr.write(`${line}\n`), { accept: chosen.accept });
  if (chosen.accept) writeGolden(report.possible);
  if (chosen.page !== undefined) writeFileSync(chosen.page, pageOf(report));
  process.stdout.write(chosen.json ? `${JSON.stringify(jsonOf(report), undefined, 2)}\n` : textOf(report));
  return report.objections.length === 0 ? 0 : 1;
};

process.exitCode = await run();
