import { globSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Explained } from './drill-figures.ts';
import { figure, median } from './figure.ts';
import { runChild } from './run-child.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');

/** Functions on the way to isolation, in bytes of a thousand: a cold start reads them whole. */
const BEFORE_ISOLATION = new Set(['intake', 'inspect', 'isolate-network']);
const BEFORE_ISOLATION_KB = 500;
const OTHERS_KB = 750;
const IMPORT_MS = 100;

/** A child that tells how long it took to import a bundle, in milliseconds: its own start is no part of that. */
const importTimer = (path: string): readonly string[] => [
  '--input-type=module',
  '--eval',
  `const began = performance.now(); await import(${JSON.stringify(pathToFileURL(path).href)}); process.stdout.write(String(performance.now() - began)); process.exit(0);`,
];

/** Size and import time of every bundle that is deployed. Throws when there is none. */
export const bundleFigures = async (runs: number): Promise<readonly Explained[]> => {
  const paths = globSync('apps/*/dist/*/index.mjs', { cwd: ROOT }).toSorted();
  if (paths.length === 0) throw new Error('no bundle was found in apps/*/dist: run `pnpm build` first');
  const figures: Explained[] = [];
  for (const path of paths.map((one) => join(ROOT, one))) {
    const name = basename(dirname(path));
    const below = BEFORE_ISOLATION.has(name) ? BEFORE_ISOLATION_KB : OTHERS_KB;
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) times.push(Number((await runChild(importTimer(path))).stdout));
    figures.push(
      {
        figure: figure(
          `bundle-size-${name}`,
          { measured: statSync(path).size / 1000, unit: 'kB' },
          { below },
        ),
        lines: [],
      },
      {
        figure: figure(`import-time-${name}`, { measured: median(times), unit: 'ms' }, { below: IMPORT_MS }),
        lines: [],
      },
    );
  }
  return figures;
};
