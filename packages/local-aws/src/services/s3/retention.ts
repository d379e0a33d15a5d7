import { ServiceFault } from '../../core/fault.ts';
import type { Call } from '../../core/operation.ts';
import { objectCheck } from './buckets.ts';
import type { Bucket, DefaultRetention, ObjectVersion, Retention } from './state.ts';

const DAY_MS = 86_400_000;

/** Milliseconds of a default retention, counted from the moment a version is made. */
const periodOf = (retention: DefaultRetention): number => retention.days * DAY_MS;

const invalidArgument = (message: string): ServiceFault => new ServiceFault('InvalidArgument', message);

/** Longest retention: 100 years. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html */
const MAX_DAYS = 36_500;

/** Refuses locks on a bucket without Object Lock. @throws ServiceFault InvalidRequest */
export const requireLockBucket = (bucket: Bucket): void => {
  if (bucket.objectLock === undefined)
    throw new ServiceFault('InvalidRequest', 'Bucket is missing Object Lock Configuration');
};

/**
 * Reads a mode and a date, which go together.
 *
 * @throws ServiceFault InvalidArgument: one without the other, an unknown mode, a date that is past or over 100 years away
 */
export const readRetention = (
  mode: string | undefined,
  until: Date | undefined,
  now: number,
): Retention | undefined => {
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    );
  }
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw invalidArgument('Unknown wormMode directive.');
  if (until.getTime() <= now) throw invalidArgument('The retain until date must be in the future!');
  if (until.getTime() > now + MAX_DAYS * DAY_MS)
    throw invalidArgument('The retain until date must not exceed 100 years');
  return { mode, until: until.getTime() };
};

/** The retention of a new version: what its request says, else the bucket's default. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
export const retentionFor = (
  bucket: Bucket,
  asked: Retention | undefined,
  now: number,
): Retention | undefined => {
  if (asked !== undefined) return asked;
  const standard = bucket.objectLock?.defaultRetention;
  return standard === undefined ? undefined : { mode: standard.mode, until: now + periodOf(standard) };
};

/** Whole days that a date lies ahead, for `s3:object-lock-remaining-retention-days`. */
export const remainingDays = (until: Date | undefined, now: number): string | undefined =>
  until === undefined ? undefined : String(Math.ceil((until.getTime() - now) / DAY_MS));

const lockedOut = (): ServiceFault =>
  new ServiceFault('AccessDenied', 'Access Denied because object protected by object lock.', { status: 403 });

const mayBypass = (
  call: Call,
  bucket: Bucket,
  on: { readonly version: ObjectVersion; readonly bypass: boolean | undefined },
): boolean => {
  if (on.bypass !== true) return false;
  const input = { Bucket: bucket.name, Key: on.version.key, VersionId: on.version.versionId };
  return call.decide(objectCheck(call, input, { action: 'BypassGovernanceRetention' })).verdict === 'allow';
};

/**
 * Refuses to remove a version that is held. Governance yields to the header together with the permission, a legal hold to
 * neither. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 *
 * @throws ServiceFault AccessDenied (403)
 */
export const refuseHeld = (
  call: Call,
  bucket: Bucket,
  on: { readonly version: ObjectVersion; readonly bypass: boolean | undefined },
): void => {
  const { retention, legalHold } = on.version;
  if (legalHold) throw lockedOut();
  if (retention === undefined || retention.until <= call.now) return;
  if (retention.mode === 'COMPLIANCE' || !mayBypass(call, bucket, on)) throw lockedOut();
};

/**
 * Refuses to loosen a retention that runs: an earlier date, or another mode in place of COMPLIANCE; GOVERNANCE may be
 * loosened by bypass, and made COMPLIANCE freely. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 *
 * @throws ServiceFault AccessDenied (403)
 */
export const refuseLoosening = (
  call: Call,
  bucket: Bucket,
  on: {
    readonly version: ObjectVersion;
    readonly asked: Retention | undefined;
    readonly bypass: boolean | undefined;
  },
): void => {
  const held = on.version.retention;
  if (held === undefined || held.until <= call.now) return;
  const keepsMode = on.asked !== undefined && (held.mode === 'GOVERNANCE' || on.asked.mode === 'COMPLIANCE');
  if (keepsMode && on.asked.until >= held.until) return;
  if (held.mode === 'COMPLIANCE' || !mayBypass(call, bucket, on)) throw lockedOut();
};
