import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { toolsBucketName, type IncidentRef, type StepOf } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { ownIn, type Services } from '../../services.ts';
import { NotDone } from '../attempt.ts';

/** How long a host has to begin its download; the link is to one object of a known hash, and to nothing else. */
const LINK_SECONDS = 900;

/**
 * A link to the pinned tool, by which the host can read that one object and nothing else, signed by the function's own role. Whether the object
 * is there, and has that hash, is asked beforehand: no host is touched for a tool that nobody has put there.
 */
export const linkToTool = async (
  { region }: Pick<IncidentRef, 'region'>,
  { sha256, name, version }: StepOf<'capture-memory'>['tool'],
  services: Services,
): Promise<string> => {
  const Bucket = toolsBucketName(services.config.accounts.security, region);
  const s3 = clientFor(S3Client, ownIn(services, region));
  try {
    const held = await s3.send(new HeadObjectCommand({ Bucket, Key: sha256, ChecksumMode: 'ENABLED' }));
    const hash =
      held.ChecksumSHA256 === undefined
        ? undefined
        : Buffer.from(held.ChecksumSHA256, 'base64').toString('hex');
    // An object without that checksum is the host's to judge: it compares the hash before it runs anything.
    if (hash !== undefined && hash !== sha256)
      throw new NotDone(`${Bucket}/${sha256} holds another file: put ${name} ${version} there`);
  } catch (error) {
    if (error instanceof NotDone) throw error;
    const code = faultCode(error);
    throw new NotDone(
      `${name} ${version} could not be read from ${Bucket}/${sha256} (${code}): put it there, in each Region, under its SHA-256`,
    );
  }
  return getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: sha256 }), { expiresIn: LINK_SECONDS });
};
