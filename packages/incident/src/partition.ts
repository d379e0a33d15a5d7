/** Partitions in which a deployment can be: their services are reached below `amazonaws.com`, and they have service-managed StackSets. */
export const PARTITIONS = ['aws', 'aws-us-gov'] as const;
/** One of `PARTITIONS`. */
export type Partition = (typeof PARTITIONS)[number];

/** The partition of a Region, or why nothing can be deployed in it. */
export type RegionPartition =
  | { readonly status: 'supported'; readonly partition: Partition }
  | { readonly status: 'refused'; readonly partition: string; readonly because: string };

/** Beginnings of Region codes outside of `aws`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const ELSEWHERE: readonly (readonly [RegExp, RegionPartition])[] = [
  [/^us-gov-/, { status: 'supported', partition: 'aws-us-gov' }],
  [
    /^cn-/,
    {
      status: 'refused',
      partition: 'aws-cn',
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs.html : no trusted access of Organizations there.
      because:
        'AWS China has no service-managed StackSets, by which members get their roles and keep them; its services are reached below amazonaws.com.cn',
    },
  ],
  [
    /^[a-z]{2}-iso[a-z]*-/,
    {
      status: 'refused',
      partition: 'aws-iso',
      because: 'services of isolated Regions are reached below other names than amazonaws.com',
    },
  ],
];

/** Says in which partition a Region is, by its code. */
export const regionPartition = (region: string): RegionPartition =>
  ELSEWHERE.find(([begins]) => begins.test(region))?.[1] ?? { status: 'supported', partition: 'aws' };

/**
 * The partition of a Region that a configuration has let through.
 *
 * @throws Error for a Region of a partition in which nothing can be deployed
 */
export const partitionOf = (region: string): Partition => {
  const known = regionPartition(region);
  if (known.status === 'supported') return known.partition;
  throw new Error(`Region ${region} is of partition ${known.partition}: ${known.because}`);
};

/**
 * Why these Regions cannot be one deployment's; undefined when they can. The partition is that of the home Region: no role, bus or key reaches from
 * one partition into another.
 */
export const partitionProblem = (homeRegion: string, regions: readonly string[]): string | undefined => {
  for (const region of [homeRegion, ...regions]) {
    const known = regionPartition(region);
    if (known.status === 'refused')
      return `Region ${region} is of partition ${known.partition}, where nothing can be deployed: ${known.because}; take it out`;
    const { partition: home } = regionPartition(homeRegion);
    if (known.partition !== home)
      return `Region ${region} is of partition ${known.partition} and homeRegion ${homeRegion} of ${home}; a deployment is in one partition: make another one for the other`;
  }
  return undefined;
};
