/** A family of instance types. */
export interface InstanceFamily {
  readonly family: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Generation of the Nitro System, or the Xen hypervisor. */
  readonly platform: 2 | 3 | 4 | 5 | 6 | 'xen';
  readonly instanceStorage: boolean;
  readonly sizes: readonly string[];
}

const SMALL = 'nano micro small medium large xlarge 2xlarge';
const TO_24 = 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge';
const GRAVITON = 'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal';
const GRAVITON_4 =
  'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-24xl metal-48xl';
const TO_48 = `${TO_24} 48xlarge metal-24xl metal-48xl`;
const TO_96 = `${TO_24} 32xlarge 48xlarge 64xlarge 96xlarge metal-48xl metal-96xl`;
const FLEX = 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge';

/** Processor, platform, whether there is an instance store, sizes, and the families that are so. */
type Row = readonly [
  InstanceFamily['architecture'],
  InstanceFamily['platform'],
  boolean,
  sizes: string,
  families: string,
];

/**
 * Common families. Those whose generation was not certain are left out, and so are the accelerated ones but a few; sizes are those of
 * most of the families of a row.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-type-specifications.html
 */
const ROWS: readonly Row[] = [
  ['x86_64', 'xen', false, SMALL, 't2'],
  ['x86_64', 'xen', false, 'large xlarge 2xlarge 4xlarge 10xlarge 16xlarge', 'm4'],
  ['x86_64', 'xen', false, 'large xlarge 2xlarge 4xlarge 8xlarge', 'c4'],
  ['x86_64', 'xen', false, 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge', 'r4'],
  ['x86_64', 'xen', true, 'medium large xlarge 2xlarge', 'm3'],
  ['x86_64', 'xen', true, 'large xlarge 2xlarge 4xlarge 8xlarge', 'c3 r3'],
  ['x86_64', 'xen', true, 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge metal', 'i3'],
  ['x86_64', 'xen', true, 'xlarge 2xlarge 4xlarge 8xlarge', 'd2'],
  ['x86_64', 'xen', false, '2xlarge 8xlarge 16xlarge', 'p3'],
  ['x86_64', 2, false, SMALL, 't3 t3a'],
  ['arm64', 2, false, SMALL, 't4g'],
  ['arm64', 2, false, 'medium large xlarge 2xlarge 4xlarge metal', 'a1'],
  ['x86_64', 2, false, `${TO_24} metal`, 'm5 r5'],
  ['x86_64', 2, true, `${TO_24} metal`, 'm5d r5d'],
  ['x86_64', 2, false, TO_24, 'm5a r5a'],
  ['x86_64', 2, true, TO_24, 'm5ad r5ad'],
  ['x86_64', 2, false, 'large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge metal', 'c5'],
  ['x86_64', 2, true, 'large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge metal', 'c5d'],
  ['arm64', 2, false, GRAVITON, 'm6g c6g r6g'],
  ['arm64', 2, true, GRAVITON, 'm6gd c6gd r6gd'],
  ['x86_64', 3, false, 'large xlarge 2xlarge 4xlarge 9xlarge 18xlarge metal', 'c5n'],
  ['x86_64', 3, false, `${TO_24} metal`, 'm5n r5n'],
  ['x86_64', 3, true, `${TO_24} metal`, 'm5dn r5dn'],
  ['x86_64', 3, true, 'large xlarge 2xlarge 3xlarge 6xlarge 12xlarge 24xlarge metal', 'i3en'],
  ['x86_64', 3, true, 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal', 'g4dn'],
  ['x86_64', 3, true, 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge', 'g5'],
  ['x86_64', 4, false, `${TO_24} 32xlarge metal`, 'm6i c6i r6i'],
  ['x86_64', 4, true, `${TO_24} 32xlarge metal`, 'm6id c6id r6id'],
  ['x86_64', 4, false, `${TO_24} 32xlarge 48xlarge metal`, 'm6a c6a r6a'],
  ['x86_64', 4, true, 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge 32xlarge metal', 'i4i'],
  ['x86_64', 4, false, TO_48, 'm7i c7i r7i'],
  ['x86_64', 4, false, FLEX, 'm7i-flex c7i-flex'],
  ['x86_64', 4, false, `medium ${TO_24} 32xlarge 48xlarge metal-48xl`, 'm7a c7a r7a'],
  ['arm64', 4, false, GRAVITON, 'm7g c7g r7g'],
  ['arm64', 4, true, GRAVITON, 'm7gd c7gd r7gd'],
  ['arm64', 5, false, GRAVITON, 'c7gn'],
  ['arm64', 5, false, GRAVITON_4, 'm8g c8g r8g'],
  ['arm64', 5, true, GRAVITON_4, 'm8gd c8gd r8gd i8g'],
  ['x86_64', 5, true, `${TO_24} 48xlarge`, 'i7ie'],
  ['x86_64', 6, false, TO_96, 'm8i c8i r8i'],
  ['x86_64', 6, false, FLEX, 'm8i-flex c8i-flex r8i-flex'],
  ['x86_64', 6, false, `medium ${TO_24} 48xlarge metal-24xl metal-48xl`, 'm8a c8a r8a'],
  ['arm64', 6, false, GRAVITON_4, 'c8gn'],
];

/** The families of the table, one by one. */
export const INSTANCE_FAMILIES: readonly InstanceFamily[] = ROWS.flatMap(
  ([architecture, platform, instanceStorage, sizes, families]) =>
    families.split(' ').map((family) => ({
      family,
      architecture,
      platform,
      instanceStorage,
      sizes: sizes.split(' '),
    })),
);
