/** GiB of the burstable types, which follow no rule. https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html */
const BURSTABLE: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
};

/**
 * GiB for each vCPU, of families that have one ratio for all sizes: general purpose 4, compute optimized 2, memory optimized 8. Families
 * with another ratio (network optimized `n` of the fifth generation, Xen's) are not here, and nothing is said of their memory.
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/co.html
 * https://docs.aws.amazon.com/ec2/latest/instancetypes/mo.html
 */
const PER_CPU = { m: 4, c: 2, r: 8 } as const;
const FAMILY = /^(?:(m)[4-8]|(c)[5-8]|(r)[5-8])(?:a|g|i|ad|gd|id|d)?$/;

const cpusOf = (size: string): number | undefined => {
  if (size === 'medium') return 1;
  if (size === 'large') return 2;
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  return times === undefined ? undefined : 4 * Number(times === '' ? 1 : times);
};

/** MiB of a type's memory; undefined for one whose memory is not known here (bare metal among them). */
export const memoryMiBOf = (instanceType: string): number | undefined => {
  const [family = '', size = ''] = instanceType.split('.');
  if (/^t[234][ag]?$/.test(family)) {
    const gib = BURSTABLE[size];
    return gib === undefined ? undefined : gib * 1_024;
  }
  const [, m, c, r] = FAMILY.exec(family) ?? [];
  const letter = m ?? c ?? r;
  const cpus = cpusOf(size);
  if ((letter !== 'm' && letter !== 'c' && letter !== 'r') || cpus === undefined) return undefined;
  return cpus * PER_CPU[letter] * 1_024;
};
