import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ServiceFault } from '../../core/fault.ts';
import { unimplemented } from '../accept-members.ts';
import type { Checksums } from './state.ts';

/** Checksum members of a request. */
interface ChecksumInput {
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
}

/** Reflected CRC-64/NVME polynomial. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const ALL_ONES = 0xffffffffffffffffn;

const tableEntry = (index: number): bigint => {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1n) === 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
  return value;
};

const TABLE = Array.from({ length: 256 }, (_, index) => tableEntry(index));
/** The table in halves: 32-bit arithmetic is many times faster than 64-bit bigints. */
const HIGH = Uint32Array.from(TABLE, (entry) => Number(entry >> 32n));
const LOW = Uint32Array.from(TABLE, (entry) => Number(entry & 0xffffffffn));

const crc64 = (bytes: Uint8Array): Buffer => {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0)) >>> 0;
    high = ((high >>> 8) ^ (HIGH[index] ?? 0)) >>> 0;
  }
  const result = Buffer.alloc(8);
  result.writeBigUInt64BE(((BigInt(high) << 32n) | BigInt(low)) ^ ALL_ONES);
  return result;
};

const crc32Bytes = (bytes: Uint8Array): Buffer => {
  const result = Buffer.alloc(4);
  result.writeUInt32BE(crc32(bytes));
  return result;
};

const digest = (algorithm: 'md5' | 'sha1' | 'sha256') => (bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest();

const ALGORITHMS = {
  CRC32: crc32Bytes,
  SHA1: digest('sha1'),
  SHA256: digest('sha256'),
  CRC64NVME: crc64,
} as const;
const NAMES = [
  'CRC32',
  'SHA1',
  'SHA256',
  'CRC64NVME',
] as const satisfies readonly (keyof typeof ALGORITHMS)[];

/** Whether a request carries Content-MD5 or an `x-amz-checksum-*` header. */
export const hasChecksum = (input: ChecksumInput): boolean =>
  input.ContentMD5 !== undefined || NAMES.some((name) => input[`Checksum${name}`] !== undefined);

/**
 * Verifies what a request says of its body, and gives the checksum that S3 keeps: the client's, or CRC64NVME.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @throws ServiceFault BadDigest, InvalidDigest, InvalidRequest; UnsupportedOperation for other algorithms
 */
export const verifyBody = (body: Buffer, input: ChecksumInput): Checksums => {
  if (input.ContentMD5 !== undefined) {
    if (Buffer.from(input.ContentMD5, 'base64').length !== 16)
      throw new ServiceFault('InvalidDigest', 'The Content-MD5 you specified was invalid.');
    if (digest('md5')(body).toString('base64') !== input.ContentMD5)
      throw new ServiceFault('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const algorithm = input.ChecksumAlgorithm;
  if (algorithm !== undefined && !NAMES.some((name) => name === algorithm))
    throw unimplemented(`ChecksumAlgorithm ${algorithm}`, 'PutObject');
  const given = NAMES.filter((name) => input[`Checksum${name}`] !== undefined);
  if (given.length > 1)
    throw new ServiceFault(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  const [name = 'CRC64NVME'] = given;
  const computed = ALGORITHMS[name](body).toString('base64');
  const claimed = input[`Checksum${name}`];
  if (claimed !== undefined && claimed !== computed) {
    throw new ServiceFault('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
  return { [name]: computed };
};

/** The quoted ETag of a single PUT. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag) */
export const etagOf = (body: Buffer, distinct: string | undefined): string =>
  // Under SSE-KMS the ETag is not the MD5 of the content.
  `"${createHash('md5')
    .update(body)
    .update(distinct ?? '')
    .digest('hex')}"`;

/** The checksum members of an answer. */
export const checksumMembers = (checksums: Checksums) => ({
  ...(checksums.CRC32 === undefined ? {} : { ChecksumCRC32: checksums.CRC32 }),
  ...(checksums.SHA1 === undefined ? {} : { ChecksumSHA1: checksums.SHA1 }),
  ...(checksums.SHA256 === undefined ? {} : { ChecksumSHA256: checksums.SHA256 }),
  ...(checksums.CRC64NVME === undefined ? {} : { ChecksumCRC64NVME: checksums.CRC64NVME }),
  ChecksumType: 'FULL_OBJECT' as const,
});
