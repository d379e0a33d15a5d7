import type { ViteUserConfig } from 'vitest/config';

/** What every package's tests share: found beside the source, never an empty run that passes. */
export const shared: ViteUserConfig = {
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/cdk.out/**'],
    passWithNoTests: false,
    // Bounds against a test that hangs, not measures: a machine whose cores are shared takes its time.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // No module here keeps state between tests (the lint forbids clock, randomness and environment), so files may share a
    // process: loading the SDK's clients once instead of 140 times saves a third of the run.
    isolate: false,
    // The SDK keeps a context for each call; Node 24, which Lambda runs, follows it natively, and Node 22 by a hook in every promise
    // unless told to.
    execArgv: ['--experimental-async-context-frame'],
    // Every core: by default one is left idle, which on two of them is half the machine.
    maxWorkers: '100%',
    env: { CDK_VALIDATION: 'false', TZ: 'UTC' },
  },
};
