import type { DrillOptions, FinishedDrill, Progress } from '@cordon/drill';
import { config } from '../../../../cordon.config.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { readText } from '../read-text.ts';
import { UsageError } from '../usage-error.ts';
import { replayOf, type DrillArguments } from './drill-arguments.ts';
import { exitOf } from './drill-exit.ts';
import { setAsideLines } from './set-aside-lines.ts';
import { claimFolder, writeDrill, type Written } from './write-drill.ts';

/** Loaded when a drill is asked for: the organization and its SDK clients take their time. */
type DrillPackage = typeof import('@cordon/drill');

/** Runs a drill and prints its page or document. Throws UsageError where no world can be built. */
export const drill = async (given: DrillArguments, output: Output): Promise<ExitCode> => {
  const drills = await import('@cordon/drill');
  if (given.listScenarios) return listScenarios(drills, output);
  const options = await optionsOf(given);
  if (given.out !== undefined) await claimFolder(given.out);
  const finished = await attempt(drills, options, progressTo(drills, given, output));
  try {
    return await report({ drills, given, finished, output });
  } finally {
    await finished.close();
  }
};

const listScenarios = ({ scenarios }: DrillPackage, output: Output): ExitCode => {
  const all = scenarios();
  const width = Math.max(...all.map(({ name }) => name.length));
  for (const { name, about } of all) output.out(`${name.padEnd(width)}  ${about}\n`);
  return EXIT.ok;
};

const optionsOf = async (given: DrillArguments): Promise<DrillOptions> => {
  if (given.finding === '-' && given.organization === '-') {
    throw new UsageError(
      'one-standard-input',
      'both --finding and --organization are -',
      'give one of them as a file',
    );
  }
  return {
    config,
    scenario: given.scenario,
    seed: given.seed,
    through: given.through,
    forged: given.forged ?? false,
    listCalls: given.calls ?? false,
    ...(given.finding === undefined ? {} : { finding: await readText(given.finding) }),
    ...(given.organization === undefined ? {} : { members: await readText(given.organization) }),
  };
};

const progressTo = (
  { printable }: DrillPackage,
  { json }: DrillArguments,
  output: Output,
): ((line: Progress) => void) =>
  json
    ? () => undefined
    : ({ afterMs, what }) =>
        output.err(`  +${(afterMs / 1000).toFixed(1).padStart(9)} s  ${printable(what)}\n`);

/** What is wrong with the input is said as such; anything else that a drill throws is a bug, with the line that shows it again. */
const attempt = async (
  { BadInput, runDrill }: DrillPackage,
  options: DrillOptions,
  progress: (line: Progress) => void,
): Promise<FinishedDrill> => {
  try {
    return await runDrill(options, progress);
  } catch (error) {
    throw error instanceof BadInput ? new UsageError(error.code, error.message, error.hint) : error;
  }
};

interface Ended {
  readonly drills: DrillPackage;
  readonly given: DrillArguments;
  readonly finished: FinishedDrill;
  readonly output: Output;
}

const NOTHING_WRITTEN: Written = { verify: [], finish: () => Promise.resolve() };

const report = async ({ drills, given, finished, output }: Ended): Promise<ExitCode> => {
  const { result, record } = finished;
  const document = `${JSON.stringify(drills.drillResult.parse(result), null, 2)}\n`;
  const written =
    given.out === undefined
      ? NOTHING_WRITTEN
      : await writeDrill(given.out, { drills, record, result, document });
  const replay = replayOf(given);
  const page = drills.renderPage(result, { replay, verify: written.verify });
  await written.finish(page);
  output.out(given.json ? document : page);
  const notBuilt = drills.notBuilt(record);
  for (const what of notBuilt) output.err(`not built: ${drills.printable(what)}\n`);
  const exit = exitOf(result, notBuilt);
  if (exit === EXIT.broken && given.json)
    output.err(`an invariant is broken; to run it again:\n  ${replay}\n`);
  if (exit === EXIT.badInput)
    for (const line of setAsideLines(result, record.deliveries)) output.err(`${drills.printable(line)}\n`);
  return exit;
};
