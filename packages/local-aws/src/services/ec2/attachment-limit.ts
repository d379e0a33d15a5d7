import { instanceTypeFacts } from './instance-types.ts';
import type { Instance } from './state.ts';

/** What most Nitro-based types take of interfaces, volumes and instance store volumes together. */
const SHARED = 28;
/** The least that a type with a limit of its own for volumes takes (larger sizes take more, UNCONFIRMED by size). */
const DEDICATED = 32;
/** "Attaching more than 40 volumes ... is supported on a best effort basis only" on Xen: the stricter reading. */
const XEN = 40;

/** Types of the seventh generation and later have a limit for volumes alone. */
const isDedicated = (instanceType: string): boolean => Number(/^[a-z]+(\d+)/.exec(instanceType)?.[1]) >= 7;

/**
 * How many volumes an instance takes at present, its root volume among them.
 * https://docs.aws.amazon.com/ebs/latest/userguide/volume_limits.html
 */
export const volumeLimit = ({ instanceType, networkInterfaceIds }: Instance): number => {
  const facts = instanceTypeFacts(instanceType);
  if (isDedicated(instanceType)) return DEDICATED;
  if (facts === undefined || facts.nitroVersion === undefined) return XEN;
  // How many instance store volumes a type has is not known here: one at least.
  return SHARED - networkInterfaceIds.length - (facts.instanceStorage ? 1 : 0);
};
