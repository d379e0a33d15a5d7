import { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { CordonConfig } from '@cordon/incident';
import {
  coverageLines,
  coverageTurns,
  dueAccounts,
  judgePlace,
  latePlaces,
  triedDuties,
  untriedPlace,
  whoNeedsCoverage,
  type CoverageCheck,
  type CoverageRow,
  type CoverInput,
  type CoverOutput,
  type Known,
  type KnownPlace,
  type SeenAccount,
  type TryOutput,
} from '@cordon/incident/coverage';
import { instant, type Services } from '../services.ts';
import { tell } from '../store/notify.ts';
import { asker } from './ask-to-try.ts';
import { coverageTable, type CoverageTable } from './coverage-table.ts';
import { clientFor } from '../aws/connection.ts';
import { listAccounts } from './list-accounts.ts';

/** No account is begun after so long; the function may run some minutes more, and the clock comes after that. */
const BEGINS_WITHIN_MS = 6 * 60_000;
/** Accounts at once, each with one function at a time: so many starts of Lambda are taken at most. */
const AT_ONCE = 8;
/** Accounts whose changes are told together, before their rows are written. */
const BATCH = 40;

/** Does some work for each thing, `AT_ONCE` at a time. */
const sideBySide = async <Thing, Result>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  const waiting = things.entries();
  const worker = async (): Promise<void> => {
    for (const [index, thing] of waiting) results[index] = await work(thing);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
};

/** What one run works with. */
interface Run {
  readonly services: Services;
  readonly table: CoverageTable;
  readonly ask: ReturnType<typeof asker>;
}

/** Checks of one account by Region: the inspect duty first, whose instances the others are tried upon. */
const tryAccount = async (
  account: string,
  { services, ask }: Run,
): Promise<ReadonlyMap<string, readonly CoverageCheck[]>> => {
  const { regions } = services.config;
  const checks = new Map<string, CoverageCheck[]>(regions.map((region) => [region, []]));
  let samples: TryOutput['samples'] = {};
  for (const duty of triedDuties(services.config)) {
    const found = await ask({ duty, account, regions, samples });
    samples = { ...samples, ...found.samples };
    for (const [region, more] of Object.entries(found.checks)) checks.get(region)?.push(...more);
  }
  return checks;
};

interface TriedAccount {
  readonly account: string;
  readonly before: readonly CoverageRow[];
  readonly after: readonly CoverageRow[];
  readonly path: string;
}

const judged = async ({ id, path }: SeenAccount, known: Known, run: Run): Promise<TriedAccount> => {
  const { services } = run;
  const places = known.get(id);
  const checks = await tryAccount(id, run);
  const now = instant(services);
  return {
    account: id,
    path,
    before: services.config.regions.flatMap((region) => places?.get(region)?.row ?? []),
    after: [...checks].map(([region, found]) =>
      judgePlace({ account: id, region, checks: found, firstSeen: now }, places?.get(region)?.row, now),
    ),
  };
};

/** Places of accounts that left, were suspended or excluded, and of Regions that are not protected any more. */
const forgetLeft = async (
  known: Known,
  needed: readonly SeenAccount[],
  { services, table }: Run,
): Promise<void> => {
  const ids = new Set(needed.map(({ id }) => id));
  const regions = new Set<string>(services.config.regions);
  const left = [...known.values()]
    .flatMap((places) => [...places.values()])
    .filter(({ row }) => !ids.has(row.account) || !regions.has(row.region));
  await sideBySide(left, ({ row }) => table.forget(row));
};

/** Writes down since when each new account has been there, before any is tried: a run that ends early must not make it new again. */
const noteNew = async (
  known: Known,
  needed: readonly SeenAccount[],
  { services, table }: Run,
): Promise<Known> => {
  const fresh = needed.flatMap(({ id }) =>
    services.config.regions.flatMap((region): readonly KnownPlace[] =>
      known.get(id)?.has(region) === true
        ? []
        : // Its path is written when it is tried.
          [{ row: untriedPlace(id, region, instant(services)), path: '' }],
    ),
  );
  await sideBySide(fresh, (place) => table.keep(place));
  const all = new Map([...known].map(([id, places]) => [id, new Map(places)]));
  for (const place of fresh) {
    const { account, region } = place.row;
    all.set(account, (all.get(account) ?? new Map<string, KnownPlace>()).set(region, place));
  }
  return all;
};

/**
 * Finds accounts that came, moved or left, has those tried that are due, and tells what turned. What was tried is written batch by batch, so
 * that a run which ends early loses a batch at most, and the next one goes on with who waited longest. Told first, written then: a turn is
 * told twice rather than never.
 */
export const cover = async (_input: CoverInput, services: Services): Promise<CoverOutput> => {
  const began = services.now();
  const { withinMinutes } = coverageOf(services.config);
  const table = coverageTable(services);
  const run: Run = { services, table, ask: asker(services) };
  const [accounts, before] = await Promise.all([
    listAccounts(clientFor(OrganizationsClient, services.own)),
    table.read(),
  ]);
  const { needed } = whoNeedsCoverage(accounts, services.config);
  await forgetLeft(before, needed, run);
  const known = await noteNew(before, needed, run);
  const { regions } = services.config;
  const due = dueAccounts(needed, { regions, known, now: began });
  const rows = new Map<string, CoverageRow>(
    needed.flatMap(({ id }) =>
      regions.flatMap((region) => {
        const place = known.get(id)?.get(region);
        return place === undefined ? [] : [[`${id} ${region}`, place.row] as const];
      }),
    ),
  );
  let tried = 0;
  while (tried < due.length && services.now() - began < BEGINS_WITHIN_MS) {
    const batch = await sideBySide(due.slice(tried, tried + BATCH), (account) => judged(account, known, run));
    const now = services.now();
    for (const turn of coverageTurns(batch, { regions: regions.length, withinMinutes, now }))
      await tell(services, {
        ...turn,
        accounts: [...turn.accounts],
        reasons: [...turn.reasons],
        schemaVersion: 1,
      });
    const places = batch.flatMap(({ after, path }) => after.map((row) => ({ row, path })));
    await sideBySide(places, (place) => table.keep(place));
    for (const { row } of places) rows.set(`${row.account} ${row.region}`, row);
    tried += batch.length;
  }
  const all = [...rows.values()];
  const late = latePlaces(all, { withinMinutes, now: services.now() }).length;
  for (const line of coverageLines(all, late, services.now())) services.log(line);
  return { tried, left: due.length - tried, late };
};

const coverageOf = ({ coverage }: CordonConfig): NonNullable<CordonConfig['coverage']> => {
  if (coverage !== undefined) return coverage;
  throw new Error('cordon.config.ts has no coverage, and its function runs: deploy again, or give it one');
};
