// `pnpm conformance`: the same calls to the local organization and to an emulator that nobody here wrote. Never reaches AWS.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import { coverageOf } from './coverage.ts';
import { DIVERGENCES } from './divergences/index.ts';
import { judge } from './judge.ts';
import { localSide } from './local-side.ts';
import { motoSide } from './moto-side.ts';
import { jsonOf, passes, textOf, type Report } from './report.ts';
import { runSteps, type Answer } from './run-steps.ts';
import { MOTO_VERSION, startMoto, Unavailable } from './start-moto.ts';
import { STEPS } from './steps/index.ts';
import { RULES_NOT_WITNESSED, UNWITNESSED } from './unwitnessed.ts';

const USAGE = `Usage: pnpm conformance [--json] [--steps]

Starts moto (PyPI, pinned, in a virtual environment of its own, on loopback), makes the same calls of AWS's own clients to it and to
the local organization, and compares the answers. What differs must stand in test/conformance/divergences with who is right and why.

  --json     print the report as JSON, for machines
  --steps    name each step as it is made
  --help     print this

Exit codes: 0 nothing new differs; 1 something does, or an entry of the table is for nothing; 2 wrong usage;
69 Python or PyPI is not there, so nothing was witnessed.
`;

const EXIT = { ok: 0, differs: 1, usage: 2, unavailable: 69 } as const;

const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/conformance');

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

const readArguments = () => {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        steps: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
};

const answersOfMoto = async (each: (step: string) => void): Promise<readonly Answer[]> => {
  const moto = await startMoto({ folder: FOLDER, say: tell });
  try {
    tell(`${STEPS.length} steps at moto ${MOTO_VERSION}`);
    return await runSteps(await motoSide(moto.url), STEPS, each);
  } finally {
    await moto.end();
  }
};

const makeReport = async (each: (step: string) => void): Promise<Report> => {
  const theirs = new Map((await answersOfMoto(each)).map(({ step, plain }) => [step, plain]));
  const side = await localSide();
  try {
    tell(`${STEPS.length} steps at the local organization`);
    const ours = await runSteps(side, STEPS, each);
    const answers = new Map(ours.map(({ step, plain }) => [step, plain]));
    const found = STEPS.flatMap((step) =>
      compare(step, answers.get(step.name) ?? {}, theirs.get(step.name) ?? {}),
    );
    return {
      moto: MOTO_VERSION,
      steps: STEPS.length,
      judged: judge(found, DIVERGENCES),
      coverage: coverageOf(side.operations, side.called(), UNWITNESSED),
      rules: RULES_NOT_WITNESSED,
    };
  } finally {
    await side.close();
  }
};

const run = async (): Promise<number> => {
  const chosen = readArguments();
  if (chosen === undefined) return EXIT.usage;
  if (chosen.help) {
    process.stdout.write(USAGE);
    return EXIT.ok;
  }
  try {
    const report = await makeReport((step) => {
      if (chosen.steps) tell(`  ${step}`);
    });
    process.stdout.write(chosen.json ? `${JSON.stringify(jsonOf(report), undefined, 2)}\n` : textOf(report));
    return passes(report) ? EXIT.ok : EXIT.differs;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    tell(`NOTHING WAS WITNESSED: ${error.message}`);
    return EXIT.unavailable;
  }
};

process.exitCode = await run();
