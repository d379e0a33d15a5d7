import type { ReadOptions, Viewer } from '@cordon/responder/doctor';
import { config } from '../../../../cordon.config.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { examineOrganization } from './doctor-organization.ts';
import { organizationPage } from './organization-page.ts';

/** Options of `cordon doctor` as commander gives them. */
export interface OrganizationArguments {
  readonly profile?: readonly string[];
  readonly before?: true;
  readonly all?: true;
  readonly json?: true;
}

const VIEWERS: readonly Viewer[] = ['security', 'evidence', 'forensics', 'stacksets'];

/** `evidence=NAME`, ... Throws UsageError for what is no such pair. */
const profilesOf = (given: readonly string[] = []): ReadonlyMap<Viewer, string> =>
  new Map(
    given.map((pair) => {
      const [name = '', ...rest] = pair.split('=');
      const viewer = VIEWERS.find((one) => one === name);
      const profile = rest.join('=');
      if (viewer === undefined || profile === '')
        throw new UsageError(
          'bad-profile',
          `--profile is ${JSON.stringify(pair)}, wanted ${VIEWERS.map((one) => `${one}=NAME`).join(', ')}`,
          'name a profile of your AWS configuration for each account that is to be read',
        );
      return [viewer, profile];
    }),
  );

/** A line for each thing that nobody could ask would hide that nobody is signed in. @throws UsageError where there are no credentials */
const signedIn = async (provider: () => Promise<unknown>, whose: string): Promise<void> => {
  await provider().catch((error: unknown) => {
    throw new UsageError(
      'not-signed-in',
      `there are no credentials ${whose}: ${error instanceof Error ? error.message : String(error)}`,
      'sign in to the security account with the permission set CordonDoctors, or name its profile by --profile security=NAME (docs/doctor.md)',
    );
  });
};

/**
 * Credentials of each account: of the named profile; the environment's own for the security account, and for StackSets where
 * nothing else is said, since it may be their administrator.
 */
const connector = async (profiles: ReadonlyMap<Viewer, string>): Promise<ReadOptions['connect']> => {
  const { STSClient } = await import('@aws-sdk/client-sts');
  // The SDK's own chain for a profile, single sign-on included; made once, so that one asks once.
  const credentials = new Map(
    [...profiles].map(([viewer, profile]) => [
      viewer,
      new STSClient({ region: config.homeRegion, profile }).config.credentials,
    ]),
  );
  for (const [viewer, profile] of profiles)
    await signedIn(
      () => Promise.resolve(credentials.get(viewer)?.()),
      `in the profile ${profile} of the ${viewer} account`,
    );
  if (!profiles.has('security'))
    await signedIn(
      new STSClient({ region: config.homeRegion }).config.credentials,
      'for the security account in this environment',
    );
  return (viewer, region) => {
    const named =
      credentials.get(viewer) ?? (viewer === 'stacksets' ? credentials.get('security') : undefined);
    if (named !== undefined) return { region, credentials: named };
    return viewer === 'security' || viewer === 'stacksets' ? { region } : undefined;
  };
};

/**
 * Looks at the organization of cordon.config.ts and prints what is wrong with it. Throws UsageError for bad arguments, and where nothing
 * is built to compare with.
 *
 * @param at epoch ms of now
 */
export const doctorOrganization = async (
  given: OrganizationArguments,
  output: Output,
  at: number,
): Promise<ExitCode> => {
  const profiles = profilesOf(given.profile);
  const { BadInput, printable } = await import('@cordon/drill');
  const examined = await examineOrganization({
    config,
    connect: await connector(profiles),
    at,
    progress: (line) => output.err(`  ${line}\n`),
    ...(given.before === true ? { phase: 'before' as const } : {}),
  }).catch((error: unknown) => {
    throw error instanceof BadInput ? new UsageError(error.code, error.message, error.hint) : error;
  });
  output.out(
    given.json
      ? `${JSON.stringify({ schemaVersion: 1, at: new Date(at).toISOString(), ...examined }, null, 2)}\n`
      : organizationPage(examined, { all: given.all === true, printable }),
  );
  const { error, unknown } = examined.counts;
  return error + unknown === 0 ? EXIT.ok : EXIT.broken;
};
