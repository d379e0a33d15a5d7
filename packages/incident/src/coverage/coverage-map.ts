import type { CoverageRow } from './coverage-row.ts';
import type { LeftOut, SeenAccount } from './who-needs-coverage.ts';

/** A root or unit as Organizations lists it: `path` is its own, with the units above it. */
export interface SeenUnit {
  readonly name: string;
  /** Such as `o-abc/r-abc/ou-abc-def/`, as accounts below it have it. */
  readonly path: string;
}

/** An account on the map, with its places in the order of the Regions. */
export interface MapAccount {
  readonly id: string;
  readonly name: string;
  /** Why nobody tries it, where that is so; it then has no places. */
  readonly leftOut?: string;
  readonly places: readonly (CoverageRow | undefined)[];
}

/** A unit on the map: what is in it. Accounts of which something is open come first. */
export interface MapUnit {
  readonly name: string;
  readonly units: readonly MapUnit[];
  readonly accounts: readonly MapAccount[];
}

/** All that the map is made of. */
export interface MapInput {
  readonly units: readonly SeenUnit[];
  readonly accounts: readonly SeenAccount[];
  readonly rows: readonly CoverageRow[];
  readonly leftOut: readonly LeftOut[];
  readonly regions: readonly string[];
}

const BADNESS = { not: 2, partly: 1, protected: 0 } as const;

const badnessOf = ({ places, leftOut }: MapAccount): number =>
  leftOut === undefined ? Math.max(0, ...places.map((row) => BADNESS[row?.verdict ?? 'not'])) : -1;

/**
 * The organization as a tree of units with their accounts: what is not protected before the rest, so that it is seen first in every unit. An
 * account whose unit was not listed stands in a unit of its path's name.
 */
export const coverageMap = (input: MapInput): readonly MapUnit[] => {
  const { units, accounts, rows, leftOut, regions } = input;
  const byPlace = new Map(rows.map((row) => [`${row.account} ${row.region}`, row]));
  const because = new Map(leftOut.map((one) => [one.account, one.because]));
  const accountOf = ({ id, name }: SeenAccount): MapAccount => {
    const why = because.get(id);
    return {
      id,
      name,
      ...(why === undefined ? {} : { leftOut: why }),
      places: why === undefined ? regions.map((region) => byPlace.get(`${id} ${region}`)) : [],
    };
  };
  const names = new Map(units.map(({ path, name }) => [path, name]));
  const byPath = Map.groupBy(accounts, ({ path }) => path);
  const paths = new Set([...names.keys(), ...byPath.keys()]);
  const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
  const unitOf = (path: string): MapUnit => ({
    name: names.get(path) ?? (path === '' ? 'unit not known' : path),
    units: [...paths]
      .filter((other) => other !== path && parentOf(other) === path)
      .map(unitOf)
      .toSorted((a, b) => a.name.localeCompare(b.name)),
    accounts: (byPath.get(path) ?? [])
      .map(accountOf)
      .toSorted((a, b) => badnessOf(b) - badnessOf(a) || a.id.localeCompare(b.id)),
  });
  return [...paths].filter((path) => path === '' || !paths.has(parentOf(path))).map(unitOf);
};
