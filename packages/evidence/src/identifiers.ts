import * as z from 'zod';

/** Longest free text that a form of ours may carry, in UTF-16 code units. */
const MAX_TEXT = 8192;

/** Text from outside: any well-formed string (half a surrogate pair has no UTF-8 form, so no digest). */
export const Text = z
  .string()
  .max(MAX_TEXT)
  .refine(
    (text) => text.isWellFormed(),
    'wanted text without half surrogate pairs (see String.toWellFormed)',
  );

/** Text that says something. */
export const Name = Text.refine((text) => text.length > 0, 'wanted text, got an empty string');

/** An AWS account id. */
export const Account = z.string().regex(/^\d{12}$/, 'wanted an AWS account id: 12 digits');

/** An AWS Region code, such as eu-central-1. */
export const Region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'wanted an AWS Region code');

/** An EC2 instance id: 8 or (since 2016) 17 hexadecimal digits. */
export const InstanceId = z.string().regex(/^i-[0-9a-f]{8,17}$/, 'wanted an EC2 instance id');

/** An EBS volume id. */
export const VolumeId = z.string().regex(/^vol-[0-9a-f]{8,17}$/, 'wanted an EBS volume id');

/** An EBS snapshot id. */
export const SnapshotId = z.string().regex(/^snap-[0-9a-f]{8,17}$/, 'wanted an EBS snapshot id');

/** An ARN of anything. */
export const Arn = z
  .string()
  .max(2048)
  .regex(/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:[!-~]+$/, 'wanted an ARN');

/** The ARN of a KMS key (not of an alias: an alias can be pointed elsewhere). */
export const KeyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/, 'wanted the ARN of a KMS key');

/** An incident's id; it is a part of object keys, so it holds neither dots nor slashes. */
export const IncidentId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/, 'wanted an incident id: letters, digits, - and _');

/** A moment, ISO 8601 in UTC ("...Z"). */
export const Instant = z.iso.datetime({
  error: 'wanted an ISO 8601 moment in UTC, such as 2026-01-31T03:00:00Z',
});

/** The name of a deposited object below `objects/`: plain segments that can be no path out of the folder. */
export const Label = z
  .string()
  .max(512)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
    'wanted a label: segments of letters, digits, . _ and -, parted by /, each starting with a letter or digit',
  );

/** A custody entry's place in its ledger, from 1; six digits in its file name bound it. */
export const Sequence = z.int().min(1).max(999_999);

/** The version of a form. One that is not known is refused, never guessed at; old ones get a branch beside 1. */
export const SchemaVersion = z.literal(1, {
  error: ({ input }) =>
    `schemaVersion ${String(JSON.stringify(input)).slice(0, 40)} is not known here, only 1 is: ` +
    `use the release of cordon that wrote it, or a newer one`,
});
