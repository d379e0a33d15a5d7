/** Members that CloudTrail does not write down, or that no record here should carry: secrets and bulk. */
const LEFT_OUT = new Set(['SecretAccessKey', 'SessionToken', 'Plaintext', 'UserData', 'Body', '$metadata']);

const lowerFirst = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * An input or output as records have it: names begin in lower case, times are text, secrets and bytes are left out. Of EC2, CloudTrail
 * writes lists as `instancesSet.items`; that is not modelled.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (requestParameters, responseElements)
 */
export const eventMembers = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array || typeof value === 'function') return undefined;
  if (Array.isArray(value)) return value.map((item) => eventMembers(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => member !== undefined && !LEFT_OUT.has(name))
      .map(([name, member]) => [lowerFirst(name), eventMembers(member)]),
  );
};

/** Every text in a value with the name of the member that holds it. */
export const textsIn = (value: unknown, name = ''): readonly (readonly [name: string, text: string])[] => {
  if (typeof value === 'string') return [[name, value]];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, name));
  if (!isRecord(value) || value instanceof Date || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([member, held]) => textsIn(held, member));
};
