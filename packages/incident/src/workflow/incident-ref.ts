import { AwsCall } from '@cordon/evidence';
import * as z from 'zod';
import { postureSchema } from '../plan/posture.ts';
import { afterDriftSchema } from '../release/after-drift.ts';
import { accountId, incidentId, instanceId, region } from '../ids.ts';

/** The calls that something rests on, for the ledger, and how many more there were. */
export const toldCalls = {
  calls: z.array(AwsCall).max(10).optional(),
  callsLeftOut: z.int().min(1).optional(),
} as const;

/** What every step needs to know of its incident; small, so that it travels through every state. */
export const incidentRef = z.object({
  incidentId,
  account: accountId,
  region,
  instanceId,
  findingId: z.string(),
  /** Type of the finding that opened the incident; its charset was checked by the parser. */
  findingType: z.string(),
  severity: z.number(),
  /** When the finding's event arrived in the security account. */
  arrivedAt: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  /** The case that groups this incident with others: of one attack sequence, or of one Auto Scaling group. */
  caseId: z
    .string()
    .regex(/^case-[0-9a-f]{20}$/)
    .optional(),
  /** Name of the instance's Auto Scaling group where the finding told it: a name that the member's people chose. */
  scalingGroup: z.string().max(255).optional(),
  /** The call by which GuardDuty told the finding again before the incident was opened, for the entry that opens its ledger. */
  openedOn: AwsCall.optional(),
  /** Set where the policy has contents of its evidence kept in the home Region; in its own Region where it is absent. */
  residency: z.literal('home').optional(),
  /** 0 for the first plan; a later finding that re-plans counts on. */
  revision: z.int(),
});
/** What every step needs to know of its incident. */
export type IncidentRef = z.infer<typeof incidentRef>;

/** Input of one execution of the workflow. */
export const executionInput = z.object({
  incident: incidentRef,
  /** The finding's event, byte for byte as it came off the queue. */
  event: z.string(),
  /** What the policy allowed when the incident was opened. */
  posture: postureSchema.optional(),
  /** Of a plan that the watch starts. */
  afterDrift: afterDriftSchema.optional(),
});
/** Input of one execution of the workflow. */
export type ExecutionInput = z.infer<typeof executionInput>;

/** What became of one step of the plan. */
export const stepOutcome = z.object({
  /** The plan step's id. */
  id: z.string(),
  status: z.enum(['done', 'refused', 'failed']),
  /** One plain sentence: what was done, or what was refused and what to do next. */
  detail: z.string(),
  at: z.iso.datetime(),
  /** ARN of what was changed, where the plan does not name it. */
  on: z.string().max(2_000).optional(),
  /** The calls that changed something; the first ten. */
  ...toldCalls,
});
/** What became of one step of the plan. */
export type StepOutcome = z.infer<typeof stepOutcome>;
