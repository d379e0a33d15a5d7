import * as z from 'zod';
import { gateSchema, type Gate } from '../plan/gate.ts';
import { planSchema } from '../plan/steps.ts';
import { postureSchema } from '../plan/posture.ts';
import { incidentRef } from '../workflow/incident-ref.ts';
import { personSchema } from './person.ts';

const sentence = z.string().max(2_000);

/** How often one incident is asked about at most: after as many drifts it is as if nobody had answered. */
export const MOST_ROUNDS = 3;

/** What a person decided about the steps that wait, or that nobody did in time. */
export const decisionSchema = z.object({
  /** Which asking it answers, from 1. */
  round: z.int(),
  /** `drifted`: a yes came, but to a plan that fits the instance no longer; it is planned and asked anew. */
  outcome: z.enum(['approved', 'refused', 'expired', 'drifted']),
  /** The plan that was asked about. */
  planHash: z.string(),
  at: z.iso.datetime(),
  /** The gates that it opens. */
  gates: z.array(gateSchema),
  /** Absent when nobody answered. */
  by: personSchema.optional(),
  reason: z.string().max(500).optional(),
  /** The steps that were approved, where not all of them were. */
  only: z.array(sentence).optional(),
  /** What had changed. */
  drift: z.array(sentence).optional(),
});
/** What a person decided about the steps that wait. */
export type Decision = z.infer<typeof decisionSchema>;

/** The gates that a decision opens. Without an answer isolation proceeds: waiting must not be a way out. */
export const gatesFor = (outcome: Decision['outcome']): readonly Gate[] => {
  switch (outcome) {
    case 'approved':
      return ['ask', 'approve'];
    case 'expired':
      return ['ask'];
    case 'refused':
    case 'drifted':
      return [];
  }
};

/** The workflow asks: it goes on when the operator function answers with the token, or when its time is over. */
export const askInput = z.object({
  ask: z.object({
    token: z.string().min(1),
    incident: incidentRef,
    plan: planSchema,
    posture: postureSchema.nullish(),
    round: z.int().min(1),
    askedAt: z.iso.datetime(),
    expiresAfterSeconds: z.int().min(1),
  }),
});
/** The workflow asks. */
export type AskInput = z.infer<typeof askInput>;
/** Nothing: the answer comes by the token. */
export const askOutput = z.object({ asked: z.literal(true) });
