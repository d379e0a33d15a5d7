import { judgeLiveDrill, reachedPhases, type Phase, type SeenDrill } from '@cordon/incident/live-drill';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { loadConfig } from '../policy/load-policy.ts';
import { reachedLine, verdictLines } from './page.ts';
import { requireDecoy } from './read-decoy.ts';
import { readProgress, type Watched } from './read-progress.ts';
import { document, placeOf, type DrillSharedArguments, type LiveDrillRuntime } from './settings.ts';

/** Options of `cordon live-drill watch` as commander gives them. */
export interface WatchArguments extends DrillSharedArguments {
  /** How long it waits at most. */
  readonly minutes: number;
}

/** Between two looks. */
const LOOK_AGAIN_MS = 15_000;
const MINUTE_MS = 60_000;

const reachedWords = (seen: SeenDrill): string => {
  const { finding, incident } = seen;
  return incident?.id ?? (finding === undefined ? 'no finding yet' : `finding ${finding.id}`);
};

/**
 * Tells each step of the response to the decoy as it comes, and says in the end what of the straight line was reached, in what time, and what was not.
 * Reads alone: it may be stopped and begun again at any time. Throws UsageError for what cannot be used.
 */
export const watch = async (
  given: WatchArguments,
  output: Output,
  runtime: LiveDrillRuntime,
): Promise<ExitCode> => {
  const config = await loadConfig(given.config);
  const at = placeOf(given);
  const { instanceId, since } = await requireDecoy(at, runtime.clients);
  const watched: Watched = { ...at, instanceId, since };
  const until = Date.parse(runtime.now()) + given.minutes * MINUTE_MS;
  const say = (line: string): void => (given.json ? output.err : output.out)(`${line}\n`);
  say(`decoy ${instanceId} in account ${at.account}, ${at.region}; waiting ${given.minutes} minutes at most`);
  const told = new Set<Phase>();
  let known: string | undefined;
  for (;;) {
    const seen = await readProgress(config, watched, { clients: runtime.clients, known });
    known = seen.incident?.id;
    const reached = reachedPhases(seen);
    for (const one of reached.filter(({ phase }) => !told.has(phase))) {
      told.add(one.phase);
      say(reachedLine(one));
    }
    const verdict = judgeLiveDrill(seen, Date.parse(runtime.now()) >= until);
    if (verdict.status === 'goes-on') {
      await runtime.pause(LOOK_AGAIN_MS);
      continue;
    }
    if (given.json) output.out(document({ ...verdict, ...watched, incident: seen.incident?.id, reached }));
    else output.out(`${verdictLines(verdict, seen.incident?.id).join('\n')}\n`);
    if (verdict.status === 'reached') return EXIT.ok;
    output.err(`not reached: ${reachedWords(seen)}\n`);
    return EXIT.broken;
  }
};
