import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FUNCTIONS = [
  'recorder',
  'read-watch',
  'keeper',
  'archivist',
  'disposer',
  'evidence-desk',
  'block-hasher',
];

/** A folder below `work` with a bundle of each function of this account, as a build leaves it: enough to synthesize by. */
export const codeRootIn = (work: string): string => {
  const codeRoot = join(work, 'dist');
  for (const name of FUNCTIONS) {
    mkdirSync(join(codeRoot, name), { recursive: true });
    writeFileSync(join(codeRoot, name, 'index.mjs'), 'export const handler = () => "done";\n');
  }
  return codeRoot;
};
