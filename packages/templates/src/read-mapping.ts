import { inside, objectAt, refuse, scalarAt } from './place.ts';
import type { Place } from './place.ts';
import type { Mapping } from './template.ts';

/**
 * Reads one entry of the Mappings section: two levels of names, then a string or a list of strings, never a function.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html
 */
export function readMapping(json: unknown, place: Place): Mapping {
  const mapping = new Map<string, ReadonlyMap<string, string | readonly string[]>>();
  for (const [top, members] of Object.entries(objectAt(json, place))) {
    if (top.startsWith('Fn::')) refuse(inside(place, top), 'a mapping cannot hold functions');
    const row = new Map<string, string | readonly string[]>();
    for (const [second, value] of Object.entries(objectAt(members, inside(place, top)))) {
      const here = inside(inside(place, top), second);
      row.set(
        second,
        Array.isArray(value) ? value.map((item: unknown) => scalarAt(item, here)) : scalarAt(value, here),
      );
    }
    mapping.set(top, row);
  }
  return mapping;
}
