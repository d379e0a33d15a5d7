import * as z from 'zod';
import { accountId, incidentId, instanceId, region } from '../ids.ts';
import { toldCalls } from '../workflow/incident-ref.ts';

const text = z.string().max(2_000);

/**
 * What lifting one step meets. `restore`: what is there is what we set, and the former state is known. `already`: the former
 * state is there again. `drifted`: neither; it is shown and not touched unless a person names the step. `later`: it must stay
 * until `notBefore` and is lifted then without another word. `kept`: another contained instance still needs it; the last of
 * them takes it along. `impossible`: it cannot be lifted by us, `byHand` says how it can.
 */
const releaseDecision = z.enum(['restore', 'already', 'drifted', 'later', 'kept', 'impossible']);
/** What lifting one step meets. */
export type ReleaseDecision = z.infer<typeof releaseDecision>;

/** One thing that a release lifts: three states side by side, and what follows from them. */
export const releaseStep = z.object({
  /** Id by which a person names it, such as `restore-groups:eni-0123456789abcdef0`. */
  id: text,
  /** Kind of the undo. */
  kind: text,
  /** Ids of the plans' steps that it lifts; empty for what containment left beside its steps. */
  lifts: z.array(text),
  decision: releaseDecision,
  /** What was there before any change, in plain words. */
  before: text,
  /** What containment set. */
  ours: text,
  /** What is there now. */
  now: text,
  because: text,
  /** What a person who may can type instead; only where the release cannot do it. */
  byHand: text.optional(),
  /** With `later`: when it may be lifted. */
  notBefore: z.iso.datetime().optional(),
});
/** One thing that a release lifts. */
export type ReleaseStep = z.infer<typeof releaseStep>;

/** All that a release of one incident would do, in its order. `hash` is the SHA-256 of the canonical JSON of the rest. */
export const releasePlanSchema = z.object({
  schemaVersion: z.literal(1),
  incidentId,
  account: accountId,
  region,
  instanceId,
  /** The last plan of containment that it lifts. */
  revision: z.int(),
  steps: z.array(releaseStep),
  hash: text,
});
/** All that a release of one incident would do. */
export type ReleasePlan = z.infer<typeof releasePlanSchema>;

/** An authenticated caller, as AWS named them to the function that approvals come through; never a string in an argument. */
export const releasePerson = z.object({
  /** ARN of the caller. */
  arn: z.string().min(1).max(2_000),
  /** Who it was behind the role, such as an Identity Center user's session name. */
  name: z.string().min(1).max(300).optional(),
  did: z.enum(['asked', 'approved']),
});
/** An authenticated caller. */
export type ReleasePerson = z.infer<typeof releasePerson>;

/** Input of `cordon-release`. */
export const releaseInput = z.discriminatedUnion('kind', [
  /** Reads only. */
  z.object({ kind: z.literal('show'), incidentId }),
  /** Reads again, refuses when the hash is another by then, performs, reads back. Safe to repeat. */
  z.object({
    kind: z.literal('perform'),
    incidentId,
    planHash: z.string().length(64),
    /** Steps to lift, by id; all of `restore` when absent. A drifted step is lifted only when it is named. */
    steps: z.array(text).min(1).max(500).optional(),
    /** Steps that are given up: with all others done, the incident is closed without them. */
    giveUp: z.array(text).max(500).default([]),
    by: z.array(releasePerson).min(1).max(5),
    reason: z.string().min(1).max(1_000),
  }),
]);
/** Input of `cordon-release`. */
export type ReleaseInput = z.infer<typeof releaseInput>;

/** What became of one step of a release. */
export const releaseOutcome = z.object({
  id: text,
  status: z.enum(['done', 'refused', 'failed']),
  /** One plain sentence. */
  detail: text,
  at: z.iso.datetime(),
  /** The calls that changed something; the first ten. */
  ...toldCalls,
});
/** What became of one step of a release. */
export type ReleaseOutcome = z.infer<typeof releaseOutcome>;

/** Output of `cordon-release`. */
export const releaseOutput = z.discriminatedUnion('status', [
  z.object({ status: z.literal('shown'), plan: releasePlanSchema }),
  /** Nothing was done. `plan` is what it would be now, where there is one. */
  z.object({
    status: z.literal('refused'),
    code: z.enum([
      'no-such-incident',
      'still-running',
      'released-already',
      'hash-differs',
      'no-such-step',
      'no-plan',
      'step-not-liftable',
    ]),
    because: text,
    plan: releasePlanSchema.optional(),
  }),
  /** `released`: all is lifted or given up, and the incident no longer holds the instance; else something is left. */
  z.object({
    status: z.enum(['released', 'partly-released']),
    outcomes: z.array(releaseOutcome),
    /** As read back afterwards. */
    plan: releasePlanSchema,
  }),
]);
/** Output of `cordon-release`. */
export type ReleaseOutput = z.infer<typeof releaseOutput>;

/** Input of `cordon-lift-due`, from its schedule: it says nothing. */
export const liftDueInput = z.object({});
/** Output of `cordon-lift-due`: what earlier releases had left until now, and what became of it. */
export const liftDueOutput = z.object({ outcomes: z.array(releaseOutcome) });
/** Output of `cordon-lift-due`. */
export type LiftDueOutput = z.infer<typeof liftDueOutput>;
