import type { Samples } from './sample.ts';

/** Requests to AWS Account Management. */
export const accountSamples: Samples = () => [{ operation: 'ListRegions', input: {} }];

/** Requests to Service Quotas. */
export const serviceQuotasSamples: Samples = () => [
  { operation: 'ListServiceQuotas', input: { ServiceCode: 'ec2' } },
];
