import type { ExitCode } from '../exit-codes.ts';
import { askAndPrint } from '../operator/ask-operator.ts';
import type { Output } from '../output.ts';
import { loadConfig } from '../policy/load-policy.ts';
import { UsageError } from '../usage-error.ts';
import { requireDecoy } from './read-decoy.ts';
import { holderOf } from './read-table.ts';
import { placeOf, type DrillSharedArguments, type LiveDrillRuntime } from './settings.ts';

/** Options of `cordon live-drill release` as commander gives them. */
export interface ReleaseArguments extends DrillSharedArguments {
  readonly reason: string;
  readonly hash?: string;
  readonly giveUp: readonly string[];
  readonly url?: string;
}

/**
 * Asks for the release of the incident that holds the decoy, by the operator function and its approvals as for any other. Throws UsageError where no
 * incident holds it.
 */
export const release = async (
  given: ReleaseArguments,
  output: Output,
  { clients, ask = askAndPrint }: Pick<LiveDrillRuntime, 'clients'> & { readonly ask?: typeof askAndPrint },
): Promise<ExitCode> => {
  const { homeRegion } = await loadConfig(given.config);
  const at = placeOf(given);
  const { instanceId } = await requireDecoy(at, clients);
  const incident = await holderOf({ clients, homeRegion }, { ...at, instanceId });
  if (incident === undefined)
    throw new UsageError(
      'not-held',
      `no incident holds the decoy ${instanceId}`,
      'there is nothing to release: watch it with cordon live-drill watch, or end it with cordon live-drill end',
    );
  output.err(`incident ${incident} holds the decoy ${instanceId}\n`);
  return ask(
    {
      action: 'release',
      incident,
      reason: given.reason,
      planHash: given.hash,
      ...(given.giveUp.length === 0 ? {} : { giveUp: [...given.giveUp] }),
    },
    {
      ...(given.url === undefined ? {} : { url: given.url }),
      ...(given.json === undefined ? {} : { json: given.json }),
    },
    output,
  );
};
