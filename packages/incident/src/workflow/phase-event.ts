import * as z from 'zod';

/**
 * Events that Cordon puts on its bus, one at each phase (docs/events.md). `detail-type` is the kind in words; `detail`
 * is this. Attacker-controlled text is never part of one.
 */
export const phaseEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('finding-set-aside'),
    schemaVersion: z.literal(1),
    code: z.string(),
    findingId: z.string().optional(),
  }),
  z.object({
    kind: z.literal('finding-observed'),
    schemaVersion: z.literal(1),
    findingId: z.string(),
    reasons: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('finding-ignored'),
    schemaVersion: z.literal(1),
    findingId: z.string(),
    reasons: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('finding-attached'),
    schemaVersion: z.literal(1),
    findingId: z.string(),
    incidentId: z.string(),
    effect: z.string(),
  }),
  z.object({
    kind: z.literal('breaker-tripped'),
    schemaVersion: z.literal(1),
    scope: z.enum(['account', 'unit', 'organization']),
    /** Account or unit; `all` for the organization. */
    id: z.string(),
    reasons: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('policy-unreadable'),
    schemaVersion: z.literal(1),
    reasons: z.array(z.string()),
  }),
  ...(
    [
      'incident-opened',
      'contained',
      'containment-open',
      'evidence-secured',
      'evidence-missing',
      'evidence-at-risk',
      'evidence-queued',
      'forensic-machine-ready',
      'forensic-machine-ending',
      'forensic-machine-ended',
      'incident-sealed',
      'needs-a-person',
      'containment-alarm',
      'containment-drifted',
      'released',
      'release-unfinished',
      'containment-held-back',
      'containment-climbed',
      'containment-proved',
      'packets-accepted',
      'containment-unproved',
      'containment-refused',
      'sessions-chained',
      'path-opened',
      'path-closed',
    ] as const
  ).map((kind) =>
    z.object({
      kind: z.literal(kind),
      schemaVersion: z.literal(1),
      incidentId: z.string(),
      account: z.string(),
      region: z.string(),
      instanceId: z.string(),
      /** The finding that opened the incident. */
      findingId: z.string(),
      /** The case that the incident belongs to; several incidents may share it. */
      caseId: z.string().optional(),
      /** Volume, machine or other subject, where the phase has one. */
      subject: z.string().optional(),
      reasons: z.array(z.string()),
    }),
  ),
  ...(['approval-asked', 'approval-decided'] as const).map((kind) =>
    z.object({
      kind: z.literal(kind),
      schemaVersion: z.literal(1),
      incidentId: z.string(),
      account: z.string(),
      region: z.string(),
      instanceId: z.string(),
      findingId: z.string(),
      /** Hash of the plan that is asked about: who answers names it. */
      planHash: z.string(),
      /** Until when an answer counts. */
      expiresAt: z.string().optional(),
      /** Who decided. */
      by: z.string().optional(),
      reasons: z.array(z.string()),
    }),
  ),
  /** How accounts stand before any incident (docs/coverage.md): one event for all that turned together. */
  ...(['account-covered', 'account-uncovered', 'account-late'] as const).map((kind) =>
    z.object({
      kind: z.literal(kind),
      schemaVersion: z.literal(1),
      accounts: z.array(z.string()),
      reasons: z.array(z.string()),
    }),
  ),
  /** What people do beside incidents: halt, breakers, requests for a second person. */
  z.object({
    kind: z.literal('operator-acted'),
    schemaVersion: z.literal(1),
    /** Such as `halt` or a request's id. */
    subject: z.string(),
    by: z.array(z.string()),
    incidentId: z.string().optional(),
    planHash: z.string().optional(),
    reasons: z.array(z.string()),
  }),
]);
/** An event that Cordon puts on its bus. */
export type PhaseEvent = z.infer<typeof phaseEvent>;

/** Phases that people are told about, besides the bus: those in which somebody may have to act. */
export const TELLS_PEOPLE: ReadonlySet<PhaseEvent['kind']> = new Set<PhaseEvent['kind']>([
  'finding-set-aside',
  'breaker-tripped',
  'policy-unreadable',
  'incident-opened',
  'contained',
  'containment-open',
  'evidence-missing',
  'evidence-at-risk',
  'forensic-machine-ending',
  'forensic-machine-ended',
  'needs-a-person',
  'incident-sealed',
  'containment-alarm',
  'containment-drifted',
  'released',
  'release-unfinished',
  'containment-refused',
  'containment-climbed',
  'packets-accepted',
  'sessions-chained',
  'path-opened',
  'path-closed',
  'approval-asked',
  'approval-decided',
  'operator-acted',
  'account-uncovered',
  'account-late',
]);
