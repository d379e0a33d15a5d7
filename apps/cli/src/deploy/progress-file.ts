import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { noProgress, progressSchema, type Progress } from '@cordon/incident/deployment';
import { fileErrorCode, UsageError } from '../usage-error.ts';

/** What a run has to go on from; nothing where there is no file yet. Throws UsageError for a file that is not ours. */
export const readProgress = (path: string, organizationId: string): Progress => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return noProgress(organizationId);
    throw error;
  }
  const hint = `give another file with --state, or move it away: CDK itself passes over what stands already`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError('bad-state', `${path} is not JSON`, hint);
  }
  const read = progressSchema.safeParse(json);
  if (read.success) return read.data;
  const what = read.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; ');
  throw new UsageError('bad-state', `${path} is not a state of cordon deploy: ${what}`, hint);
};

/** Writes it whole or not at all: a run that is killed leaves the old one. */
export const writeProgress = (path: string, progress: Progress): void => {
  const beside = `${path}.new`;
  writeFileSync(beside, `${JSON.stringify(progress, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, path);
};
