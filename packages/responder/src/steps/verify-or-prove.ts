import type { ProveInput, ProveOutput, VerifyInput, VerifyOutput } from '@cordon/incident';
import type { Services } from '../services.ts';
import { proveContainment } from './prove-containment.ts';
import { verifyContainment } from './verify-containment.ts';

/** What the duty that only reads is asked of containment: to read it back, or to prove it by flow logs. */
export const verifyOrProve = (
  input: VerifyInput | ProveInput,
  services: Services,
): Promise<VerifyOutput | ProveOutput> =>
  'prove' in input ? proveContainment(input, services) : verifyContainment(input, services);
