import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder below `work` with a bundle for each of these functions, as a build leaves them: enough to synthesize by. Gives its path. */
export const codeRootWith = (work: string, functions: readonly string[]): string => {
  const codeRoot = join(work, 'dist');
  for (const name of functions) {
    mkdirSync(join(codeRoot, name), { recursive: true });
    writeFileSync(join(codeRoot, name, 'index.mjs'), `export const handler = () => '${name}';\n`);
  }
  return codeRoot;
};
