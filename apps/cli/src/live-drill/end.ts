import { DECOY, endRefusal } from '@cordon/incident/live-drill';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { loadConfig } from '../policy/load-policy.ts';
import { UsageError } from '../usage-error.ts';
import { readDecoy } from './read-decoy.ts';
import { holderOf, readIncident, staysUntil } from './read-table.ts';
import {
  decoyStage,
  document,
  placeOf,
  refuseWrongMember,
  type DrillSharedArguments,
  type LiveDrillRuntime,
} from './settings.ts';

/** Options of `cordon live-drill end` as commander gives them. */
export interface EndArguments extends DrillSharedArguments {
  readonly yes?: true;
}

/** Refuses while an incident holds the decoy, and while something of its release stays that would keep its role. */
const refuseTooEarly = async (
  decoy: ReturnType<typeof placeOf> & { readonly instanceId: string },
  table: Parameters<typeof holderOf>[0],
): Promise<void> => {
  const holder = await holderOf(table, decoy);
  const status = holder === undefined ? undefined : (await readIncident(table, holder))?.status;
  const why = endRefusal(
    holder === undefined ? undefined : { incident: holder, status: status ?? 'unknown' },
  );
  if (why !== undefined)
    throw new UsageError(
      'decoy-held',
      why,
      `release it first: cordon live-drill release --account ${decoy.account} --region ${decoy.region} --reason TEXT`,
    );
  const until = await staysUntil(table, decoy);
  if (until !== undefined)
    throw new UsageError(
      'deny-stays',
      `the deny of the decoy's old sessions stays until ${until}, when they have expired, and keeps its role from being deleted`,
      'it goes by itself within minutes of that time; run this again then',
    );
};

/**
 * Shows what would be removed, or removes the decoy's stack; evidence stays. Done when no decoy stands. Throws UsageError while an incident holds it.
 */
export const end = async (
  given: EndArguments,
  output: Output,
  runtime: LiveDrillRuntime,
): Promise<ExitCode> => {
  const { homeRegion } = await loadConfig(given.config);
  const at = placeOf(given);
  const where = `account ${at.account}, ${at.region}`;
  const standing = await readDecoy(at, runtime.clients);
  if (standing === undefined) {
    output.out(given.json ? document({ status: 'ended', ...at }) : `no decoy stands in ${where}\n`);
    return EXIT.ok;
  }
  const { instanceId } = standing;
  if (instanceId !== undefined)
    await refuseTooEarly({ ...at, instanceId }, { clients: runtime.clients, homeRegion });
  if (given.yes !== true) {
    const what = `the stack ${DECOY.stack} in ${where} (${standing.status}) with its instance, VPC and role; the incident's evidence, its locked copies and its forensic machine stay`;
    output.out(
      given.json
        ? document({ status: 'planned', ...at, stack: standing, what })
        : `would be removed: ${what}\n`,
    );
    output.err('nothing was changed; to remove it, run again with --yes\n');
    return EXIT.ok;
  }
  await refuseWrongMember(at, { ...runtime, profiles: given.profile });
  const ended = await runtime.deployer.remove(decoyStage(at), {
    profile: given.profile['member'],
    parameters: {},
    importRetained: false,
    line: (text) => output.err(`    ${text}\n`),
  });
  if (!ended.ok) {
    const because = `the decoy was not removed whole: ${ended.log.trim().split('\n').slice(-3).join(' / ')}`;
    const hint = `the events of stack ${DECOY.stack} in CloudFormation of ${where} say what kept it (docs/deployment.md#a-first-live-drill); then run this again`;
    if (given.json) output.out(document({ status: 'stopped', ...at, because, hint }));
    output.err(`${because}\n${hint}\n`);
    return EXIT.incomplete;
  }
  output.out(
    given.json
      ? document({ status: 'ended', ...at })
      : `the decoy of ${where} is gone; its evidence stays under its locks\n`,
  );
  return EXIT.ok;
};
