import { createHash } from 'node:crypto';
import * as z from 'zod';
import { quoted } from './quoted.ts';

function textLike(pattern: RegExp, wanted: string) {
  const error = (issue: { readonly input?: unknown }) => `got ${quoted(issue.input)}, want ${wanted}`;
  return z.string({ error }).regex(pattern, { error });
}

type Parse<T> = (value: unknown) => T;

function parserOf<S extends z.ZodType>(name: string, schema: S): Parse<z.output<S>> {
  return (value) => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const problem = result.error.issues[0]?.message ?? 'it does not fit';
    throw new TypeError(`bad ${name}: ${problem}; correct it where it was written`);
  };
}

/** An AWS account id: exactly 12 digits, as text, because leading zeros count. */
export const accountId = textLike(/^\d{12}$/, 'exactly 12 digits').brand<'AccountId'>();
export type AccountId = z.infer<typeof accountId>;

/** A Region code such as `eu-west-1` or `ap-southeast-2`. Whether the partition is supported is asked elsewhere. */
export const region = textLike(
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  "a Region code such as 'eu-west-1'",
).brand<'Region'>();
export type Region = z.infer<typeof region>;

/** An EC2 instance id: `i-` and 8 (old) to 17 hexadecimal digits. */
export const instanceId = textLike(
  /^i-[0-9a-f]{8,17}$/,
  "an instance id: 'i-' and 8 to 17 hexadecimal digits",
).brand<'InstanceId'>();
export type InstanceId = z.infer<typeof instanceId>;

/** The id of an incident: `inc-` and 6 to 60 lower-case letters, digits or dashes, fit for names of AWS resources. */
export const incidentId = textLike(
  /^inc-[0-9a-z-]{6,60}$/,
  "an incident id: 'inc-' and 6 to 60 lower-case letters, digits or dashes",
).brand<'IncidentId'>();
export type IncidentId = z.infer<typeof incidentId>;

/** The id of a GuardDuty finding: 1 to 300 letters, digits or `_ : / . -`. */
export const findingId = textLike(
  /^[\w:/.-]{1,300}$/,
  "a finding id: 1 to 300 letters, digits or '_:/.-'",
).brand<'FindingId'>();
export type FindingId = z.infer<typeof findingId>;

/**
 * A moment in UTC. Takes ISO 8601 ending in `Z`, gives the one canonical form with milliseconds
 * (`2026-01-02T03:04:05.678Z`), so that two instants compare as text.
 */
export const instant = z.iso
  .datetime({
    error: (issue) => `got ${quoted(issue.input)}, want ISO 8601 in UTC such as 2026-01-02T03:04:05Z`,
  })
  .transform((text) => new Date(text).toISOString())
  .brand<'Instant'>();
export type Instant = z.infer<typeof instant>;

/** Takes anything, gives an account id; throws a `TypeError` that names the value got and the form wanted. */
export const parseAccountId: Parse<AccountId> = parserOf('account id', accountId);
/** Takes anything, gives a Region; throws a `TypeError` that names the value got and the form wanted. */
export const parseRegion: Parse<Region> = parserOf('Region', region);
/** Takes anything, gives an instance id; throws a `TypeError` that names the value got and the form wanted. */
export const parseInstanceId: Parse<InstanceId> = parserOf('instance id', instanceId);
/** Takes anything, gives an incident id; throws a `TypeError` that names the value got and the form wanted. */
export const parseIncidentId: Parse<IncidentId> = parserOf('incident id', incidentId);
/** Takes anything, gives a finding id; throws a `TypeError` that names the value got and the form wanted. */
export const parseFindingId: Parse<FindingId> = parserOf('finding id', findingId);
/** Takes anything, gives an instant; throws a `TypeError` that names the value got and the form wanted. */
export const parseInstant: Parse<Instant> = parserOf('instant', instant);

/** What one incident is about: the instance, and the finding that opened it. */
export interface IncidentKey {
  readonly account: AccountId;
  readonly region: Region;
  readonly instanceId: InstanceId;
  readonly findingId: FindingId;
}

/**
 * The id of the incident that a finding opens for an instance: `inc-` and 20 hexadecimal digits of the SHA-256 of the
 * four parts in a fixed order. The same event delivered twice gives the same id, so that a second start is refused by
 * name (EventBridge delivers at least once: aws-facts 1.1).
 */
export function incidentIdFor(key: IncidentKey): IncidentId {
  // A JSON list is unambiguous: no part can run into the next.
  const tuple = JSON.stringify(['incident/1', key.account, key.region, key.instanceId, key.findingId]);
  return parseIncidentId(`inc-${createHash('sha256').update(tuple).digest('hex').slice(0, 20)}`);
}

/**
 * The id of the case that a finding opens: `case-` and 20 hexadecimal digits. All instances that one finding names, as an
 * attack sequence does, are one case; each has an incident of its own.
 */
export function caseIdFor(finding: { readonly account: AccountId; readonly id: FindingId }): string {
  const tuple = JSON.stringify(['case/1', finding.account, finding.id]);
  return `case-${createHash('sha256').update(tuple).digest('hex').slice(0, 20)}`;
}
