import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { benchCommand } from './bench/bench-command.ts';
import { costCommand } from './cost/cost-command.ts';
import { coverageCommand } from './coverage/coverage-command.ts';
import { deployCommands } from './deploy/deploy-command.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { drillCommand } from './drill/drill-command.ts';
import { evidenceCommand } from './evidence/evidence-command.ts';
import type { Context } from './context.ts';
import { liveDrillCommand } from './live-drill/live-drill-command.ts';
import { localCommand } from './local/local-command.ts';
import { policyCommand } from './policy/policy-command.ts';
import { reportCommand } from './report/report-command.ts';
import { replayCommand } from './replay/replay-command.ts';
import { operatorCommands } from './operator/operator-commands.ts';

const version = (): string => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('apps/cli/package.json has no version');
};

/** The whole command line. Parsing throws CommanderError; commands throw UsageError for what they cannot use. */
export const program = (context: Context): Command => {
  const { output } = context;
  const cordon = new Command('cordon')
    .description(
      'Contains compromised EC2 instances and carries sealed evidence out. Never run against real AWS.',
    )
    .version(version(), '--version', 'print the version')
    .exitOverride()
    // `doctor` has options of its own beside those of `doctor policies`, some by the same names: what stands behind a command is its own.
    .enablePositionalOptions()
    // Errors are written once, by `run`: as a line, and as a document where --json was asked for.
    .configureOutput({ writeOut: output.out, writeErr: () => undefined, outputError: () => undefined });
  for (const command of [
    drillCommand(context),
    evidenceCommand(context),
    reportCommand(context),
    costCommand(context),
    doctorCommand(context),
    coverageCommand(context),
    policyCommand(context),
    replayCommand(context),
    localCommand(context),
    benchCommand(context),
    ...operatorCommands(context),
    ...deployCommands(context),
    liveDrillCommand(context),
  ]) {
    cordon.addCommand(inheriting(command, cordon));
  }
  return cordon.addHelpText(
    'after',
    [
      '',
      'Examples:',
      '  cordon drill                                 one incident, end to end, on this machine',
      '  cordon evidence verify DIR --key-fingerprint F',
      '  cordon report DIR --out report.html          the page of a sealed incident, made again offline',
      '  cordon doctor                                what in your organization would stop the response?',
      '  cordon cost DIR                              what a sealed incident costs, by kind',
      '  cordon doctor policies --scp FILE            would your own policies deny the response?',
      '  cordon coverage --not-protected              where would a response fail, and why?',
      '  cordon policy explain --type T --severity 8 --account ID',
      '  cordon replay --days 90                      what would the policy have done?',
      "  cordon requests                              what waits for a person's decision",
      '  cordon approve INCIDENT --hash H --reason TEXT',
      '  cordon deploy                                what would be deployed where, in which order, at what cost',
      '  cordon live-drill start --account ID --region R    what a decoy in a real account does, and what it costs',
      '  cordon local --deliver',
      '  cordon bench',
    ].join('\n'),
  );
};

/** `addCommand` copies no settings, and an error in a subcommand must not end the process. */
const inheriting = (command: Command, parent: Command): Command => {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheriting(child, command);
  return command;
};
