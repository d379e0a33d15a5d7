import { join } from 'node:path';
import { STEPS } from '@cordon/incident';
import { bundleHandlers } from '@cordon/constructs/bundle';

const handlers = join(import.meta.dirname, '../../packages/responder/src/handlers');

await bundleHandlers({
  entries: Object.fromEntries(
    [...STEPS, 'operator', 'notifier', 'heartbeat', 'coverage', 'try-duty'].map((name) => [
      name,
      join(handlers, `${name}.handler.ts`),
    ]),
  ),
  outDir: join(import.meta.dirname, 'dist'),
});
