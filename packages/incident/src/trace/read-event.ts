import * as z from 'zod';

/** Who made a call, as far as CloudTrail says. */
export const callerSchema = z.object({
  account: z.string(),
  /** `<role id>:<session name>` of a session; what `aws:userid` holds. */
  principalId: z.string(),
  /** Absent where the call was recorded in another account than the caller's. */
  accessKeyId: z.string().optional(),
});
/** Who made a call. */
export type TrailCaller = z.infer<typeof callerSchema>;

/** A session that an AssumeRole gave out. */
export const assumedSchema = z.object({
  /** With its path. */
  roleArn: z.string(),
  account: z.string(),
  roleId: z.string(),
  sessionName: z.string(),
  accessKeyId: z.string(),
  assumedAt: z.string(),
  expiresAt: z.string(),
  /** Keys of the session's own tags: they go before the role's tags of that name. */
  tagKeys: z.array(z.string()),
  sourceIdentity: z.string().optional(),
});
/** A session that an AssumeRole gave out. */
export type Assumed = z.infer<typeof assumedSchema>;

/** What tracing needs of one event. */
export interface TrailEvent {
  readonly caller: TrailCaller;
  /** Of a successful AssumeRole. */
  readonly assumed?: Assumed;
}

/**
 * What STS takes for a session name: nothing in it is a wildcard, a variable or a separator of `aws:userid`.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
const SESSION_NAME = /^[A-Za-z0-9_+=,.@-]{2,64}$/;
const ROLE_ARN = /^arn:[a-z-]+:iam::(\d{12}):role\/([!-~]{1,600})$/;
const PRINCIPAL_ID = /^[A-Z0-9]{4,128}:[A-Za-z0-9_+=,.@-]{2,64}$/;
const KEY_ID = /^[A-Z0-9]{16,128}$/;

/** An unknown shape has no caller to follow: services, and what a later version of the record may bring. */
const recordShape = z.object({
  eventName: z.string(),
  eventSource: z.string(),
  eventTime: z.string(),
  errorCode: z.string().optional(),
  userIdentity: z.object({
    accountId: z.string().regex(/^\d{12}$/),
    principalId: z.string().regex(PRINCIPAL_ID),
    accessKeyId: z.string().regex(KEY_ID).optional(),
  }),
  requestParameters: z.unknown(),
  responseElements: z.unknown(),
});

const tagsShape = z
  .object({
    tags: z.array(z.object({ key: z.string().max(128) })).nullish(),
    /** Tags that the caller's own session hands on. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_ctlogs */
    incomingTransitiveTags: z.record(z.string().max(128), z.unknown()).nullish(),
  })
  .catch({});

const requestShape = z.object({
  roleArn: z.string().regex(ROLE_ARN),
  roleSessionName: z.string().regex(SESSION_NAME),
  sourceIdentity: z.string().max(64).nullish(),
});

const responseShape = z.object({
  assumedRoleUser: z.object({ assumedRoleId: z.string().regex(PRINCIPAL_ID) }),
  credentials: z.object({ accessKeyId: z.string().regex(KEY_ID), expiration: z.string().max(64) }),
});

/** The longest that any session of a role lives. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use.html#id_roles_use_view-role-max-session */
export const LONGEST_SESSION_MS = 12 * 3_600_000;

/** CloudTrail writes "Nov 21, 2026, 3:09:45 AM" for the expiration in AssumeRole's answer, and ISO 8601 elsewhere; in UTC both. */
const expiryOf = (expiration: string, assumedAt: number): number => {
  const iso = Date.parse(expiration);
  const at = /(Z|[+-]\d\d:\d\d)$/.test(expiration) ? iso : Date.parse(`${expiration} UTC`);
  const latest = assumedAt + LONGEST_SESSION_MS;
  // What cannot be read, or cannot be, is taken for the longest there is.
  return at > assumedAt && at <= latest ? at : latest;
};

const assumedOf = (record: z.infer<typeof recordShape>): Assumed | undefined => {
  const { eventName, eventSource, errorCode } = record;
  if (eventName !== 'AssumeRole' || eventSource !== 'sts.amazonaws.com' || errorCode !== undefined)
    return undefined;
  const request = requestShape.safeParse(record.requestParameters);
  const response = responseShape.safeParse(record.responseElements);
  const at = Date.parse(record.eventTime);
  if (!request.success || !response.success || Number.isNaN(at)) return undefined;
  const { roleArn, roleSessionName: sessionName, sourceIdentity } = request.data;
  const [roleId = '', named] = response.data.assumedRoleUser.assumedRoleId.split(':');
  if (named !== sessionName) return undefined;
  const { tags, incomingTransitiveTags } = tagsShape.parse(record.requestParameters);
  const { accessKeyId, expiration } = response.data.credentials;
  return {
    roleArn,
    account: ROLE_ARN.exec(roleArn)?.[1] ?? '',
    roleId,
    sessionName,
    accessKeyId,
    assumedAt: new Date(at).toISOString(),
    expiresAt: new Date(expiryOf(expiration, at)).toISOString(),
    tagKeys: [...(tags ?? []).map(({ key }) => key), ...Object.keys(incomingTransitiveTags ?? {})].slice(
      0,
      50,
    ),
    ...(sourceIdentity === undefined || sourceIdentity === null ? {} : { sourceIdentity }),
  };
};

/**
 * Reads what tracing needs of an event of CloudTrail's event history; undefined where nobody in particular called. Names in it are an
 * attacker's: what is not of AWS's own charset is left out.
 *
 * @param text the event's record, as JSON
 */
export const readTrailEvent = (text: string): TrailEvent | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = recordShape.safeParse(json);
  if (!read.success) return undefined;
  const { accountId, principalId, accessKeyId } = read.data.userIdentity;
  const assumed = assumedOf(read.data);
  return {
    caller: { account: accountId, principalId, ...(accessKeyId === undefined ? {} : { accessKeyId }) },
    ...(assumed === undefined ? {} : { assumed }),
  };
};
