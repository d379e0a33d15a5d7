import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  digestsKey,
  landingBucketName,
  landingKey,
  ledgerOf,
  type IncidentRef,
  type StepOf,
} from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { ownIn, type Services } from '../../services.ts';

/** What the script is told of the landing bucket. */
export interface LandingLinks {
  readonly Links: string;
  readonly LinksSha256: string;
  readonly PartBytes: string;
}

/** A link must hold until the last part is sent; beyond the script's time nobody needs it. */
const SLACK_SECONDS = 60;

/**
 * A client that signs links without a checksum of its own: the SDK would sign that of an empty body, and S3 refuse every part.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html
 */
const signer = (services: Services, region: string): S3Client => {
  const s3 = clientFor(S3Client, ownIn(services, region));
  s3.config.requestChecksumCalculation = () => Promise.resolve('WHEN_REQUIRED');
  return s3;
};

/**
 * Links by which the host sends the list of digests (the first) and its image, each to one key that nobody has written yet: `If-None-Match` is signed with it, so that nothing is
 * written over. They are too many for a command's parameters, and those are shown to whoever lists commands: so they lie as a list in the bucket,
 * and the command names the link to it, and its hash. The links live as long as the capture may take, or the function's credentials, whichever ends first.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export const linksToLanding = async (
  incident: IncidentRef,
  {
    parts,
    partMiB,
    seconds,
  }: NonNullable<StepOf<'capture-memory'>['landing']> & { readonly seconds: number },
  services: Services,
): Promise<LandingLinks> => {
  const { ledgerId } = ledgerOf(incident);
  const { security } = services.config.accounts;
  const Bucket = landingBucketName(security, incident.region);
  const s3 = signer(services, incident.region);
  const expiresIn = seconds + SLACK_SECONDS;
  const keys = [
    digestsKey(ledgerId),
    ...Array.from({ length: parts }, (_, index) => landingKey(ledgerId, index + 1)),
  ];
  const links = await Promise.all(
    keys.map((Key) =>
      getSignedUrl(s3, new PutObjectCommand({ Bucket, Key, IfNoneMatch: '*' }), { expiresIn }),
    ),
  );
  const list = `${links.join('\n')}\n`;
  const LinksSha256 = createHash('sha256').update(list).digest('hex');
  const Key = `${ledgerId}/links-${LinksSha256}`;
  try {
    await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: list, IfNoneMatch: '*', ExpectedBucketOwner: security }),
    );
  } catch (error) {
    // Put before: its reply was lost.
    if (faultCode(error) !== 'PreconditionFailed') throw error;
  }
  return {
    Links: await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn }),
    LinksSha256,
    PartBytes: String(partMiB * 1_048_576),
  };
};
