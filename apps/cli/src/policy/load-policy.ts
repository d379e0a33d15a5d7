import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { defineConfig, parsePolicy, type CordonConfig, type Policy } from '@cordon/incident';
import { config as own } from '../../../../cordon.config.ts';
import { readText } from '../read-text.ts';
import { UsageError } from '../usage-error.ts';

/** A policy and where it came from, in words. */
export interface LoadedPolicy {
  readonly policy: Policy;
  readonly from: string;
}

/** The policy of a JSON file, of standard input for `-`, or of cordon.config.ts. Throws UsageError for one that is not valid. */
export const loadPolicy = async (path: string | undefined, config: CordonConfig): Promise<LoadedPolicy> => {
  if (path === undefined) return { policy: config.policy, from: 'the configuration' };
  const { name, text } = await readText(path);
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      'not-json',
      `${name} is no JSON: ${String(error)}`,
      'give a policy as JSON (docs/policy.md)',
    );
  }
  try {
    return { policy: parsePolicy(written), from: name };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError('bad-policy', `${name}: ${error.message}`, 'mend it as docs/policy.md says');
  }
};

/** The configuration of a module that exports `config`, as cordon.config.ts does; that one itself when no path is given. */
export const loadConfig = async (path: string | undefined): Promise<CordonConfig> => {
  if (path === undefined) return own;
  try {
    const module: unknown = await import(pathToFileURL(resolve(path)).href);
    if (typeof module !== 'object' || module === null || !('config' in module))
      throw new Error('it exports no `config`');
    // Checked once more: the module may have been written without `defineConfig`.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return defineConfig(module.config as Parameters<typeof defineConfig>[0]);
  } catch (error) {
    throw new UsageError(
      'bad-config',
      `cannot use ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'give a module that exports `config`, as cordon.config.ts does',
    );
  }
};
