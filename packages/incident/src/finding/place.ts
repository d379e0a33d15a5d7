import { type Region, region as regionSchema } from '../ids.ts';
import { PARTITIONS, regionPartition, type Partition } from '../partition.ts';
import { quoted } from '../quoted.ts';
import type { Because } from './finding.ts';

/** A Region of a supported partition, or the reason why it is none. */
export type Place =
  | { readonly status: 'known'; readonly region: Region; readonly partition: Partition }
  | { readonly status: 'refused'; readonly because: Because };

/**
 * Takes a Region and a partition as they arrived: the Region's code says the partition, and what is written beside it must agree. Which partition a
 * deployment is in is not asked here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function placeOf(region: unknown, partition: string | undefined): Place {
  const parsed = regionSchema.safeParse(region);
  if (!parsed.success) {
    return refused(`the Region is ${quoted(region)}, want a Region code such as 'eu-west-1'`);
  }
  const of = regionPartition(parsed.data);
  if (of.status === 'refused') {
    return refused(
      `the Region is ${quoted(parsed.data)}, which is in partition '${of.partition}': ${of.because}`,
    );
  }
  if (partition !== undefined && partition !== of.partition) {
    return refused(
      `the partition is ${quoted(partition)}, want '${of.partition}', in which ${quoted(parsed.data)} is`,
    );
  }
  return { status: 'known', region: parsed.data, partition: of.partition };
}

function refused(message: string): Place {
  const hint = `only Regions of ${PARTITIONS.join(' and ')} are answered for; have a person look at this finding`;
  return { status: 'refused', because: { code: 'unsupported-partition', message, hint } };
}
