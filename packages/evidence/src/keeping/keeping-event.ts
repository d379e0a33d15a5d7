import * as z from 'zod';
import { Arn, Instant, Name } from '../identifiers.ts';
import { Sha256 } from '../sha256.ts';

/** Who: the name that AWS gave of the caller, by which people are told apart, and the ARN of the session. */
export const NamedPerson = z.strictObject({ name: Name.max(128), arn: Arn }).readonly();
export type NamedPerson = z.infer<typeof NamedPerson>;

/** What takes two people. */
export const TwoPersonAct = z.enum(['release-hold']);
export type TwoPersonAct = z.infer<typeof TwoPersonAct>;

/**
 * What happens to evidence after its seal, in the ledger `<incident>-keeping`: nothing may follow a seal, and keeping goes on for
 * years. An act of two people is three entries, each naming the digest of the one that it answers: asked, approved, done.
 */
export const keepingEvents = [
  z
    .strictObject({
      kind: z.literal('access-opened'),
      by: NamedPerson,
      reason: Name,
      /** The role that the session is of. */
      role: Arn,
      until: Instant,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('access-given'),
      /** Digest of the entry `access-opened`. */
      opened: Sha256,
      /** By which CloudTrail names whatever the session does. Not secret. */
      accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/, 'wanted an access key id'),
    })
    .readonly(),
  z
    .strictObject({ kind: z.literal('hold-set'), by: NamedPerson, reason: Name, objects: z.int().min(1) })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('keeping-asked'),
      what: TwoPersonAct,
      by: NamedPerson,
      reason: Name,
      /** From then on nobody can approve it. */
      until: Instant,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('keeping-approved'),
      what: TwoPersonAct,
      /** Digest of the entry `keeping-asked`. */
      asked: Sha256,
      by: NamedPerson,
      reason: Name,
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('hold-released'),
      /** Digest of the entry `keeping-approved`. */
      approved: Sha256,
      objects: z.int().min(1),
    })
    .readonly(),
  z
    .strictObject({
      kind: z.literal('exported'),
      by: NamedPerson,
      reason: Name,
      /** For whom, in the words of who exports. */
      to: Name,
    })
    .readonly(),
] as const;
