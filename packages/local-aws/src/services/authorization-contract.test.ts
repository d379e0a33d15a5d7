import {
  contractProblems,
  deviations,
  keysNotGiven,
  openCatalogue,
  type Catalogue,
} from '@cordon/iam/catalogue';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../core/operation.ts';
import { allServices } from '../services.ts';
import { furnishedWorld } from './authorization-contract/furnished-world.ts';
import { KEYS_NOT_GIVEN } from './authorization-contract/keys-not-given.ts';
import type { Sample } from './authorization-contract/sample.ts';
import { samples } from './authorization-contract/samples.ts';
import { WITHHELD } from './ec2/withheld-keys.ts';
import { bench } from './testing.ts';

const DAY_MS = 86_400_000;

let catalogue: Catalogue;
beforeAll(async () => {
  const prefixes = allServices.map(({ name }) => name).filter((name) => name !== 'monitoring');
  catalogue = await openCatalogue(prefixes);
});

const keyOf = ({ name, apiVersion }: (typeof allServices)[number]): string =>
  apiVersion === undefined ? name : `${name}@${apiVersion}`;

/** A service in a furnished world of its own, with its samples. */
const furnish = (service: (typeof allServices)[number]) => {
  const furnished = furnishedWorld();
  const requests = samples[keyOf(service)]?.(furnished) ?? [];
  return { requests, on: bench(service, {}, furnished.world) };
};

/** The checks of one sample; of one with late checks also those, after a day. */
const checksOf = async (service: (typeof allServices)[number], index: number): Promise<readonly Check[]> => {
  const { requests, on } = furnish(service);
  const sample = requests[index];
  if (sample === undefined) throw new Error(`${keyOf(service)} has no sample ${index}`);
  if (sample.late === undefined) return on.checksOf(sample.operation, sample.input, sample.as);
  await on.perform(sample.operation, sample.input, sample.as);
  await on.pass(DAY_MS);
  return on.checks;
};

const nameOf = ({ operation, what }: Sample): string =>
  what === undefined ? operation : `${operation}: ${what}`;

const cases = allServices.flatMap((service) =>
  furnish(service).requests.map((sample, index) => ({
    name: `${keyOf(service)} ${nameOf(sample)}`,
    service,
    index,
    sample,
  })),
);

describe('what operations are authorized for, by the service authorization reference', () => {
  it.each(cases)('$name', async ({ service, index }) => {
    expect(contractProblems(await checksOf(service, index), catalogue)).toEqual([]);
  });

  it.each(cases.filter(({ sample }) => sample.late))(
    '$name makes checks late',
    async ({ service, index }) => {
      const { requests, on } = furnish(service);
      const { operation, input, as } = requests[index] ?? { operation: '', input: {} };
      const early = on.checksOf(operation, input, as).length;
      expect((await checksOf(service, index)).length).toBeGreaterThan(early);
    },
  );

  it.each(allServices)('$name has a sample of every operation', (one) => {
    const { operations } = one;
    const sampled = new Set(
      cases.filter(({ service }) => service === one).map(({ sample }) => sample.operation),
    );
    expect(Object.keys(operations).filter((operation) => !sampled.has(operation))).toEqual([]);
  });

  it.each(deviations)('$action needs its deviation from the reference', async (deviation) => {
    const without = deviations.filter((other) => other !== deviation);
    const every = await Promise.all(cases.map(({ service, index }) => checksOf(service, index)));
    const broken = every.flatMap((checks) => contractProblems(checks, catalogue, without));
    expect(broken).toContainEqual(expect.stringContaining(deviation.action));
  });

  it('give every key that AWS lists for them, or one says why not', async () => {
    const every = await Promise.all(cases.map(({ service, index }) => checksOf(service, index)));
    const kind = ({ action, resource }: Check): string => `${action} ${resource.split(/[:/]/)[5] ?? ''}`;
    // Together, for what one request does not give another does.
    const together = [...Map.groupBy(every.flat(), kind).values()].map((checks) => ({
      action: checks[0]?.action ?? '',
      resource: checks[0]?.resource ?? '',
      context: Object.assign({}, ...checks.map(({ context }) => context)) as NonNullable<Check['context']>,
    }));
    const missing = [...new Set(together.flatMap((check) => keysNotGiven(check, catalogue)))];
    const explained = Object.values(KEYS_NOT_GIVEN).flat();
    const explains = (entry: string, key: string): boolean =>
      entry.endsWith('*') ? key.startsWith(entry.slice(0, -1)) : key === entry;
    expect(missing.filter((key) => !explained.some((entry) => explains(entry, key)))).toEqual([]);
    expect(explained.filter((entry) => !missing.some((key) => explains(entry, key)))).toEqual([]);
  });

  it.each(Object.entries(WITHHELD))('withholds at %s only keys that are not given there', (at, keys) => {
    const [action = '', type = ''] = at.split(' ');
    const found = catalogue.action(`ec2:${action}`);
    const listed = found?.resourceTypes.find(({ name }) => name === type)?.conditionKeys ?? [];
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.filter((key) => keys.some((withheld) => key.startsWith(withheld)))).toEqual(
      // `ec2:AvailabilityZone` begins as `ec2:AvailabilityZoneId` does.
      listed.includes('ec2:AvailabilityZoneId') && keys.includes('ec2:AvailabilityZone')
        ? ['ec2:AvailabilityZoneId']
        : [],
    );
  });
});
