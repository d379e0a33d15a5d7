import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { toolsBucketName, type IncidentRef, type StepOf } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { ownIn, type Services } from '../../services.ts';
import { NotDone } from '../attempt.ts';

type Step = StepOf<'capture-memory'>;

/** How long a host has to begin its download; each link is to one object of a known hash, and to nothing else. */
const LINK_SECONDS = 900;

/** What a script is told of its tools: the link to the program, and those to LiME modules behind their hashes; `none` where there is none. */
export interface ToolLinks {
  readonly ToolUrl: string;
  readonly Modules: string;
}

const linkTo = async (
  { region }: Pick<IncidentRef, 'region'>,
  { sha256, name, version }: Step['tool'],
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

/** Links to the modules that are there. One that is not is missed only by a host of that kernel, which then says so. */
const linksToModules = async (
  incident: Pick<IncidentRef, 'region'>,
  { modules = [] }: Step,
  services: Services,
): Promise<readonly string[]> => {
  const links = await Promise.allSettled(
    modules.map(
      async ({ version, sha256 }) =>
        `${sha256}=${await linkTo(incident, { name: 'lime', version, sha256 }, services)}`,
    ),
  );
  const found = links.flatMap((link) => (link.status === 'fulfilled' ? [link.value] : []));
  const [lost] = links.flatMap((link) => (link.status === 'rejected' ? [link.reason as unknown] : []));
  if (found.length === 0 && lost !== undefined) throw lost;
  return found;
};

/**
 * Links to the pinned tools, by which the host can read those objects and nothing else, signed by the function's own role. Whether they
 * are there, and have their hashes, is asked beforehand: no host is touched for a tool that nobody has put there.
 */
export const linksToTools = async (
  incident: Pick<IncidentRef, 'region'>,
  step: Step,
  services: Services,
): Promise<ToolLinks> => {
  const isModule = step.tool.name === 'lime';
  const ToolUrl = isModule ? 'none' : await linkTo(incident, step.tool, services);
  const modules = await linksToModules(incident, step, services).catch((error: unknown) => {
    // Behind a program that is there, a module is a second way.
    if (isModule) throw error;
    return [];
  });
  return { ToolUrl, Modules: modules.length === 0 ? 'none' : modules.join(' ') };
};
