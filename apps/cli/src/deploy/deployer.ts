import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Stage } from '@cordon/incident/deployment';

/** Who asks, as STS says it. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** How a stack's deployment or removal ended; `log` is what the tool wrote, at most its end. */
export interface Ended {
  readonly ok: boolean;
  readonly log: string;
}

/** What one run does to AWS. Tests bring their own where AWS's tool itself is not what is tested. */
export interface Deployer {
  readonly whoAmI: (stage: Stage, profile: string | undefined) => Promise<Identity>;
  readonly deploy: (stage: Stage, how: Handing) => Promise<Ended>;
  readonly remove: (stage: Stage, how: Handing) => Promise<Ended>;
}

/** What is handed to the tool with a stage. */
export interface Handing {
  readonly profile: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  /** Takes resources that an earlier removal retained into the stack again. */
  readonly importRetained: boolean;
  /** Told of each line that the tool writes. */
  readonly line: (text: string) => void;
}

/** Of a tool's output this much is kept for the error of a failure. */
const KEPT_CHARACTERS = 4_000;

/** The CDK CLI that this command line is pinned to. */
const cdkPath = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin/cdk');

/** Runs the tool in the caller's own environment: credentials, proxies, `AWS_ENDPOINT_URL`. */
const run = (words: readonly string[], told: (line: string) => void): Promise<Ended> =>
  new Promise((resolve, reject) => {
    // Node itself, and no shell: the tool's own first line would start whichever Node is found.
    const child = spawn(process.execPath, [cdkPath(), ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    let rest = '';
    const take = (chunk: Buffer): void => {
      const text = chunk.toString('utf8');
      log = (log + text).slice(-KEPT_CHARACTERS);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const one of lines) if (one.trim() !== '') told(one);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (code) => {
      if (rest.trim() !== '') told(rest);
      resolve({ ok: code === 0, log });
    });
  });

const COMMON = ['--no-notices', '--no-color', '--no-version-reporting', '--exclusively'];

/** Of a deployment alone: the tool takes a word behind an option that it does not know for a stack's name. */
const OF_DEPLOYMENT = ['--progress', 'events'];

/** What the tool is told of one stage. */
const wordsFor = (
  root: string,
  verb: 'deploy' | 'destroy',
  stage: Stage,
  how: Handing,
): readonly string[] => [
  verb,
  stage.stack,
  '--app',
  join(root, stage.app, 'cdk.out'),
  '--region',
  stage.region,
  ...COMMON,
  ...(verb === 'deploy' ? OF_DEPLOYMENT : []),
  ...(how.profile === undefined ? [] : ['--profile', how.profile]),
  ...Object.entries(how.parameters).flatMap(([name, value]) => [
    '--parameters',
    `${stage.stack}:${name}=${value}`,
  ]),
];

/** Updates and deletes as CloudFormation does; a removal takes termination protection off first, which nothing else does. */
const unprotect = async ({ stack, region }: Stage, profile: string | undefined): Promise<void> => {
  const { CloudFormationClient, UpdateTerminationProtectionCommand } =
    await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({ region, ...(profile === undefined ? {} : { profile }) });
  await client
    .send(new UpdateTerminationProtectionCommand({ StackName: stack, EnableTerminationProtection: false }))
    .catch((error: unknown) => {
      // A stack that is gone has nothing to protect; its removal then finds nothing to do.
      if (!(error instanceof Error && error.message.includes('does not exist'))) throw error;
    });
};

/**
 * AWS's own tools with the caller's own credentials: the CDK CLI for stacks, STS for who asks. Stacks are deployed without change sets, but
 * where retained resources are imported: only a change set can do that.
 *
 * @param root of the repository
 */
export const cdkDeployer = (root: string): Deployer => ({
  whoAmI: async ({ region }, profile) => {
    const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
    const client = new STSClient({ region, ...(profile === undefined ? {} : { profile }) });
    const { Account: account = '', Arn: arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { account, arn };
  },
  deploy: (stage, how) =>
    run(
      [
        ...wordsFor(root, 'deploy', stage, how),
        '--require-approval',
        'never',
        ...(how.importRetained
          ? ['--method', 'change-set', '--import-existing-resources']
          : ['--method', 'direct']),
      ],
      how.line,
    ),
  remove: async (stage, how) => {
    await unprotect(stage, how.profile);
    return run([...wordsFor(root, 'destroy', stage, how), '--force'], how.line);
  },
});
