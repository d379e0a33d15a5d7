import type { ResourceProperties } from '../resource-properties.ts';
import type { EventRecord } from './event-record.ts';

/** Says whether a trail records an event. */
export type Selects = (record: EventRecord) => boolean;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Values of a field of selectors; of resources there may be several. */
const FIELDS: Readonly<Record<string, (record: EventRecord) => readonly string[]>> = {
  eventCategory: (record) => [String(record['eventCategory'])],
  eventName: (record) => [String(record['eventName'])],
  eventSource: (record) => [record.eventSource],
  readOnly: (record) => [String(record.readOnly)],
  'resources.type': (record) => resourcesOf(record, 'type'),
  'resources.ARN': (record) => resourcesOf(record, 'ARN'),
};

const resourcesOf = (record: EventRecord, member: 'type' | 'ARN'): readonly string[] => {
  const resources: readonly unknown[] = Array.isArray(record['resources']) ? record['resources'] : [];
  return resources.flatMap((one) => (isFields(one) ? [String(one[member])] : []));
};

/** How an operator compares, and whether it wants the comparison to fail. */
const OPERATORS: Readonly<
  Record<string, { readonly holds: (got: string, wanted: string) => boolean; readonly not: boolean }>
> = {
  Equals: { holds: (got, wanted) => got === wanted, not: false },
  StartsWith: { holds: (got, wanted) => got.startsWith(wanted), not: false },
  EndsWith: { holds: (got, wanted) => got.endsWith(wanted), not: false },
  NotEquals: { holds: (got, wanted) => got === wanted, not: true },
  NotStartsWith: { holds: (got, wanted) => got.startsWith(wanted), not: true },
  NotEndsWith: { holds: (got, wanted) => got.endsWith(wanted), not: true },
};

const compileField = (field: ResourceProperties): Selects => {
  const name = field.requiredText('Field');
  const read = FIELDS[name];
  if (read === undefined) throw field.refuse('Field', `one of ${Object.keys(FIELDS).join(', ')}`);
  const tests = Object.entries(OPERATORS).flatMap(([operator, { holds, not }]) => {
    const wanted = field.texts(operator);
    if (wanted.length === 0) return [];
    return [
      (record: EventRecord) => read(record).some((got) => wanted.some((value) => holds(got, value))) !== not,
    ];
  });
  if (tests.length === 0)
    throw field.refuse('Field', `an operator beside it: ${Object.keys(OPERATORS).join(', ')}`);
  return (record) => tests.every((test) => test(record));
};

/**
 * Compiles one advanced event selector: all of its fields must hold, of a field's values one. A selector of data events must name a type of resource.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
export const compileSelector = (selector: ResourceProperties): Selects => {
  const fields = selector.eachWithin('FieldSelectors', ['Field', ...Object.keys(OPERATORS)]);
  const category = fields.find((field) => field.text('Field') === 'eventCategory')?.texts('Equals')[0];
  if (category !== 'Management' && category !== 'Data')
    throw selector.refuse('FieldSelectors', 'eventCategory Management or Data among them');
  if (category === 'Data' && !fields.some((field) => field.text('Field') === 'resources.type'))
    throw selector.refuse('FieldSelectors', 'resources.type beside the category Data');
  const tests = fields.map(compileField);
  return (record) => tests.every((test) => test(record));
};
