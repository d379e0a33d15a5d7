import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { sha256Hex, vaultKeys, type CustodyEvent } from '@cordon/evidence';
import { landedLabel, landingBucketName, landingKey, type RecorderRequest } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { isAbsentObject } from '../aws/is-absent-object.ts';
import { ownIn, type Services } from '../services.ts';
import { deposited } from './deposited.ts';
import type { Vault } from './vault.ts';

/** A host that holds a link may send more than a part: what is longer than any part that we ask for is not taken into memory. */
const MOST_BYTES = 128 * 1_024 ** 2;

/**
 * Carries one part of a memory image out of the landing bucket into the vault, written once and under its lock, and says what lies there: the
 * digest is made of the bytes that were read here, and S3 makes it again. S3's own copy is no way into the vault, for a bucket that takes new keys alone
 * refuses it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 * Done twice it says the same: what lies in the vault stays, though the part is gone from the landing bucket.
 *
 * @throws Error when there is no such part, or it is longer than a part may be
 */
export const carryPart = async (
  { ledgerId, region, number }: Extract<RecorderRequest, { kind: 'landed' }>,
  vault: Vault,
  services: Services,
): Promise<CustodyEvent> => {
  const { security } = services.config.accounts;
  const at = {
    Bucket: landingBucketName(security, region),
    Key: landingKey(ledgerId, number),
    ExpectedBucketOwner: security,
  };
  const label = landedLabel(number);
  const key = vaultKeys.object(ledgerId, label);
  const s3 = clientFor(S3Client, ownIn(services, region));
  let body: Uint8Array | undefined;
  try {
    const { ContentLength: bytes = 0 } = await s3.send(new HeadObjectCommand(at));
    if (bytes > MOST_BYTES)
      throw new Error(`${at.Key} has ${bytes} bytes, and a part has ${MOST_BYTES} at most: it is not taken`);
    const { Body } = await s3.send(new GetObjectCommand(at));
    body = await Body?.transformToByteArray();
  } catch (error) {
    // It was carried before, and the answer to that was lost.
    if (!isAbsentObject(error)) throw error;
    if (!(await vault.list(key)).includes(key))
      throw new Error(`${at.Key} is not in ${at.Bucket}, and never came into the vault`, { cause: error });
  }
  if (body !== undefined) {
    const { written } = await vault.put(key, body, 'application/octet-stream');
    const lies = await deposited(vault, key, label);
    if (written && lies.sha256 !== sha256Hex(body))
      throw new Error(`object ${key} reads back as ${lies.sha256}, written was ${sha256Hex(body)}`);
    return lies;
  }
  return deposited(vault, key, label);
};
