import { existsSync } from 'node:fs';
import { begun, planRemoval, removalRefusal, removed, type OpenIncident } from '@cordon/incident/deployment';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { loadConfig } from '../policy/load-policy.ts';
import { UsageError } from '../usage-error.ts';
import { removalLines } from './deploy-page.ts';
import { openIncidents } from './open-incidents.ts';
import { readProgress, writeProgress } from './progress-file.ts';
import { runStages, wrongAccount } from './run-stages.ts';
import { ownDeployRuntime, stagesOf, type DeployRuntime, type SharedArguments } from './settings.ts';

/** Options of `cordon destroy` as commander gives them. */
export type DestroyArguments = Omit<SharedArguments, 'only'>;

/** Reads the incidents that hold an instance, in the home Region of the security account. */
export type ReadIncidents = (region: string, profile: string | undefined) => Promise<readonly OpenIncident[]>;

const document = (of: object): string => `${JSON.stringify({ schemaVersion: 1, ...of }, null, 2)}\n`;

/**
 * Shows what would be removed and what is kept, or removes it: guardrails first, evidence never. Without `--yes` it changes nothing, and it
 * begins nothing while an incident holds an instance. Throws UsageError for what cannot be used.
 */
export const destroy = async (
  given: DestroyArguments,
  output: Output,
  runtime: DeployRuntime & { readonly incidents: ReadIncidents } = {
    ...ownDeployRuntime(),
    incidents: openIncidents,
  },
): Promise<ExitCode> => {
  const config = await loadConfig(given.config);
  const progress = readProgress(given.state, config.organizationId);
  const stages = stagesOf(config);
  const lines = planRemoval(stages, progress);
  const due = lines.filter(({ does }) => does === 'remove');
  if (given.plan === true || given.yes !== true) {
    if (given.json)
      output.out(
        document({
          status: 'planned',
          stages: lines.map(({ stage, does, why }) => ({
            stage: stage.id,
            account: stage.account,
            does,
            why,
          })),
        }),
      );
    else output.out(`${removalLines(lines).join('\n')}\n`);
    if (given.plan !== true)
      output.err(`nothing was changed; to remove ${due.length} stack(s), run again with --yes\n`);
    return EXIT.ok;
  }
  if (!existsSync(given.state))
    throw new UsageError(
      'not-removed',
      `${given.state} is not there, so that nothing is known of what stands`,
      'run it where cordon deploy ran, or give its file with --state; by hand: docs/deployment.md#remove',
    );
  if (progress.underway !== undefined && given.resume !== true)
    throw new UsageError(
      'not-removed',
      `the last run began ${progress.underway.stage} and did not see it end`,
      'look at that stack in CloudFormation, then run again with --resume',
    );
  const table = stages.find(({ stack }) => stack === 'CordonSecurityHome');
  if (table !== undefined && table.id in progress.done) {
    const wrong = await wrongAccount(table, { deployer: runtime.deployer, profiles: given.profile });
    if (wrong !== undefined) throw new UsageError('not-removed', wrong.because, wrong.hint);
    const why = removalRefusal(await runtime.incidents(config.homeRegion, given.profile['security']));
    if (why !== undefined) throw new UsageError('incidents-open', why, 'nothing was changed');
  }
  const end = await runStages(due, progress, {
    verb: 'remove',
    deployer: runtime.deployer,
    profiles: given.profile,
    parametersOf: () => ({}),
    importRetained: false,
    save: (after) => writeProgress(given.state, after),
    say: (text) => output.err(`${text}\n`),
    now: runtime.now,
    begin: begun,
    end: (after, { stage }) => removed(after, stage),
  });
  if (given.json) output.out(document({ ...end, did: due.map(({ stage }) => stage.id) }));
  if (end.status === 'stopped') {
    output.err(`stopped at ${end.stage}: ${end.because}\n${end.hint}\n`);
    return EXIT.incomplete;
  }
  if (!given.json) output.out(`${due.length} stack(s) removed; evidence stays (docs/deployment.md#remove)\n`);
  return EXIT.ok;
};
