import { ServiceFault } from '../../core/fault.ts';
import type { Bucket, ObjectVersion, Transition } from './state.ts';

const DAY_MS = 86_400_000;

/** Coldest last: of two transitions that are due the later one counts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
const CLASSES = ['STANDARD', 'STANDARD_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'] as const;
/** Where an object lies. */
export type StorageClass = (typeof CLASSES)[number];

/** Classes that a lifecycle may name here. */
export const TRANSITION_CLASSES = ['STANDARD_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'] as const;

/** Smaller ones are not moved unless the rule says a size. https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html#lifecycle-configuration-constraints */
const LEAST_BYTES = 128 * 1024;

/**
 * Where a version lies by now, as the bucket's lifecycle has it: a pure function of its age. AWS moves objects once a day, some time after
 * they are due; Object Lock stays on them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export const storageClassOf = (
  { transitions }: Pick<Bucket, 'transitions'>,
  version: ObjectVersion,
  now: number,
): StorageClass => {
  const isDue = ({ prefix, afterDays, largerThan }: Transition): boolean =>
    version.key.startsWith(prefix) &&
    version.body.length > (largerThan ?? LEAST_BYTES - 1) &&
    now >= version.lastModified + afterDays * DAY_MS;
  const due = transitions.filter(isDue).map(({ storageClass }) => CLASSES.indexOf(storageClass));
  return CLASSES[Math.max(0, ...due)] ?? 'STANDARD';
};

/** Refuses to read what must be restored first. @throws ServiceFault InvalidObjectState (403), https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const refuseCold = (storageClass: StorageClass): void => {
  if (storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE')
    throw new ServiceFault(
      'InvalidObjectState',
      "The operation is not valid for the object's storage class",
      { status: 403 },
    );
};
