import type { CordonConfig } from '../../config.ts';
import type { CoverageRow } from '../../coverage/coverage-row.ts';
import type { DoctorFacts } from '../facts.ts';
import { check, counted, some, type DoctorLine } from '../line.ts';
import { lines } from '../reading.ts';
import { containedMembers } from './members.ts';

/** A try that is older than this says little of today. */
const OLD_MS = 2 * 86_400_000;

const TRY = 'see that the schedule that tries accounts runs, and look at the log of its function';

const placesOf = (rows: readonly CoverageRow[]): string =>
  some(rows.map(({ account, region }) => `${account} ${region}`));

const idsOf = (rows: readonly CoverageRow[]): readonly string[] => [
  ...new Set(rows.map(({ account }) => account)),
];

/** What failed in members, one line for each kind of check and Region. */
const failedLines = (rows: readonly CoverageRow[]): readonly DoctorLine[] => {
  const failed = rows.flatMap((row) =>
    row.checks.filter(({ result }) => result !== 'ok').map((one) => ({ ...one, row })),
  );
  const groups = Map.groupBy(failed, ({ id, result, row }) => `${id} ${result} ${row.region}`);
  return [...groups.values()].flatMap((same): readonly DoctorLine[] => {
    const [first] = same;
    if (first === undefined) return [];
    const here = same.map(({ row }) => row);
    const place = { region: first.row.region, accounts: idsOf(here) };
    const id = `member-${first.id}`;
    const says = `${first.id} in ${counted(place.accounts.length, 'account')} (${some(place.accounts)}): ${first.says}`;
    if (first.result === 'unknown') return [{ id, result: 'unknown', ...place, says, whatToDo: TRY }];
    return [
      check(id, place).error({
        says,
        whatToDo: 'mend it in that account, or update its stacks; cordon coverage tells of each',
      }),
    ];
  });
};

const ageLines = (rows: readonly CoverageRow[], at: number): readonly DoctorLine[] => {
  const old = rows.filter(({ tried }) => tried === undefined || at - Date.parse(tried) > OLD_MS);
  if (old.length === 0) return [];
  return [
    {
      id: 'coverage-age',
      result: 'unknown',
      accounts: idsOf(old),
      says: `${counted(old.length, 'place')} were not tried for two days (${placesOf(old)}), so that nothing is known of them`,
      whatToDo: TRY,
    },
  ];
};

/** Members, as they were last tried: roles, reach of Systems Manager, and what else a response needs there. */
export const coverageLines = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  lines({ id: 'coverage' }, facts.coverage, ({ rows, unreadable }) => {
    const members = containedMembers(facts, config);
    const known = new Set(rows.map(({ account, region }) => `${account} ${region}`));
    const untried = members.filter((id) => config.regions.some((region) => !known.has(`${id} ${region}`)));
    const active = new Set(members);
    const judged = rows.filter(({ account }) => active.size === 0 || active.has(account));
    const fresh = judged.filter(({ tried }) => tried !== undefined && facts.at - Date.parse(tried) <= OLD_MS);
    const found = [
      ...failedLines(fresh),
      ...ageLines(judged, facts.at),
      ...(untried.length === 0
        ? []
        : [
            {
              id: 'coverage',
              result: 'unknown' as const,
              accounts: untried,
              says: `${counted(untried.length, 'account')} were never tried in every Region: ${some(untried)}`,
              whatToDo: TRY,
            },
          ]),
      ...(unreadable === 0
        ? []
        : [
            {
              id: 'coverage',
              result: 'unknown' as const,
              says: `${counted(unreadable, 'row')} of the table of coverage cannot be read`,
              whatToDo: 'run the version of cordon that is deployed',
            },
          ]),
    ];
    return found.length > 0
      ? found
      : [check('coverage').ok(`${counted(rows.length, 'row')}, every one tried and well`)];
  });
