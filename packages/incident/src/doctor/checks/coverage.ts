import type { CordonConfig } from '../../config.ts';
import type { CoverageRow } from '../../coverage/coverage-row.ts';
import { COVERAGE_TABLE_NAME } from '../../coverage/names.ts';
import type { DoctorFacts } from '../facts.ts';
import { check, counted, some, type DoctorLine } from '../line.ts';
import { lines, valueOf } from '../reading.ts';
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

/** Members whose roles are as they were deployed, by every StackSet that is for them; undefined where none could be read. */
const asDeployed = (facts: DoctorFacts, members: readonly string[]): readonly string[] | undefined => {
  const known = facts.stackSets.flatMap(({ regions, reading }) => {
    const set = valueOf(reading);
    return set === undefined ? [] : [{ regions, set }];
  });
  if (known.length === 0) return undefined;
  const well = known.map(({ regions, set }) => ({
    regions,
    places: new Set(
      set.instances
        .filter(({ status, drift }) => status === 'CURRENT' && drift !== 'DRIFTED')
        .map(({ account, region }) => `${account} ${region}`),
    ),
  }));
  return members.filter((id) =>
    well.every(({ regions, places }) => regions.every((region) => places.has(`${id} ${region}`))),
  );
};

/** Where there is no table: somebody chose so, or it is missing. */
const untriedLine = (facts: DoctorFacts, config: CordonConfig): DoctorLine => {
  if (config.coverage !== undefined)
    return check('coverage').error({
      says: `there is no table ${COVERAGE_TABLE_NAME}, though cordon.config.ts has coverage: nobody tries accounts`,
      whatToDo: 'deploy the security account again (docs/coverage.md)',
    });
  const members = containedMembers(facts, config);
  const deployed = asDeployed(facts, members);
  const roles =
    deployed === undefined
      ? 'nor could the StackSets be read'
      : `by the StackSets ${deployed.length} of ${counted(members.length, 'account')} have our roles as they were deployed`;
  return check('coverage').warning({
    says: `accounts are not tried, so that nobody knows whether roles can be assumed; ${roles}`,
    whatToDo: 'set `coverage` in cordon.config.ts and deploy (docs/coverage.md)',
  });
};

/** Members, as they were last tried: roles, reach of Systems Manager, and what else a response needs there. */
export const coverageLines = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] =>
  lines({ id: 'coverage' }, facts.coverage, (table) => {
    if (table === undefined) return [untriedLine(facts, config)];
    const { rows, unreadable } = table;
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
