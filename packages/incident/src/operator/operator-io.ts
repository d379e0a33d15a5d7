import { canonicalJson, sha256Hex } from '@cordon/evidence';
import * as z from 'zod';
import { KEEP_MACHINE_HOURS } from '../examination/machine-end.ts';
import { accountId, incidentId, instanceId, region } from '../ids.ts';
import { instanceFacts } from '../plan/facts.ts';
import { postureSchema } from '../plan/posture.ts';
import { planSchema } from '../plan/steps.ts';

/** One line for people; free of control characters, so that it can forge no line of a report. */
const reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^[^\p{C}]*$/u, 'wanted one line of text');
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'wanted 64 hexadecimal digits, as `cordon plan` shows them');
const steps = z.array(z.string().min(1).max(300)).min(1).max(500);
/** A request that waits for a second person: `req-` and 20 hexadecimal digits. */
const requestId = z.string().regex(/^req-[0-9a-f]{20}$/);
/** Which circuit breaker: the organization's, a unit's or an account's. */
const breakerScope = z.string().regex(/^(organization|unit:ou-[0-9a-z-]{6,64}|account:\d{12})$/);
const place = { account: accountId, region, instance: instanceId };

/** What a person may ask of the operator function, as the JSON body of a signed POST to its URL. No member says who asks. */
export const operatorRequest = z.discriminatedUnion('action', [
  /** The plan that waits for an incident, or what would be planned for an instance; nothing is stored. */
  z.strictObject({ action: z.literal('plan'), incident: incidentId }),
  z.strictObject({
    action: z.literal('plan-instance'),
    ...place,
    /** What a policy would allow, where another than the deployed one is tried. */
    posture: postureSchema.optional(),
  }),
  /** Decides about what waits: an incident's plan, or another person's request. */
  z.strictObject({
    action: z.literal('approve'),
    subject: z.union([incidentId, requestId]),
    planHash: hash,
    decision: z.enum(['approve', 'refuse']),
    steps: steps.optional(),
    reason,
  }),
  /** Opens an incident by a person's word. */
  z.strictObject({ action: z.literal('contain'), ...place, reason }),
  /** Lifts containment; without a hash it shows what it would do. */
  z.strictObject({
    action: z.literal('release'),
    incident: incidentId,
    reason,
    steps: steps.optional(),
    giveUp: steps.optional(),
    planHash: hash.optional(),
  }),
  z.strictObject({ action: z.literal('halt'), halt: z.enum(['on', 'off']), reason }),
  z.strictObject({ action: z.literal('reset-breaker'), scope: breakerScope, reason }),
  /** Keeps an incident's forensic machine for so many hours from now. */
  z.strictObject({
    action: z.literal('keep-machine'),
    incident: incidentId,
    hours: z.int().min(1).max(KEEP_MACHINE_HOURS),
    reason,
  }),
  /** What waits for a person. */
  z.strictObject({ action: z.literal('requests') }),
]);
/** What a person may ask of the operator function. */
export type OperatorRequest = z.infer<typeof operatorRequest>;
/** The request of one action. */
export type RequestTo<Action extends OperatorRequest['action']> = Extract<
  OperatorRequest,
  { action: Action }
>;

/** What a second person is asked for: exactly this is hashed, approved and performed. */
export const secondPersonRequest = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('release'),
    incident: incidentId,
    /** Of the release plan that the first person saw. */
    planHash: hash,
    steps: steps.optional(),
    giveUp: steps.optional(),
    reason,
  }),
  z.object({ action: z.literal('halt'), halt: z.enum(['on', 'off']), reason }),
  z.object({ action: z.literal('reset-breaker'), scope: breakerScope, reason }),
]);
/** What a second person is asked for. */
export type SecondPersonRequest = z.infer<typeof secondPersonRequest>;

/** The hash that a second person approves, and the id that it is found by. The moment is part of it: a later request is another. */
export const hashOfRequest = (
  request: SecondPersonRequest,
  asked: { readonly by: string; readonly at: string },
): { readonly hash: string; readonly id: string } => {
  const digest = sha256Hex(canonicalJson({ request: { ...request }, ...asked }));
  return { hash: digest, id: `req-${digest.slice(0, 20)}` };
};

/** One thing that waits for a person. */
const waiting = z.object({
  /** Incident, or request. */
  subject: z.string(),
  /** What is asked, in words. */
  about: z.string(),
  planHash: z.string(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Who asked, where a person did. */
  askedBy: z.string().optional(),
});
/** One thing that waits for a person. */
export type Waiting = z.infer<typeof waiting>;

/** Why something was not done. The codes are for programs, `because` is for people and says what to do next. */
const REFUSALS = [
  'unknown-person',
  'bad-request',
  'nothing-waits',
  'wrong-hash',
  'expired',
  'already-decided',
  'too-late',
  'drift',
  'same-person',
  'no-such-step',
  'never-contained',
  'no-such-instance',
  'cannot-read',
  'not-built',
  'release-refused',
] as const;
/** One of `REFUSALS`. */
export type RefusalCode = (typeof REFUSALS)[number];

/** What the operator function answers. */
export const operatorReply = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('planned'),
    plan: planSchema,
    facts: instanceFacts.optional(),
    /** Present when it waits for a person. */
    waits: waiting.optional(),
  }),
  /** It is done; said in one sentence. */
  z.object({ status: z.literal('done'), detail: z.string(), incident: z.string().optional() }),
  /** Nothing is done before a second person approves. */
  z.object({ status: z.literal('waits-for-second-person'), waits: waiting, shown: z.unknown().optional() }),
  z.object({ status: z.literal('listed'), waiting: z.array(waiting) }),
  /** What a release would do; nothing is asked for yet. */
  z.object({ status: z.literal('shown'), planHash: z.string(), shown: z.unknown() }),
  z.object({
    status: z.literal('refused'),
    code: z.enum(REFUSALS),
    because: z.string(),
    drift: z.array(z.string()).optional(),
  }),
]);
/** What the operator function answers. */
export type OperatorReply = z.infer<typeof operatorReply>;
