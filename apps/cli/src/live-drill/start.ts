import { outlookOf, drillCosts, type Outlook } from '@cordon/incident/live-drill';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { loadConfig } from '../policy/load-policy.ts';
import { readPlaces } from '../replay/read-history.ts';
import { UsageError } from '../usage-error.ts';
import { planLines } from './page.ts';
import { readDecoy } from './read-decoy.ts';
import {
  decoyStage,
  document,
  placeOf,
  refuseWrongMember,
  type DrillSharedArguments,
  type LiveDrillRuntime,
} from './settings.ts';

/** Options of `cordon live-drill start` as commander gives them. */
export interface StartArguments extends DrillSharedArguments {
  readonly yes?: true;
}

const orRefuse = (outlook: Outlook): Extract<Outlook, { status: 'would-respond' }> => {
  if (outlook.status === 'refused') throw new UsageError(outlook.code, outlook.because, outlook.hint);
  return outlook;
};

/** Refuses a decoy that stands already, in whatever state. */
const refuseStanding = async (
  at: ReturnType<typeof placeOf>,
  { clients }: Pick<LiveDrillRuntime, 'clients'>,
): Promise<void> => {
  const standing = await readDecoy(at, clients);
  if (standing === undefined) return;
  throw new UsageError(
    'decoy-stands',
    `a decoy stands already in account ${at.account}, ${at.region} (${standing.status}, since ${standing.since})`,
    /^(CREATE|UPDATE)_(COMPLETE|IN_PROGRESS)/.test(standing.status)
      ? 'go on with cordon live-drill watch, or end it with cordon live-drill end'
      : 'take it away with cordon live-drill end, then begin again',
  );
};

/**
 * Shows what a live drill would do and cost, or deploys the decoy. Without `--yes` it changes nothing. Throws UsageError for what cannot be used: an
 * account that is never contained, a Region that is not protected, a policy that would only observe, a decoy that stands already.
 */
export const start = async (
  given: StartArguments,
  output: Output,
  runtime: LiveDrillRuntime,
): Promise<ExitCode> => {
  const config = await loadConfig(given.config);
  const at = placeOf(given);
  const early = outlookOf(config, at, undefined);
  // What no fact of AWS can change is said before AWS is asked.
  if (early.status === 'refused' && early.code !== 'only-observed') orRefuse(early);
  const { places, unread } = await readPlaces([at.account], {
    config,
    clients: runtime.clients,
    progress: () => undefined,
  });
  const { mode, sentences } = orRefuse(outlookOf(config, at, places.get(at.account)));
  const plan = { mode, sentences, costs: drillCosts(config), gaps: unread };
  if (given.yes !== true) {
    output.out(
      given.json ? document({ status: 'planned', ...at, ...plan }) : `${planLines(at, plan).join('\n')}\n`,
    );
    output.err('nothing was changed; to deploy the decoy, run again with --yes\n');
    return EXIT.ok;
  }
  await refuseWrongMember(at, { ...runtime, profiles: given.profile });
  await refuseStanding(at, runtime);
  for (const gap of unread) output.err(`not read: ${gap}\n`);
  const ended = await runtime.deployer.deploy(decoyStage(at), {
    profile: given.profile['member'],
    parameters: {},
    importRetained: false,
    line: (text) => output.err(`    ${text}\n`),
  });
  const standing = ended.ok ? await readDecoy(at, runtime.clients) : undefined;
  if (standing?.instanceId === undefined) {
    const because = `the decoy was not deployed: ${ended.log.trim().split('\n').slice(-3).join(' / ')}`;
    const hint = `mend what the tool says (docs/deployment.md#a-first-live-drill), take away what was made with cordon live-drill end, then begin again`;
    if (given.json) output.out(document({ status: 'stopped', ...at, because, hint }));
    output.err(`${because}\n${hint}\n`);
    return EXIT.incomplete;
  }
  const { instanceId } = standing;
  output.out(
    given.json
      ? document({ status: 'started', ...at, instanceId, since: standing.since })
      : `the decoy ${instanceId} stands since ${standing.since}; watch what follows: cordon live-drill watch --account ${at.account} --region ${at.region}\n`,
  );
  return EXIT.ok;
};
