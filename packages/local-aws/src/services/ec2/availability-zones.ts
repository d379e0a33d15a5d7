/** Letters of the zones that every Region has here. */
const LETTERS = ['a', 'b', 'c'] as const;

/** The zones of a Region, with the ids that are the same in all accounts, such as `eu-west-1a` and `euw1-az1`. https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html */
export const zonesOf = (region: string): readonly { readonly name: string; readonly id: string }[] =>
  LETTERS.map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${shortRegion(region)}-az${index + 1}`,
  }));

/** `ap-southeast-2` is `apse2`. */
const shortRegion = (region: string): string => {
  const [area = '', direction = '', number = ''] = region.split('-');
  const initials = direction
    .replace('north', 'n')
    .replace('south', 's')
    .replace('east', 'e')
    .replace('west', 'w')
    .replace('central', 'c');
  return `${area}${initials}${number}`;
};

/** The id of a zone by its name; faults are the caller's: undefined for a zone that the Region does not have. */
export const zoneId = (zone: string): string | undefined =>
  zonesOf(zone.slice(0, -1)).find((known) => known.name === zone)?.id;
