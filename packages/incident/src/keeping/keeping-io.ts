import { NamedPerson, Sha256, TwoPersonAct } from '@cordon/evidence';
import * as z from 'zod';
import { tendingReply, tendingRequest } from './tending-io.ts';

/** An incident's own id, without the dashes that name its further ledgers. */
const incident = z
  .string()
  .regex(/^inc-[0-9a-z]{6,60}$/, "wanted an incident's id, such as inc-0123456789abcdef0123");
/** One line for people; free of control characters, so that it can forge no line of a report. */
const reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^[^\p{C}]*$/u, 'wanted one line of text');
const moment = z.iso.datetime();

/** What a person may ask of the evidence desk, as the JSON body of a signed POST to its URL. No member says who asks. */
export const deskRequest = z.discriminatedUnion('action', [
  /** A session that reads this incident's evidence alone, for an hour. */
  z.strictObject({ action: z.literal('open'), incident, reason }),
  z.strictObject({ action: z.literal('hold'), incident, reason }),
  /** Asks for the release of a hold; with `asked`, another person approves it. */
  z.strictObject({ action: z.literal('release-hold'), incident, reason, asked: Sha256.optional() }),
  /** Asks for the end of the evidence; with `asked`, another person approves it, and it is destroyed. */
  z.strictObject({ action: z.literal('dispose'), incident, reason, asked: Sha256.optional() }),
  /** Says in the ledger that the evidence is given to somebody, before it is. */
  z.strictObject({ action: z.literal('export'), incident, reason, to: reason }),
]);
/** What a person may ask of the evidence desk. */
export type DeskRequest = z.infer<typeof deskRequest>;

/** Credentials of a session, as STS gives them. */
const credentials = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
});

/** The entry of the ledger that says what was done. */
const custody = z.object({ ledgerId: z.string(), sequence: z.int(), digest: Sha256 });

const DESK_REFUSALS = [
  'unknown-person',
  'no-mfa',
  'bad-request',
  'no-such-incident',
  'not-held',
  'not-approved',
  'not-opened',
  'not-disposable',
  'disposed',
] as const;

const refusal = z.object({
  status: z.literal('refused'),
  code: z.enum(DESK_REFUSALS),
  because: z.string(),
});

/** What the evidence desk answers. */
export const deskReply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('opened'), incident: z.string(), until: moment, custody, credentials }),
  /** It is done; said in one sentence. */
  z.object({ status: z.literal('done'), detail: z.string(), custody }),
  z.object({
    status: z.literal('waits-for-second-person'),
    incident: z.string(),
    what: TwoPersonAct,
    /** What the second person names: digest of the entry that asks. */
    asked: Sha256,
    until: moment,
    custody,
  }),
  refusal,
]);
/** What the evidence desk answers. */
export type DeskReply = z.infer<typeof deskReply>;
/** Why the desk did nothing. */
export type DeskRefusal = (typeof DESK_REFUSALS)[number];

/** What the desk asks of the keeper, in the name of a person whom AWS named. */
export const keeperRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('access-opened'),
    incident,
    by: NamedPerson,
    reason,
    role: z.string(),
    until: moment,
  }),
  z.object({ kind: z.literal('access-given'), incident, opened: Sha256, accessKeyId: z.string() }),
  z.object({ kind: z.literal('hold'), incident, by: NamedPerson, reason }),
  z.object({ kind: z.literal('ask'), incident, by: NamedPerson, reason, what: TwoPersonAct }),
  z.object({
    kind: z.literal('approve'),
    incident,
    by: NamedPerson,
    reason,
    what: TwoPersonAct,
    asked: Sha256,
  }),
  z.object({ kind: z.literal('export'), incident, by: NamedPerson, reason, to: reason }),
]);
/** What the desk asks of the keeper. */
export type KeeperRequest = z.infer<typeof keeperRequest>;

/** What the keeper answers. */
export const keeperReply = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('recorded'),
    custody,
    detail: z.string(),
    /** Of a request that waits for a second person. */
    until: moment.optional(),
  }),
  refusal,
]);
/** What the keeper answers. */
export type KeeperReply = z.infer<typeof keeperReply>;

/** What the keeper is called with, by whomever. */
export const keeperInput = z.union([keeperRequest, tendingRequest]);
/** What the keeper is called with. */
export type KeeperInput = z.infer<typeof keeperInput>;
/** What it answers to any of them. */
export const keeperOutput = z.union([keeperReply, tendingReply]);
/** What it answers to any of them. */
export type KeeperOutput = z.infer<typeof keeperOutput>;
