import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';
import { program } from './program.ts';
import { replayLine } from './replay-line.ts';
import { UsageError, usageDocument, usageLine } from './usage-error.ts';

/** Runs one command line; gives its exit code and never rejects. */
export const run = async (argv: readonly string[], output: Output): Promise<ExitCode> => {
  // `pnpm drill -- --json` hands the `--` on, and everything after it would be no option any more.
  const words = argv[1] === '--' ? argv.toSpliced(1, 1) : argv;
  let exit: ExitCode = EXIT.ok;
  try {
    await program({ output, end: (code) => (exit = code) }).parseAsync(words, { from: 'user' });
    return exit;
  } catch (error) {
    return refuse(error, words, output);
  }
};

const refuse = (error: unknown, words: readonly string[], output: Output): ExitCode => {
  const refusal = error instanceof CommanderError ? badArguments(error, words) : error;
  if (refusal === undefined) return EXIT.ok;
  if (refusal instanceof UsageError) {
    if (words.includes('--json')) output.out(usageDocument(refusal));
    output.err(usageLine(refusal));
    return EXIT.badInput;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  output.err(
    `a bug of ours, please report it with this text:\n${stack}\nto run it again:\n  ${replayLine(words)}\n`,
  );
  return EXIT.bug;
};

const COMMANDS: readonly string[] = [
  'drill',
  'evidence',
  'doctor',
  'policy',
  'replay',
  'local',
  'bench',
  'plan',
  'approve',
  'contain',
  'release',
  'halt',
  'reset-breaker',
  'requests',
  'deploy',
  'destroy',
  'live-drill',
];

/** Undefined when the "error" is that help or the version was asked for, and given. */
const badArguments = (
  { code, exitCode, message }: CommanderError,
  [command = '']: readonly string[],
): UsageError | undefined => {
  if (exitCode === 0) return undefined;
  const where = COMMANDS.includes(command) ? `cordon ${command}` : 'cordon';
  const what =
    code === 'commander.help'
      ? 'no command was given'
      : message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new UsageError('bad-arguments', what, `see \`${where} --help\``);
};
