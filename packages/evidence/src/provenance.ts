import * as z from 'zod';
import { Instant, KeyArn, Name, Region } from './identifiers.ts';
import { Sha256 } from './sha256.ts';

/** The one key that signs an incident's custody. */
export const Signer = z.strictObject({ keyArn: KeyArn, keyFingerprint: Sha256 }).readonly();
export type Signer = z.infer<typeof Signer>;

/** What made an entry: its name and the release it is of. */
export const Tool = z
  .strictObject({ name: Name.max(100), version: z.string().regex(/^\d+\.\d+\.\d+[0-9A-Za-z.+-]{0,40}$/) })
  .readonly();
export type Tool = z.infer<typeof Tool>;

/**
 * One call to AWS, by what CloudTrail also says of it: `source`, `name` and `requestId` are its eventSource, eventName and requestID.
 * CloudTrail's own eventID is not known to a caller: whoever has the trail finds it by the request id.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export const AwsCall = z
  .strictObject({
    source: z
      .string()
      .regex(/^[a-z0-9-]{1,60}\.amazonaws\.com$/, 'wanted an event source, such as ec2.amazonaws.com'),
    name: z.string().regex(/^[A-Za-z0-9]{1,100}$/, 'wanted the name of an operation'),
    region: Region,
    /** Printable, as AWS gives it. */
    requestId: z.string().regex(/^[!-~]{1,200}$/, 'wanted a request id'),
    /** When the answer came, by the caller's clock. */
    at: Instant,
  })
  .readonly();
export type AwsCall = z.infer<typeof AwsCall>;

/** More than any one fact rests on. */
const MAX_CALLS = 200;

/** The calls that an entry rests on, or why they are not known. */
export const Calls = z.discriminatedUnion('status', [
  z
    .strictObject({
      status: z.literal('known'),
      calls: z.array(AwsCall).min(1).max(MAX_CALLS).readonly(),
      /** How many further calls it rests on that are not named here; absent when there are none. */
      leftOut: z.int().min(1).optional(),
    })
    .readonly(),
  z.strictObject({ status: z.literal('unknown'), because: Name }).readonly(),
  /** It rests on no call, but on what `because` says. */
  z.strictObject({ status: z.literal('none'), because: Name }).readonly(),
]);
export type Calls = z.infer<typeof Calls>;

/** What an entry of version 2 says of itself beside its fact. */
export type Provenance = { readonly signer: Signer; readonly tool: Tool; readonly calls: Calls };
