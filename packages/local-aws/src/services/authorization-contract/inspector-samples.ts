import { enableInspector } from '../inspector2/build.ts';
import { ACCOUNT, REGION } from '../testing.ts';
import type { Samples } from './sample.ts';

/** Requests to Amazon Inspector. */
export const inspectorSamples: Samples = ({ world }) => {
  enableInspector(world, { account: ACCOUNT, region: REGION });
  return [{ operation: 'ListFindings', input: {} }];
};
