import { join } from 'node:path';
import { bundleHandlers } from '@cordon/constructs/bundle';

await bundleHandlers({
  entries: {
    recorder: join(import.meta.dirname, '../../packages/responder/src/handlers/recorder.handler.ts'),
  },
  outDir: join(import.meta.dirname, 'dist'),
});
