// `pnpm rollout`: the rollout at the size of a large organization, timed. Never asks AWS.
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { playRollout } from './play-rollout.ts';
import { REGIONS } from './rollout-stage.ts';

/** Three are broken in three ways, so that there must be as many. */
const FEWEST = 3;
/** Beyond it a laptop's memory ends: 2,000 accounts take some 2 GB. */
const MOST = 2_500;
const LATER = 10;

const USAGE = `Usage: pnpm rollout [ACCOUNTS] [--tried N] [--html FILE] [--json]

Gives an organization its roles by StackSets, in ${REGIONS.length} Regions, and tries accounts; adds ${LATER} accounts, breaks three (a role deleted, a
control policy that denies, an account suspended), looks for what is behind and what would fail, and heals it. Times are of the wall clock.

  ACCOUNTS   how many accounts there are at first, ${FEWEST} to ${MOST}; 2000 when left out
  --tried N  of the first accounts so many are tried, and those that come later; 10 when left out. Each costs some 100 ms of processor
             time here, nearly all of it in making clients of the SDK; on AWS they are tried side by side
  --html F   write the map of coverage while three are broken into a new file
  --json     print one JSON document and nothing else
  --help     print this

Exit codes: 0 all were reached and healed; 1 some were not; 2 wrong usage.

Examples:
  pnpm rollout
  pnpm rollout 200
  pnpm rollout 200 --tried 200 --html map.html
  pnpm --silent rollout --json | jq .laps
`;

/** One stage that was passed: seconds since the start, of the wall clock and of the processor. */
interface Lap {
  readonly what: string;
  readonly seconds: number;
  readonly processorSeconds: number;
}

const readArguments = () => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        html: { type: 'string' },
        tried: { type: 'string', default: '10' },
        help: { type: 'boolean', default: false },
      },
    });
    const [text = '2000', ...others] = positionals;
    const members = Number(text);
    if (others.length > 0 || !/^\d+$/.test(text) || members < FEWEST || members > MOST)
      throw new Error(
        `wanted one number of accounts from ${FEWEST} to ${MOST}, got ${positionals.join(' ')}`,
      );
    const tried = Number(values.tried);
    if (!/^\d+$/.test(values.tried) || tried < FEWEST)
      throw new Error(`wanted ${FEWEST} or more accounts to be tried, got ${values.tried}`);
    // Before a minute's work, not after it.
    if (values.html !== undefined) {
      if (existsSync(values.html)) throw new Error(`${values.html} is there already: name a new file`);
      accessSync(dirname(values.html), constants.W_OK);
    }
    return { ...values, members, tried: Math.min(tried, members) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
};

const run = async (): Promise<number> => {
  const chosen = readArguments();
  if (chosen === undefined) return 2;
  if (chosen.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { members, json, html, tried: triedAtFirst } = chosen;
  const say = (text: string): void => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  const began = performance.now();
  const laps: Lap[] = [];
  say(`${members} accounts in ${REGIONS.length} Regions`);
  const { page, ...facts } = await playRollout({ members, later: LATER, tried: triedAtFirst }, (what) => {
    const { user, system } = process.cpuUsage();
    const lap = {
      what,
      seconds: (performance.now() - began) / 1_000,
      processorSeconds: (user + system) / 1_000_000,
    };
    laps.push(lap);
    say(`${what}: ${lap.seconds.toFixed(1)} s, of which the processor ${lap.processorSeconds.toFixed(1)} s`);
  });
  if (html !== undefined) writeFileSync(html, page, { flag: 'wx' });
  const { rolledOut, added, drifted, broken, healed, tried } = facts;
  say(
    `${rolledOut.instances} instances, ${rolledOut.behind} behind; ${added.withRoles} later accounts reached`,
  );
  say(
    `${drifted.length} drifted, ${broken.length} behind while broken; ${healed.behind + healed.drifted} when healed`,
  );
  say(
    `tried: ${tried.rolledOut.protected} places protected; ${tried.added.tried} later accounts; ${tried.broken.open.length} open while broken; ${tried.healed.open.length} when healed`,
  );
  for (const open of tried.broken.open) say(`  ${open}`);
  const isWhole =
    rolledOut.behind + added.behind + healed.behind + healed.drifted + tried.healed.open.length === 0 &&
    added.withRoles === LATER;
  if (json)
    process.stdout.write(
      `${JSON.stringify({ members, regions: REGIONS.length, isWhole, laps, ...facts }, undefined, 2)}\n`,
    );
  return isWhole ? 0 : 1;
};

process.exitCode = await run();
