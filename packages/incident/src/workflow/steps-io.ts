import { AwsCall } from '@cordon/evidence';
import * as z from 'zod';
import { OPENINGS } from '../contract.ts';
import { accountId, incidentId, instanceId, region } from '../ids.ts';
import { climbSchema } from '../climb/next-rung.ts';
import { instanceFacts } from '../plan/facts.ts';
import { gateSchema } from '../plan/gate.ts';
import { postureSchema } from '../plan/posture.ts';
import { decisionSchema } from '../operator/decision.ts';
import { roundsSchema } from '../plan/performers.ts';
import { planSchema } from '../plan/steps.ts';
import { afterDriftSchema } from '../release/after-drift.ts';
import { chainedDeny, traceSchema } from '../trace/trace.ts';
import { replacingState } from '../replacement/replacing.ts';
import { askingHost } from '../live-response/asking.ts';
import { capturingState } from '../memory/capturing.ts';
import { landingState } from '../memory/landing.ts';
import { contextState } from '../context/slices.ts';
import { diskState } from './disk.ts';
import { endingState } from './ending.ts';
import { triageState } from '../examination/triage.ts';
import { incidentRef, stepOutcome } from './incident-ref.ts';

const outcomes = z.array(stepOutcome);

/** inspect: what the instance is, and the plan that follows. */
export const inspectInput = z.object({
  incident: incidentRef,
  /** Name of the execution that asks. */
  execution: z.string().min(1),
  /** What the policy allowed when the incident was opened; what it allows now when absent. */
  posture: postureSchema.nullish(),
  /** The plan that was asked about and fits no longer: only what waits for a person is planned anew. */
  asked: planSchema.optional(),
  /** Of a plan that the watch started: what it must leave as it is. */
  afterDrift: afterDriftSchema.optional(),
});
/** `context` is the describe results as they came, gzip and base64, for the vault. */
export const inspectOutput = z.object({
  facts: instanceFacts,
  plan: planSchema,
  rounds: roundsSchema,
  context: z.string(),
});

/** inspect, asked by the operator function: what would be planned, whether or not an incident is open. Nothing follows from it. */
export const previewInput = z.object({
  preview: z.object({
    account: accountId,
    region,
    instanceId,
    incidentId,
    posture: postureSchema.nullish(),
    /** Whether the load balancers that have the instance are read too. */
    balancers: z.boolean().optional(),
  }),
});
/** What would be planned. */
export const previewOutput = z.object({ facts: instanceFacts, plan: planSchema });

/** inspect, asked by intake: where an instance is whose finding does not say, and whether it carries a role. */
export const locateInput = z.object({
  locate: z.object({ account: accountId, instanceId, incidentId, roleName: z.string().max(64).optional() }),
});
/** Nothing found where the instance is in none of the member's enabled Regions. */
export const locateOutput = z.object({
  found: z.object({ region, roleMatches: z.boolean().optional() }).optional(),
});

/** Input of every step that performs steps of the plan. */
export const planInput = z.object({
  incident: incidentRef,
  plan: planSchema,
  /** The gates that are open: steps behind another are left for later, or for good. */
  gates: z.array(gateSchema).default(['automatic']),
  /** The steps that a person approved, where not all of those behind the gates. */
  only: z.array(z.string()).optional(),
});
/** Output of a step that performs steps of the plan. */
export const outcomesOutput = z.object({ outcomes });

/** open-path: steps of the plan that open for a bounded time, of one kind. */
export const openPathInput = planInput.extend({ opens: z.enum(OPENINGS) });
/** `closeAfterSeconds` is how long the workflow waits before it has closed what was opened, 0 where nothing was; `closeAt` is when. */
export const openPathOutput = z.object({
  outcomes,
  closeAfterSeconds: z.int(),
  closeAt: z.iso.datetime().optional(),
});
/** close-openings: what one incident opened for something, or everything whose time has come where it names none (its schedule). */
export const closeOpeningsInput = z.object({
  of: z.object({ incident: incidentRef, opens: z.enum(OPENINGS) }).optional(),
});

/** revoke-credentials: steps of the plan, or sessions that were found after it. */
export const revokeInput = planInput.extend({ chained: z.array(chainedDeny).min(1).optional() });

/** trace-sessions: absent `trace` begins one. */
export const traceInput = planInput.extend({ trace: traceSchema.optional() });
/**
 * `look`: call again after `recheckAfterSeconds`; `deny`: have these sessions denied first, then call again; `done`: it is over.
 */
export const traceOutput = z.object({
  next: z.enum(['look', 'deny', 'done']),
  trace: traceSchema,
  deny: z.array(chainedDeny),
  recheckAfterSeconds: z.int(),
  /** At the end: what became of it. */
  outcomes,
});

/**
 * trace-sessions, asked for what surrounds the finding: without a state the first look, of the context that inspect gave and the event as
 * it came (empty where it is in the vault already).
 */
export const collectInput = planInput.extend({
  collect: z.object({
    context: z.string().optional(),
    event: z.string().optional(),
    state: contextState.optional(),
  }),
});
/** `look`: call again with the state after `recheckAfterSeconds`. */
export const collectOutput = z.object({
  next: z.enum(['look', 'done']),
  state: contextState.optional(),
  recheckAfterSeconds: z.int(),
  /** At the end: what became of it. */
  outcomes,
});

/** freeze: snapshots and the context as it was before any change. */
export const freezeInput = planInput.extend({ context: z.string(), event: z.string() });
/** freeze, asked for what a crash or hibernation left on the disks: a second set, as memory evidence. */
export const memoryInput = z.object({ memory: planInput });
/** A volume that holds a memory image, detached again. */
export const capturedVolume = z.object({
  volumeId: z.string().regex(/^vol-[0-9a-f]{8,17}$/),
  sizeGiB: z.int(),
  kmsKeyArn: z.string().max(2_000).optional(),
  /** The image, as the host told of it. */
  memoryImage: diskState.shape.memoryImage,
  hashBlocks: z.literal(true).optional(),
  copyWithinMinutes: z.int().optional(),
});
/** freeze, asked for a volume that a capture wrote a memory image to: its snapshot goes the way of the disks. */
export const capturedInput = z.object({ captured: planInput.extend({ volume: capturedVolume }) });
/** Each planned volume as it enters its own branch. */
export const freezeOutput = z.object({ outcomes, disks: z.array(diskState) });

/** verify-containment: reads back; `attempt` bounds the loop, `climbed` are the steps that were climbed to so far. */
export const verifyInput = planInput.extend({
  attempt: z.int(),
  outcomes,
  climbed: z.array(z.string()).default([]),
});
/**
 * `contained` only when every interface was read back in an empty group and the credentials are cut; `held-back` when what was
 * allowed is done and the rest waits for a person, or was refused.
 */
export const verifyOutput = z.object({
  status: z.enum(['contained', 'pending', 'open', 'held-back', 'nothing-to-contain']),
  /** What is still open, in plain sentences. */
  open: z.array(z.string()),
  containedAt: z.iso.datetime().optional(),
  /** With `contained`: what would be open, were it not for what was climbed to. */
  heldByRungs: z.array(z.string()).optional(),
  /** With `open`: the rung that is climbed next, without a person; then it is read back again. */
  climb: climbSchema.optional(),
  attempt: z.int(),
  recheckAfterSeconds: z.int(),
});

/** verify-containment, asked once more at the end: whether flow logs show that no packet was accepted after containment. */
export const proveInput = planInput.extend({
  prove: z.object({
    /** When containment was read back. */
    containedAt: z.iso.datetime(),
    /** From when on it is to be proved, where that is later: when a path that was kept was closed. */
    since: z.iso.datetime().optional(),
    /** The steps that were climbed to so far. */
    climbed: z.array(z.string()).default([]),
  }),
});
/**
 * `waiting` loops after `recheckAfterSeconds`; `accepted` with `climb` climbs and comes back when it was read back; else it is over.
 * `unproved` says why: no flow logs, none that can be read, no records in time.
 */
export const proveOutput = z.object({
  status: z.enum(['proved', 'accepted', 'unproved', 'waiting']),
  reasons: z.array(z.string()),
  climb: climbSchema.optional(),
  /** At the end: what became of it. */
  outcomes,
  recheckAfterSeconds: z.int(),
});

/** capture-memory: `capturing` is what it said last. */
export const captureInput = planInput.extend({ capturing: capturingState.optional() });
/** capture-memory, at the end: deletes the volumes of an incident whose copies are in custody. */
export const dropInput = z.object({ drop: z.object({ incident: incidentRef, disks: z.array(diskState) }) });
/** capture-memory, at the end: has an image that lies in the landing bucket carried into the vault. */
export const landInput = z.object({ land: z.object({ incident: incidentRef, landing: landingState }) });
/**
 * `waiting` loops after `recheckAfterSeconds`; `snapshot` wants `volume` snapshotted, and is over; `landed` has the image in the landing
 * bucket, and wants `landing` carried into the vault at the end.
 */
export const captureOutput = z.object({
  status: z.enum(['done', 'waiting', 'snapshot', 'landed']),
  outcomes,
  capturing: capturingState,
  volume: capturedVolume.optional(),
  landing: landingState.optional(),
  recheckAfterSeconds: z.int(),
});

/** capture-memory, asked to have the host say what it is doing: `asking` is what it said last. */
export const liveInput = z.object({ live: planInput.extend({ asking: askingHost.optional() }) });
/** `waiting` loops after `recheckAfterSeconds`. */
export const liveOutput = z.object({
  status: z.enum(['done', 'waiting']),
  outcomes,
  asking: askingHost,
  recheckAfterSeconds: z.int(),
});

/** stop: waits for the freeze (bounded), then ends the running host as the plan says; `ending` is what it said last. */
export const stopInput = planInput.extend({ ending: endingState.optional() });
/** `waiting` loops after `recheckAfterSeconds`; `snapshot` wants what is on the disks now as memory evidence, and loops then. */
export const stopOutput = z.object({
  status: z.enum(['done', 'waiting', 'snapshot']),
  outcomes,
  ending: endingState,
  recheckAfterSeconds: z.int(),
});

/** replace: `replacing` is what it said last. */
export const replaceInput = planInput.extend({ replacing: replacingState.optional() });
/** `waiting` loops after `recheckAfterSeconds`; `outcomes` are there when it is done. */
export const replaceOutput = z.object({
  status: z.enum(['done', 'waiting']),
  outcomes,
  replacing: replacingState,
  recheckAfterSeconds: z.int(),
});

/** hand-over and take-custody: one volume. */
export const diskInput = z.object({ incident: incidentRef, disk: diskState });
/** hand-over, called by its schedule, which says nothing: what stayed in members until its lock had ended is deleted. */
export const handOverInput = z.union([diskInput, z.strictObject({})]);
/** The volume after the step. */
export const diskOutput = z.object({ disk: diskState });
/** hand-over: the volume after the step, or snapshots that were deleted because their lock has ended. */
export const handOverOutput = z.union([diskOutput, z.object({ deleted: z.array(z.string()) })]);

/**
 * An examination on its way: of the disks or, once it is in custody, of the memory that a capture wrote. Both come to the incident's one machine.
 *
 *     launch -> create-volumes -> attach -> triage -> results -> carry -> clean-up -> ready
 */
export const examination = z.object({
  phase: z.enum([
    'launch',
    'create-volumes',
    'attach',
    'triage',
    'results',
    'carry',
    'clean-up',
    'ready',
    'failed',
  ]),
  /** What is examined; disks where it is absent. */
  of: z.literal('memory').optional(),
  machineId: z.string().optional(),
  availabilityZone: z.string().optional(),
  volumes: z.array(
    z.object({
      snapshotId: z.string(),
      sourceVolumeId: z.string(),
      volumeId: z.string().optional(),
      attached: z.boolean(),
      /** Times that EC2 refused to attach it, and why the last time. */
      refusals: z.int().optional(),
      refused: z.string().max(2_000).optional(),
      /** The call that attached it; unknown where its answer was lost. */
      attachedBy: AwsCall.optional(),
      /** Of memory: SHA-256 of the image as the host told it. */
      toldSha256: z.string().optional(),
    }),
  ),
  /** The fresh volume that takes what comes out, and its way into custody. */
  results: z
    .object({
      volumeId: z.string().optional(),
      attached: z.boolean(),
      /** Once its snapshot is handed over: it goes the way of the disks from there. */
      disk: diskState.optional(),
      snapshotId: z.string().optional(),
      since: z.iso.datetime().optional(),
      /** Why the results are not in custody. */
      because: z.string().optional(),
    })
    .optional(),
  /** When the machine is ended, unless somebody keeps it longer, and what an hour of it costs where the deployment says so. */
  endsAt: z.iso.datetime().optional(),
  hourlyUsd: z.number().optional(),
  startedAt: z.iso.datetime(),
  recheckAfterSeconds: z.int(),
  because: z.string().optional(),
  /** What became of the examination of the disks, once they are attached. */
  triage: triageState.optional(),
});
/** investigate: the machine, and the evidence copies to attach. */
export const investigateInput = z.object({
  incident: incidentRef,
  disks: z.array(diskState),
  /** What is to be examined, on the first call; disks where it is absent. */
  of: z.literal('memory').optional(),
  examination: examination.optional(),
});
/** The examination after the step. */
export const investigateOutput = z.object({ examination });

/** end-machines, by its schedule: no wish. */
export const endMachinesInput = z.object({});
/** What became of each machine that was due. */
export const endMachinesOutput = z.object({
  machines: z.array(
    z.object({ ledgerId: z.string(), became: z.enum(['told', 'kept', 'ending', 'ended', 'failed']) }),
  ),
});

/** seal: everything that happened, for manifest and report. */
export const sealInput = z.object({
  incident: incidentRef,
  plan: planSchema.optional(),
  /** Outcomes of all branches; a branch that failed as a whole gives one row of its own. */
  outcomes,
  verification: verifyOutput.optional(),
  disks: z.array(diskState),
  examination: examination.optional(),
  /** Of memory that was captured, once it is in custody. */
  memoryExamination: examination.optional(),
  /** What people decided, in order. */
  decisions: z.array(decisionSchema).default([]),
});
/** How the incident stands at the end of the workflow. */
export const sealOutput = z.object({
  status: z.enum(['sealed', 'contained', 'nothing-to-contain', 'refused', 'needs-a-person']),
  reasons: z.array(z.string()),
});

export type LocateInput = z.infer<typeof locateInput>;
export type LocateOutput = z.infer<typeof locateOutput>;
export type InspectInput = z.infer<typeof inspectInput>;
export type InspectOutput = z.infer<typeof inspectOutput>;
export type PlanStepsInput = z.infer<typeof planInput>;
export type OutcomesOutput = z.infer<typeof outcomesOutput>;
export type PreviewInput = z.infer<typeof previewInput>;
export type PreviewOutput = z.infer<typeof previewOutput>;
export type OpenPathInput = z.infer<typeof openPathInput>;
export type OpenPathOutput = z.infer<typeof openPathOutput>;
export type CloseOpeningsInput = z.infer<typeof closeOpeningsInput>;
export type RevokeInput = z.infer<typeof revokeInput>;
export type TraceInput = z.infer<typeof traceInput>;
export type TraceOutput = z.infer<typeof traceOutput>;
export type CollectInput = z.infer<typeof collectInput>;
export type CollectOutput = z.infer<typeof collectOutput>;
export type FreezeInput = z.infer<typeof freezeInput>;
export type MemoryInput = z.infer<typeof memoryInput>;
export type CapturedInput = z.infer<typeof capturedInput>;
export type CaptureInput = z.infer<typeof captureInput>;
export type CaptureOutput = z.infer<typeof captureOutput>;
export type LiveInput = z.infer<typeof liveInput>;
export type LiveOutput = z.infer<typeof liveOutput>;
export type DropInput = z.infer<typeof dropInput>;
export type LandInput = z.infer<typeof landInput>;
export type FreezeOutput = z.infer<typeof freezeOutput>;
export type VerifyInput = z.infer<typeof verifyInput>;
export type VerifyOutput = z.infer<typeof verifyOutput>;
export type ProveInput = z.infer<typeof proveInput>;
export type ProveOutput = z.infer<typeof proveOutput>;
export type StopInput = z.infer<typeof stopInput>;
export type StopOutput = z.infer<typeof stopOutput>;
export type ReplaceInput = z.infer<typeof replaceInput>;
export type ReplaceOutput = z.infer<typeof replaceOutput>;
export type DiskInput = z.infer<typeof diskInput>;
export type DiskOutput = z.infer<typeof diskOutput>;
export type HandOverInput = z.infer<typeof handOverInput>;
export type HandOverOutput = z.infer<typeof handOverOutput>;
export type Examination = z.infer<typeof examination>;
export type InvestigateInput = z.infer<typeof investigateInput>;
export type InvestigateOutput = z.infer<typeof investigateOutput>;
export type EndMachinesOutput = z.infer<typeof endMachinesOutput>;
export type SealInput = z.infer<typeof sealInput>;
export type SealOutput = z.infer<typeof sealOutput>;
