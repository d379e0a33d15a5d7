import { createHash } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  digestsBytes,
  digestsKey,
  landingBucketName,
  ledgerOf,
  readDigests,
  type IncidentRef,
  type LandedImage,
} from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { isAbsentObject } from '../../aws/is-absent-object.ts';
import { ownIn, type Services } from '../../services.ts';
import { NotDone } from '../attempt.ts';

/**
 * The digests of an image's parts, as the host sent them; it said their number and the list's own digest in the command's output. What is longer than such a
 * list is not read: whoever is on the host may have sent anything.
 *
 * @throws NotDone where there is no list, or another than the host said
 */
export const landedDigests = async (
  incident: IncidentRef,
  { parts, digests }: Pick<LandedImage, 'parts' | 'digests'>,
  services: Services,
): Promise<readonly string[]> => {
  const { security } = services.config.accounts;
  const at = {
    Bucket: landingBucketName(security, incident.region),
    Key: digestsKey(ledgerOf(incident).ledgerId),
    ExpectedBucketOwner: security,
  };
  const s3 = clientFor(S3Client, ownIn(services, incident.region));
  try {
    const { ContentLength: bytes } = await s3.send(new HeadObjectCommand(at));
    if (bytes !== digestsBytes(parts))
      throw new NotDone(
        `the list of digests has ${bytes ?? 'no'} bytes, and for ${parts} part(s) it has ${digestsBytes(parts)}: nothing was carried into the vault`,
      );
    const { Body } = await s3.send(new GetObjectCommand(at));
    const text = (await Body?.transformToString()) ?? '';
    const read = readDigests(text, parts);
    if (read === undefined || createHash('sha256').update(text).digest('hex') !== digests)
      throw new NotDone(
        'the list of digests is another than the host said: nothing was carried into the vault',
      );
    return read;
  } catch (error) {
    if (error instanceof NotDone || !isAbsentObject(error)) throw error;
    throw new NotDone(
      `the host said that its image was sent, and the list of its digests is not in ${at.Bucket}/${at.Key}`,
    );
  }
};

/** Takes away what lies in the vault now, or is needed no more. What is left all the same expires. */
export const clearLanded = async (
  { region }: IncidentRef,
  Key: string,
  services: Services,
): Promise<void> => {
  const { security } = services.config.accounts;
  try {
    await clientFor(S3Client, ownIn(services, region)).send(
      new DeleteObjectCommand({
        Bucket: landingBucketName(security, region),
        Key,
        ExpectedBucketOwner: security,
      }),
    );
  } catch (error) {
    faultCode(error);
  }
};
