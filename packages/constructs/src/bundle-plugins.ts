import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { compactErrorClasses } from './compact-error-classes.ts';
import { inlineSchemaKeys } from './inline-schema-keys.ts';

/** Rewrites modules whose path matches; the new text means the same to a handler. */
const rewriting = (name: string, filter: RegExp, rewrite: (source: string) => string): Plugin => ({
  name,
  setup(plugin) {
    plugin.onLoad({ filter }, async ({ path }) => ({
      contents: rewrite(await readFile(path, 'utf8')),
      loader: path.endsWith('.json') ? 'json' : 'js',
    }));
  },
});

const schemaModules = rewriting(
  'inline-schema-keys',
  /@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/,
  inlineSchemaKeys,
);

const errorClasses = rewriting(
  'compact-error-classes',
  /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]models[\\/]errors\.js$/,
  compactErrorClasses,
);

/** A client reads the version out of its own package.json, which brings 2 kB of scripts and dependencies along. */
const clientVersions = rewriting(
  'client-versions',
  /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/,
  (source) => {
    const { name, version } = JSON.parse(source) as { readonly name: string; readonly version: string };
    return JSON.stringify({ name, version });
  },
);

/** Text of a module in which using anything throws; `why` tells what to do. */
const refusing = (why: string): string =>
  `const refuse = () => { throw new Error(${JSON.stringify(why)}); };\n`;

/** A schema keeps the methods that make JSON schema of it, and with them all that they could call. */
const jsonSchema = rewriting(
  'no-json-schema',
  /[\\/]zod[\\/]v4[\\/]core[\\/]to-json-schema\.js$/,
  () => `${refusing('this bundle makes no JSON schema: take no-json-schema out of bundle-plugins.ts')}
export const createToJSONSchemaMethod = () => refuse;
export const createStandardJSONSchemaMethod = () => refuse;
export { refuse as initializeContext, refuse as handleUnrepresentable, refuse as processSchema, refuse as process, refuse as extractDefs, refuse as finalize };
`,
);

/** Every protocol can load event streams, and the clients of Lambda and S3 hold one reader ready; no step uses a streaming operation. */
const eventStreams = rewriting(
  'no-event-streams',
  /@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index\.js$/,
  () => `${refusing('this bundle speaks no event streams: take no-event-streams out of bundle-plugins.ts')}
export const eventStreamSerdeProvider = () => ({ serialize: refuse, deserialize: refuse });
export const resolveEventStreamSerdeConfig = (input) => Object.assign(input, { eventStreamMarshaller: input.eventStreamSerdeProvider(input) });
export class EventStreamSerde { constructor() { refuse(); } }
`,
);

/** DynamoDB's client makes a cache of discovered endpoints, which it fills only when discovery is switched on; it is off by default. */
const endpointCache = rewriting(
  'no-endpoint-discovery',
  /@aws-sdk[\\/]endpoint-cache[\\/]dist-es[\\/]index\.js$/,
  () => `${refusing('this bundle discovers no endpoints: take no-endpoint-discovery out of bundle-plugins.ts')}
export class EndpointCache { getEndpoint() { refuse(); } get() { refuse(); } set() { refuse(); } delete() { refuse(); } has() { refuse(); } clear() {} }
`,
);

/** The `node_modules` beside a client, in which its credential provider lies. */
const providerFolder = (from: string): string =>
  from.slice(0, from.lastIndexOf('node_modules') + 'node_modules'.length);

/**
 * A function's credentials come from its environment: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
 * The SDK's default chain brings SSO, profiles, processes and metadata clients along, some 90 kB that could only ever be a
 * way to other credentials than the function's own.
 */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup(plugin) {
    plugin.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'environment-credentials',
      namespace: 'cordon',
      pluginData: resolveDir,
    }));
    plugin.onLoad(
      { filter: /^environment-credentials$/, namespace: 'cordon' },
      ({ pluginData }: { readonly pluginData: string }) => ({
        contents:
          "import { fromEnv } from '@aws-sdk/credential-provider-env'; export const defaultProvider = () => fromEnv();",
        resolveDir: realpathSync(join(providerFolder(pluginData), '@aws-sdk/credential-provider-node')),
        loader: 'js',
      }),
    );
  },
};

/** What makes a bundle small: nothing that a handler does is changed, what it leaves out throws with its name when it is used. */
export const BUNDLE_PLUGINS: readonly Plugin[] = [
  schemaModules,
  errorClasses,
  clientVersions,
  jsonSchema,
  eventStreams,
  endpointCache,
  environmentCredentials,
];
