import { createHash } from 'node:crypto';
import type { MessageAttribute } from './state.ts';

const prefixed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const BINARY = 2;
const STRING = 1;

const encoded = (name: string, attribute: MessageAttribute): Buffer => {
  const isBinary = attribute.BinaryValue !== undefined;
  const value = Buffer.from(attribute.BinaryValue ?? attribute.StringValue ?? '');
  return Buffer.concat([
    prefixed(Buffer.from(name)),
    prefixed(Buffer.from(attribute.DataType)),
    Buffer.from([isBinary ? BINARY : STRING]),
    prefixed(value),
  ]);
};

/**
 * MD5 of message attributes, hex; undefined when there are none.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export const attributeDigest = (
  attributes: Readonly<Record<string, MessageAttribute>>,
): string | undefined => {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) =>
    attributes[name] === undefined ? [] : [encoded(name, attributes[name])],
  );
  return createHash('md5').update(Buffer.concat(parts)).digest('hex');
};
