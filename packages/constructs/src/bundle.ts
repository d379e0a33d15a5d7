import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { BUNDLE_PLUGINS } from './bundle-plugins.ts';

/** What to bundle, and where to. */
export interface BundleHandlersInput {
  /** Absolute path of each handler's module, by the name of the folder that its bundle goes to. */
  readonly entries: Readonly<Record<string, string>>;
  /** Absolute path; each bundle becomes `<outDir>/<name>/index.mjs` with its source map. Holds nothing else afterwards. */
  readonly outDir: string;
}

/** What was bundled. */
export interface BundledHandler {
  readonly name: string;
  /** Of `index.mjs`, without its source map. */
  readonly sizeBytes: number;
}

/** A file keeps its time of change when nothing changed, so that whoever watches it stays quiet. */
const writeChanged = ({ path, contents }: OutputFile): void => {
  mkdirSync(dirname(path), { recursive: true });
  let old: Buffer | undefined;
  try {
    old = readFileSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  if (old === undefined || !old.equals(contents)) writeFileSync(path, contents);
};

const bundleOne = async (name: string, entry: string, outDir: string): Promise<BundledHandler> => {
  const { outputFiles, warnings } = await build({
    entryPoints: [entry],
    outfile: join(outDir, name, 'index.mjs'),
    write: false,
    bundle: true,
    platform: 'node',
    // One below the runtime: the same bundle runs in the local organization on the pinned Node.
    target: 'node22',
    format: 'esm',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    // Never `conditions`: setting it drops the default one that finds the SDK's modules, and with it tree shaking.
    mainFields: ['module', 'main'],
    // For CommonJS dependencies; under a private name, because a module may declare one of the usual name itself.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [...BUNDLE_PLUGINS],
    // Errors are thrown with their place; a warning is a fault to mend, so it is not let pass either.
    logLevel: 'silent',
  });
  if (warnings.length > 0) {
    const texts = warnings.map(
      ({ text, location }) => `${location?.file ?? entry}:${location?.line ?? 1}: ${text}`,
    );
    throw new Error(`bundling ${name} gave warnings; mend each:\n${texts.join('\n')}`);
  }
  for (const file of outputFiles) writeChanged(file);
  return { name, sizeBytes: outputFiles.find(({ path }) => path.endsWith('.mjs'))?.contents.byteLength ?? 0 };
};

/**
 * Bundles Lambda handlers with all that they import, the SDK included: the same input gives the same bytes, and only
 * files whose bytes changed are written. Gives the sizes by name. Rejects with esbuild's errors, and with its warnings.
 */
export const bundleHandlers = async ({
  entries,
  outDir,
}: BundleHandlersInput): Promise<readonly BundledHandler[]> => {
  mkdirSync(outDir, { recursive: true });
  for (const stale of readdirSync(outDir).filter((name) => !(name in entries))) {
    rmSync(join(outDir, stale), { recursive: true });
  }
  return Promise.all(Object.entries(entries).map(([name, entry]) => bundleOne(name, entry, outDir)));
};
