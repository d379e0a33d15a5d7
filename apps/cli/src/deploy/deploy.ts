import { begun, dueStages, ended, planDeployment, refusal, type Stage } from '@cordon/incident/deployment';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { loadConfig } from '../policy/load-policy.ts';
import { UsageError } from '../usage-error.ts';
import { readBuilt } from './built.ts';
import { deployDocument, deployLines } from './deploy-page.ts';
import { readProgress, writeProgress } from './progress-file.ts';
import { runStages } from './run-stages.ts';
import { ownDeployRuntime, stagesOf, type DeployRuntime, type SharedArguments } from './settings.ts';

/** Options of `cordon deploy` as commander gives them. */
export interface DeployArguments extends SharedArguments {
  readonly parameter: Readonly<Record<string, string>>;
  readonly importRetained?: true;
}

/** `STACK:NAME=VALUE` of one stack. */
const parametersFor =
  (given: Readonly<Record<string, string>>) =>
  ({ stack }: Pick<Stage, 'stack'>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(given).flatMap(([key, value]) => {
        const [of, name] = key.split(':');
        return of === stack && name !== undefined ? [[name, value]] : [];
      }),
    );

const document = (of: object): string => `${JSON.stringify({ schemaVersion: 1, ...of }, null, 2)}\n`;

/**
 * Shows what would be deployed, or deploys it stage by stage with the CDK CLI. Without `--yes` it changes nothing. Throws UsageError for
 * what cannot be used.
 */
export const deploy = async (
  given: DeployArguments,
  output: Output,
  runtime: DeployRuntime = ownDeployRuntime(),
): Promise<ExitCode> => {
  const config = await loadConfig(given.config);
  const progress = readProgress(given.state, config.organizationId);
  const parametersOf = parametersFor(given.parameter);
  const built = new Map(
    stagesOf(config).map((stage) => [stage.id, readBuilt(runtime.root, stage, parametersOf(stage))]),
  );
  const plan = planDeployment(stagesOf(config), progress, ({ id }) => built.get(id)?.digest ?? '');
  const { organizationId } = config;
  const why = refusal(plan, progress, { organizationId, resume: given.resume === true, only: given.only });
  if (why !== undefined) throw new UsageError('not-deployed', why, 'see docs/deployment.md#deploy');
  const due = dueStages(plan, progress, given.only);
  const lines = plan.map((line) => ({ ...line, monthlyUsd: built.get(line.stage.id)?.monthlyUsd ?? 0 }));
  if (given.plan === true || given.yes !== true) {
    if (given.json) output.out(document({ status: 'planned', stages: deployDocument(lines) }));
    else output.out(`${deployLines(lines).join('\n')}\n`);
    if (given.plan !== true)
      output.err(`nothing was changed; to do the ${due.length} stage(s) that differ, run again with --yes\n`);
    return EXIT.ok;
  }
  const end = await runStages(due, progress, {
    verb: 'deploy',
    deployer: runtime.deployer,
    profiles: given.profile,
    parametersOf,
    importRetained: given.importRetained === true,
    save: (after) => writeProgress(given.state, after),
    say: (text) => output.err(`${text}\n`),
    now: runtime.now,
    begin: begun,
    end: ended,
  });
  if (given.json) output.out(document({ ...end, did: due.map(({ stage }) => stage.id) }));
  if (end.status === 'stopped') {
    output.err(`stopped at ${end.stage}: ${end.because}\n${end.hint}\n`);
    return EXIT.incomplete;
  }
  if (!given.json) output.out(`${due.length} stage(s) deployed; the state is in ${given.state}\n`);
  if (given.importRetained === true)
    output.err(
      'no incident can write custody yet: as break-glass give the permissions of the recorder anew, and move the aliases of the forensics keys (docs/deployment.md#remove); cordon doctor tells when the first is done\n',
    );
  return EXIT.ok;
};
