/** A value as it is compared: JSON, without what differs by chance. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [member: string]: Plain };

/** What one side knows about its values, and whether the order of lists counts. */
export interface Normalizing {
  /** Name by value, longest values first. */
  readonly names: readonly (readonly [value: string, name: string])[];
  readonly ordered: boolean;
}

/** Members whose values nobody can foretell; that they are there still counts. */
const OPAQUE = new Set([
  'AccessKeyId',
  'AvailabilityZoneId',
  'AvailableIpAddressCount',
  'GrantToken',
  'InstanceProfileId',
  'MacAddress',
  'NextContinuationToken',
  'MessageId',
  'NextToken',
  'PackedPolicySize',
  'PublicIp',
  'ReceiptHandle',
  'RequestId',
  'SecretAccessKey',
  'SenderId',
  'SentTimestamp',
  'ApproximateFirstReceiveTimestamp',
  'SequenceNumber',
  'SessionToken',
  'Signature',
  'VersionId',
  'VersionIdMarker',
  'creationTime',
]);

/** What is left of a metadata member: the rest is about the transport. */
const STATUS = 'httpStatusCode';

/** Shapes of chance within a text: ids, times, digests of random material. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [/\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d+)?(?: UTC)?\b/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b([a-z]+(?:-[a-z]+)*)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g, '<$1>'],
  [/\b(AROA|AIPA|AIDA|ASIA|ANPA)[A-Z0-9]{12,17}\b/g, '<$1>'],
  // As moto draws them: ids of profiles, grants and certificates.
  [/^(?:[a-z0-9]{20}|[0-9a-f]{8})$/g, '<random>'],
  [/\b[0-9a-f]{32}(?=\.pem$)/g, '<random>'],
  [/\bip-\d+-\d+-\d+-\d+\b/g, '<private name>'],
];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** JSON with sorted members: the same for the same value. */
export const canonical = (value: Plain): string =>
  JSON.stringify(value, (_key, held: unknown) =>
    isObject(held) && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => compareText(a, b)))
      : held,
  );

/** A document that a text holds: JSON, or JSON in the encoding of URLs, as IAM gives policies. */
const documentIn = (text: string): readonly [kind: string, document: unknown] | undefined => {
  const encoded = text.startsWith('%7B');
  if (!encoded && !text.startsWith('{')) return undefined;
  try {
    const document: unknown = JSON.parse(encoded ? decodeURIComponent(text) : text);
    return [encoded ? '<JSON, URL-encoded>' : '<JSON>', document];
  } catch {
    return undefined;
  }
};

const textOf = (text: string, how: Normalizing): Plain => {
  const document = documentIn(text);
  if (document !== undefined) return { [document[0]]: plainOf(document[1], how) ?? null };
  const named = how.names.reduce((left, [value, name]) => left.replaceAll(value, `<${name}>`), text);
  return SHAPES.reduce((left, [shape, name]) => left.replace(shape, name), named);
};

const listOf = (list: readonly unknown[], how: Normalizing): Plain | undefined => {
  const items = list.flatMap((item) => plainOf(item, how) ?? []);
  if (items.length === 0) return undefined;
  return how.ordered ? items : items.toSorted((a, b) => compareText(canonical(a), canonical(b)));
};

const membersOf = (
  held: Readonly<Record<string, unknown>>,
  how: Normalizing,
): { readonly [member: string]: Plain } =>
  Object.fromEntries(
    Object.entries(held)
      .toSorted(([a], [b]) => compareText(a, b))
      .flatMap(([member, value]) => {
        if (member === '$metadata') return isObject(value) ? [['status', Number(value[STATUS])]] : [];
        const plain = plainOf(value, how);
        if (plain === undefined) return [];
        return [[member, OPAQUE.has(member) ? '<opaque>' : plain]];
      }),
  );

const plainOf = (value: unknown, how: Normalizing): Plain | undefined => {
  if (value === undefined) return undefined;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return textOf(value, how);
  if (value instanceof Date) return '<time>';
  if (value instanceof Uint8Array) return '<bytes>';
  if (Array.isArray(value)) return listOf(value, how);
  if (isObject(value)) return membersOf(value, how);
  throw new Error(`an answer holds a ${typeof value}, which cannot be compared: have the step read it`);
};

/**
 * An answer as it is compared. Times, ids, secrets and request ids become words; ids that are known become their names, so that an
 * answer about another thing still differs. An empty list is no list: the wire of EC2 does not tell them apart in every place.
 */
export const normalize = (answer: object, how: Normalizing): Plain => plainOf(answer, how) ?? {};
