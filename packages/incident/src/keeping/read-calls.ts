import { AwsCall } from '@cordon/evidence';
import * as z from 'zod';

/** Messages of the queue of reads, as Lambda gives them. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const readsInput = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1),
});
/** Messages of the queue of reads. */
export type ReadsInput = z.infer<typeof readsInput>;

/** Messages that could not be told, and come again. */
export const readsOutput = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })),
});
/** Messages that could not be told. */
export type ReadsOutput = z.infer<typeof readsOutput>;

const parameters = z.object({
  bucketName: z.string().optional(),
  key: z.string().optional(),
  snapshotId: z.string().optional(),
  sourceSnapshotId: z.string().optional(),
  sourceRegion: z.string().optional(),
});

/** As far as it is read. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const event = z.object({
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  detail: z.object({
    eventID: z.string(),
    eventSource: z.string(),
    eventName: z.string(),
    awsRegion: z.string(),
    requestID: z.string(),
    eventTime: z.string(),
    sourceIPAddress: z.string(),
    errorCode: z.string().optional(),
    requestParameters: parameters.nullable().optional(),
    userIdentity: z.object({
      type: z.string().optional(),
      arn: z.string().optional(),
      principalId: z.string().optional(),
      accountId: z.string().optional(),
      invokedBy: z.string().optional(),
      accessKeyId: z.string().optional(),
      sessionContext: z
        .object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() })
        .optional(),
    }),
  }),
});

/** What was read: an object of an incident's folder, or a snapshot, whose tags say of which incident it is. */
type ReadSubject =
  | { readonly kind: 'object'; readonly key: string; readonly incident: string }
  | { readonly kind: 'snapshot'; readonly region: string; readonly snapshotId: string };

/** A call that read evidence, or was refused. */
export interface ReadCall {
  readonly eventId: string;
  readonly call: AwsCall;
  /** ARN of the caller, or what CloudTrail has in its place. */
  readonly by: string;
  readonly accessKeyId?: string;
  /** ARN of the role that the caller's session is of. */
  readonly issuer?: string;
  readonly from: string;
  readonly refused?: string;
  readonly of: ReadSubject;
}

/** An incident's folders: its own, those of later plans and of its release, and that of its keeping. */
const FOLDER = /^incidents\/(inc-[0-9a-z-]{6,70}?)(?:-r\d+|-release|-keeping)?\//;
const SNAPSHOT = /^snap-[0-9a-f]{8,17}$/;

const subjectOf = (
  isVault: (bucket: string) => boolean,
  awsRegion: string,
  asked: z.infer<typeof parameters>,
): ReadSubject | undefined => {
  const { bucketName, key, snapshotId, sourceSnapshotId, sourceRegion } = asked;
  const incident = FOLDER.exec(key ?? '')?.[1];
  if (bucketName !== undefined && isVault(bucketName) && key !== undefined && incident !== undefined)
    return { kind: 'object', key, incident };
  const id = snapshotId ?? sourceSnapshotId;
  return id === undefined || !SNAPSHOT.test(id)
    ? undefined
    : { kind: 'snapshot', region: sourceRegion ?? awsRegion, snapshotId: id };
};

/**
 * Reads what CloudTrail tells of one call. Pure. Text in it is the caller's: names of sessions, keys of objects.
 *
 * @param text the event as EventBridge hands it on
 * @param isVault whether a bucket is one of the evidence account's vaults
 * @returns undefined where it is no such event, or of nothing that is evidence of an incident
 */
export const readOf = (text: string, isVault: (bucket: string) => boolean): ReadCall | undefined => {
  const parsed = event.safeParse(parsedJson(text));
  if (!parsed.success) return undefined;
  const { detail } = parsed.data;
  const of = subjectOf(isVault, detail.awsRegion, detail.requestParameters ?? {});
  const call = AwsCall.safeParse({
    source: detail.eventSource,
    name: detail.eventName,
    region: detail.awsRegion,
    requestId: detail.requestID,
    at: detail.eventTime,
  });
  if (of === undefined || !call.success) return undefined;
  const { arn, principalId, accountId, invokedBy, accessKeyId, sessionContext, type } = detail.userIdentity;
  const issuer = sessionContext?.sessionIssuer?.arn;
  // Another account's caller has no ARN in the owner's record.
  const by = arn ?? invokedBy ?? [type ?? 'unknown', accountId, principalId].filter(Boolean).join(' ');
  return {
    eventId: detail.eventID,
    call: call.data,
    by: by.toWellFormed().slice(0, 2_000),
    ...(accessKeyId === undefined || accessKeyId === '' ? {} : { accessKeyId }),
    ...(issuer === undefined ? {} : { issuer }),
    from: detail.sourceIPAddress.toWellFormed().slice(0, 300),
    ...(detail.errorCode === undefined || detail.errorCode === ''
      ? {}
      : { refused: detail.errorCode.toWellFormed().slice(0, 200) }),
    of,
  };
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
