import { type Region, region as regionSchema } from '../ids.ts';
import { quoted } from '../quoted.ts';
import type { Because } from './finding.ts';

const OTHER_PARTITIONS = /^(cn|us-gov|[a-z]{2}-iso[a-z]*)-/;

/** A Region of the supported partition, or the reason why it is none. */
export type Place =
  | { readonly status: 'known'; readonly region: Region }
  | { readonly status: 'refused'; readonly because: Because };

/**
 * Takes a Region and a partition as they arrived. Only partition `aws` is supported: ARNs, endpoints and
 * service principals differ in the others.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function placeOf(region: unknown, partition: string | undefined): Place {
  const parsed = regionSchema.safeParse(region);
  if (!parsed.success) {
    return refused(`the Region is ${quoted(region)}, want a Region code such as 'eu-west-1'`);
  }
  if (partition !== undefined && partition !== 'aws') {
    return refused(`the partition is ${quoted(partition)}, want 'aws'`);
  }
  if (OTHER_PARTITIONS.test(parsed.data)) {
    return refused(`the Region is ${quoted(parsed.data)}, which is not in partition 'aws'`);
  }
  return { status: 'known', region: parsed.data };
}

function refused(message: string): Place {
  const hint = "only Regions of partition 'aws' are answered for; have a person look at this finding";
  return { status: 'refused', because: { code: 'unsupported-partition', message, hint } };
}
