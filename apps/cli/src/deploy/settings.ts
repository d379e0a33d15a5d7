import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { CordonConfig } from '@cordon/incident';
import { deploymentStages, type Stage } from '@cordon/incident/deployment';
import { UsageError } from '../usage-error.ts';
import { cdkDeployer, type Deployer } from './deployer.ts';

/** Options that deploy and destroy share, as commander gives them. */
export interface SharedArguments {
  readonly plan?: true;
  readonly resume?: true;
  readonly only?: string;
  readonly profile: Readonly<Record<string, string>>;
  readonly state: string;
  readonly config?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** What a command is run with: tests bring their own. */
export interface DeployRuntime {
  readonly deployer: Deployer;
  /** ISO 8601. */
  readonly now: () => string;
  /** Of the repository. */
  readonly root: string;
}

const ROOT = resolve(import.meta.dirname, '../../../..');

/** Where the state is kept unless something else is said. */
export const STATE_FILE = 'cordon.deployed.json';

/** AWS itself, the repository that this file is in, and the wall's time. */
export const ownDeployRuntime = (): DeployRuntime => ({
  deployer: cdkDeployer(ROOT),
  now: () => new Date(performance.timeOrigin + performance.now()).toISOString(),
  root: join(ROOT),
});

const ACCOUNT_NAMES: readonly string[] = ['management', 'security', 'evidence', 'forensics', 'deployment'];

/** `NAME=VALUE`, collected; for commander. */
export const namedValue =
  (names?: readonly string[]) =>
  (text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    const [name = '', ...rest] = text.split('=');
    const value = rest.join('=');
    if (value === '' || (names !== undefined && !names.includes(name)))
      throw new InvalidArgumentError(
        `wanted NAME=VALUE${names === undefined ? '' : `, NAME one of ${names.join(', ')}`}`,
      );
    return { ...before, [name]: value };
  };

/** `ACCOUNT=PROFILE`, collected. */
export const profileOf = namedValue(ACCOUNT_NAMES);

/** The stages of a configuration. Throws UsageError where there is no deployment by stages. */
export const stagesOf = (config: CordonConfig): readonly Stage[] => {
  try {
    return deploymentStages(config);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    throw new UsageError('bad-config', error.message, 'see docs/deployment.md');
  }
};
