import { join } from 'node:path';
import { bundleHandlers } from '@cordon/constructs/bundle';

const handlers = join(import.meta.dirname, '../../packages/responder/src/handlers');

await bundleHandlers({
  entries: {
    recorder: join(handlers, 'recorder.handler.ts'),
    keeper: join(handlers, 'keeper.handler.ts'),
    'read-watch': join(handlers, 'read-watch.handler.ts'),
    'session-watch': join(handlers, 'session-watch.handler.ts'),
    'evidence-desk': join(handlers, 'evidence-desk.handler.ts'),
    archivist: join(handlers, 'archivist.handler.ts'),
    disposer: join(handlers, 'disposer.handler.ts'),
    'block-hasher': join(handlers, 'block-hasher.handler.ts'),
  },
  outDir: join(import.meta.dirname, 'dist'),
});
