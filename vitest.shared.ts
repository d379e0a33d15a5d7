import type { ViteUserConfig } from 'vitest/config';

/** What every package's tests share: found beside the source, never an empty run that passes. */
export const shared: ViteUserConfig = {
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/cdk.out/**'],
    passWithNoTests: false,
    testTimeout: 30_000,
    env: { CDK_VALIDATION: 'false', TZ: 'UTC' },
  },
};
