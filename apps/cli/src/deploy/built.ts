import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { standingUsd, type Stage } from '@cordon/incident/deployment';
import * as z from 'zod';
import { fileErrorCode, UsageError } from '../usage-error.ts';

const templateShape = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

/** A stack as it was built. */
export interface Built {
  /** Of the template's bytes, which name the functions' code by its digest, and of the parameters given. */
  readonly digest: string;
  readonly monthlyUsd: number;
}

/** Reads the synthesized template of a stage. Throws UsageError where it was not built. */
export const readBuilt = (
  root: string,
  { app, stack }: Pick<Stage, 'app' | 'stack'>,
  parameters: Readonly<Record<string, string>>,
): Built => {
  const path = join(root, app, 'cdk.out', `${stack}.template.json`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (fileErrorCode(error) !== 'ENOENT') throw error;
    throw new UsageError('not-built', `${path} is missing`, 'run `pnpm build` first');
  }
  const given = JSON.stringify(
    Object.entries(parameters).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  return {
    digest: createHash('sha256').update(text).update('\n').update(given).digest('hex'),
    monthlyUsd: standingUsd(templateShape.parse(JSON.parse(text)).Resources),
  };
};
