import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ActivateOrganizationsAccessCommand, CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { OrganizationsClient, RegisterDelegatedAdministratorCommand } from '@aws-sdk/client-organizations';
import { createOrganization, type InProcessHandler, type Organization } from '@cordon/local-aws';
import { config } from '../../cordon.config.ts';
import { bootstrap } from './bootstrap.ts';
import { clockNow, clockQuery, wallNow } from './clock.ts';

const ROOT = join(import.meta.dirname, '../..');
const { homeRegion, accounts, organizationId } = config;

/** So much faster than the wall's does time pass while a program runs: programs of AWS ask every five seconds how far a stack is. */
const TIMES_FASTER = 20;
const TICK_MS = 10;
/** An account of the organization's own. */
export const MEMBER = '702000000001';
/** The unit that it is in. */
export const UNIT = 'ou-root-members0';
const UNIT_PATH = `${organizationId}/r-root/${UNIT}/`;

/** What is deployed here does nothing: its schedules call functions that answer at once. */
const idle: Readonly<Record<string, InProcessHandler>> = new Proxy(
  {},
  { get: () => () => Promise.resolve(null) },
);

/** What one run of the command line gave. */
export interface RunOfCordon {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const trustStackSets = async (organization: Organization): Promise<void> => {
  const settings = {
    region: homeRegion,
    credentials: organization.credentialsFor(accounts.management, 'administrator'),
    requestHandler: organization.requestHandler,
  };
  await organization.during(async () => {
    await new CloudFormationClient(settings).send(new ActivateOrganizationsAccessCommand({}));
    await new OrganizationsClient(settings).send(
      new RegisterDelegatedAdministratorCommand({
        AccountId: accounts.security,
        ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
      }),
    );
  });
};

/** Runs a program in the environment given and lets the organization's time pass until it ends. */
const runBeside = async (
  organization: Organization,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunOfCordon> => {
  const clock = { wallMs: wallNow(), virtualMs: organization.timeline.now(), timesFaster: TIMES_FASTER };
  const child = spawn(process.execPath, [...words], {
    cwd: ROOT,
    env: {
      ...env,
      NODE_OPTIONS: `--import=${new URL(`faster-clock.ts${clockQuery(clock)}`, import.meta.url).href}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let code: number | null | undefined;
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  child.once('close', (with_) => (code = with_));
  while (code === undefined) {
    const target = clockNow(clock);
    organization.timeline.at(target, () => undefined);
    await organization.run(() => false, target);
    await pause(TICK_MS);
  }
  return { code, out, err };
};

/**
 * An organization with nothing of the product in it, bootstrapped for CDK in the home Region, that listens on loopback; and profiles of its
 * accounts as AWS's tools read them.
 */
export const servedOrganization = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cordon-deployment-'));
  const organization = await createOrganization({
    seed: 'deployment',
    startAt: new Date(wallNow()).toISOString(),
    organizationId,
    managementAccount: accounts.management,
    accounts: [
      ...Object.entries(accounts).map(([name, id]) => ({ id, name })),
      { id: MEMBER, name: 'member', path: UNIT_PATH },
    ],
    units: [{ path: UNIT_PATH, name: 'members' }],
    regions: [...config.regions],
    delegatedAdministrators: [accounts.security],
    runtime: { inProcess: idle },
    latencyMs: 0,
    ssmParameters: { [config.forensics.imageParameter]: 'ami-0f0e5c1c00c0de001' },
  });
  for (const account of [accounts.security, accounts.evidence, accounts.forensics])
    await bootstrap(organization, account, homeRegion);
  await trustStackSets(organization);
  const { url } = await organization.serve();
  const profiles = Object.entries({ ...accounts, member: MEMBER }).map(([name, id]) => {
    const { accessKeyId, secretAccessKey, sessionToken } = organization.credentialsFor(id, 'administrator');
    return `[${name}]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\naws_session_token=${sessionToken}\n`;
  });
  const credentials = join(directory, 'credentials');
  writeFileSync(credentials, profiles.join('\n'));
  const here = join(directory, 'config.mjs');
  writeFileSync(here, `export const config = ${JSON.stringify({ ...config, regions: [homeRegion] })};\n`);
  const state = join(directory, 'deployed.json');
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_CONFIG_FILE: join(directory, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    // The CLI keeps which account a key is of; keys of this organization come from its seed.
    CDK_HOME: directory,
    HOME: directory,
    PATH: '/usr/bin:/bin',
  };
  return {
    organization,
    state,
    /** `cordon WORDS`, with a profile for each account but where `profiles` says otherwise. */
    cordon: (words: readonly string[], given: Readonly<Record<string, string>> = {}) => {
      const named = ['security', 'evidence', 'forensics', 'management', 'deployment'].flatMap((name) => [
        '--profile',
        `${name}=${given[name] ?? (name === 'deployment' ? 'security' : name)}`,
      ]);
      return runBeside(
        organization,
        ['apps/cli/src/main.ts', ...words, '--config', here, '--state', state, ...named],
        env,
      );
    },
    /** `cordon live-drill WORDS`, with the profiles that the words name. */
    liveDrill: (words: readonly string[]) =>
      runBeside(organization, ['apps/cli/src/main.ts', 'live-drill', ...words, '--config', here], env),
    close: async () => {
      await organization.close();
      rmSync(directory, { recursive: true });
    },
  };
};
