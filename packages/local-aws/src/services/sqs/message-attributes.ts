import { ServiceFault } from '../../core/fault.ts';
import type { MessageAttribute } from './state.ts';

/** A message attribute as a request gives it. */
interface GivenAttribute {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const MAX_ATTRIBUTES = 10;

/**
 * Reads message attributes: a type of String, Number or Binary, and the value that fits it.
 *
 * @throws ServiceFault InvalidParameterValue
 */
export const readAttributes = (
  given: Readonly<Record<string, GivenAttribute>> | undefined,
): Readonly<Record<string, MessageAttribute>> => {
  const entries = Object.entries(given ?? {});
  if (entries.length > MAX_ATTRIBUTES)
    throw new ServiceFault(
      'InvalidParameterValue',
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  return Object.fromEntries(
    entries.map(([name, { DataType, StringValue, BinaryValue }]) => {
      const kind = DataType?.split('.')[0];
      if (DataType !== undefined && kind === 'Binary' && BinaryValue !== undefined)
        return [name, { DataType, BinaryValue }];
      const isText = kind === 'String' || (kind === 'Number' && Number.isFinite(Number(StringValue)));
      if (DataType !== undefined && isText && StringValue !== undefined && StringValue !== '')
        return [name, { DataType, StringValue }];
      throw new ServiceFault(
        'InvalidParameterValue',
        `The message attribute '${name}' must contain a non-empty value of its type, and the type must be String, Number or Binary.`,
      );
    }),
  );
};

/** Bytes that attributes count for. */
export const attributeBytes = (attributes: Readonly<Record<string, MessageAttribute>>): number =>
  Object.entries(attributes).reduce(
    (total, [name, { DataType, StringValue = '', BinaryValue }]) =>
      total +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.length ?? 0),
    0,
  );
