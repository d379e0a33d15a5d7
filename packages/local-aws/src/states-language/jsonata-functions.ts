import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import type { ExecutionHost } from './execution-host.ts';

type JsonataFunction = (...args: readonly unknown[]) => unknown;

/** Every function that an expression may call: those of jsonata 2.0.6 without `$eval`, and those that Step Functions adds. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(
  `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains replace
  split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not map zip filter
  single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct base64encode
  base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone now millis
  partition range hash uuid parse`.split(/\s+/),
);

const fromMillis = jsonata('$fromMillis($at, $picture, $zone)');
const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
const RANGE_LIMIT = 1000;

/**
 * The functions that depend on time, chance or Step Functions itself, bound to one host, so that runs repeat exactly.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function jsonataFunctions(host: ExecutionHost): Readonly<Record<string, JsonataFunction>> {
  return {
    now: (picture, zone) => fromMillis.evaluate(undefined, { at: host.now(), picture, zone }),
    millis: () => host.now(),
    random: (...args) => {
      if (args.length > 0)
        throw new Error('$random with a seed is not known here; call it without arguments');
      return host.random();
    },
    uuid: () => host.uuid(),
    shuffle: (items) => shuffle(items, host),
    partition,
    range,
    hash,
    parse: (source) => (source === undefined ? undefined : JSON.parse(expectString('$parse', source))),
  };
}

/** Fisher-Yates over the host's chance. */
function shuffle(items: unknown, host: ExecutionHost): unknown {
  if (items === undefined) return undefined;
  const result: unknown[] = Array.isArray(items) ? [...items] : [items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(host.random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

/** `$partition(array, size)`: chunks of `size`, the last one maybe shorter. */
function partition(items: unknown, size: unknown): unknown {
  if (items === undefined) return undefined;
  const all: readonly unknown[] = Array.isArray(items) ? items : [items];
  const length = expectInteger('$partition: the size', size);
  if (length < 1) throw new Error(`$partition: the size is ${length}, at least 1 is needed`);
  return Array.from({ length: Math.ceil(all.length / length) }, (_, index) =>
    all.slice(index * length, (index + 1) * length),
  );
}

/** `$range(first, last, step)`: both ends included; at most 1000 numbers. */
function range(first: unknown, last: unknown, step: unknown): unknown {
  const from = expectInteger('$range: the first value', first);
  const to = expectInteger('$range: the last value', last);
  const by = expectInteger('$range: the step', step);
  if (by === 0) throw new Error('$range: the step is 0, any other integer is needed');
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > RANGE_LIMIT) throw new Error(`$range: ${length} values, at most ${RANGE_LIMIT} are allowed`);
  return Array.from({ length }, (_, index) => from + index * by);
}

/** `$hash(text, algorithm)` in hexadecimal. */
function hash(source: unknown, algorithm: unknown): unknown {
  if (source === undefined) return undefined;
  const name = HASHES[expectString('$hash: the algorithm', algorithm)];
  if (name === undefined) {
    throw new Error(
      `$hash: algorithm ${String(algorithm)} is unknown; one of ${Object.keys(HASHES).join(', ')} is needed`,
    );
  }
  return createHash(name).update(expectString('$hash', source), 'utf8').digest('hex');
}

function expectInteger(what: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new Error(`${what} is ${JSON.stringify(value)}, an integer is needed`);
}

function expectString(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`${what} is ${JSON.stringify(value)}, a string is needed`);
}
