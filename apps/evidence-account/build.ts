import { join } from 'node:path';
import { bundleHandlers } from '@cordon/constructs/bundle';

await bundleHandlers({
  entries: {
    'block-hasher': join(
      import.meta.dirname,
      '../../packages/responder/src/handlers/block-hasher.handler.ts',
    ),
    recorder: join(import.meta.dirname, '../../packages/responder/src/handlers/recorder.handler.ts'),
  },
  outDir: join(import.meta.dirname, 'dist'),
});
