import * as z from 'zod';

const digest = z.object({ algorithm: z.literal('sha-256'), of: z.string(), value: z.string() });
const lock = z.object({ mode: z.string(), until: z.string() });

/** One piece of evidence in custody. */
const evidenceRow = z.object({
  kind: z.enum(['snapshot', 'object']),
  volumeId: z.string().optional(),
  /** `memory` on a second copy, taken for what a crash or hibernation left on the volume; `results` on what an examination put out. */
  holds: z.enum(['memory', 'results']).optional(),
  snapshotId: z.string().optional(),
  objectKey: z.string().optional(),
  account: z.string(),
  keyArn: z.string(),
  lock: lock.optional(),
  digest: digest.optional(),
});

/** One connection that the instance had when it was contained. */
const connectionRow = z.object({
  direction: z.enum(['outbound', 'inbound']),
  protocol: z.string(),
  remote: z.string(),
  /** How its packets travel, such as `nat-gateway`. */
  path: z.string(),
  /** Whether the instance's end is tracked, so that a change of groups alone does not end it. */
  tracked: z.boolean(),
  state: z.enum(['cut', 'open']),
  cutAfterMs: z.number().optional(),
  /** What cut it. */
  by: z.string().optional(),
});

/** What became of a volume that stands for a case of keys. */
const keyCaseRow = z.object({
  /** The case, such as `aws-ebs`. */
  name: z.string(),
  volumeId: z.string(),
  /** Ways to a copy that were tried, in order. */
  ways: z.array(z.string()),
  /** The verified, locked copy. */
  snapshotId: z.string().optional(),
  /** Why there is none. */
  because: z.string().optional(),
  /** When its end was told. */
  endedAfterMs: z.number().optional(),
});

/** One incident as the run left it. Times in virtual milliseconds from the event's arrival on the Region's bus. */
const incidentRow = z.object({
  incidentId: z.string(),
  status: z.enum(['contained', 'sealed', 'released', 'needs-a-person', 'nothing-to-contain', 'refused']),
  reasons: z.array(z.string()),
  account: z.string(),
  region: z.string(),
  instanceId: z.string(),
  /** When the last interface was put into its empty group. */
  isolatedAfterMs: z.number().optional(),
  /** When containment had been read back. */
  containedAfterMs: z.number().optional(),
  /** What the statement of containment leaves open. */
  leftOpen: z.array(z.string()),
  connections: z.array(connectionRow),
  states: z.array(z.object({ name: z.string(), enteredAfterMs: z.number() })),
  evidence: z.array(evidenceRow),
  missing: z.array(z.object({ subject: z.string(), because: z.string() })),
  /** Where the scenario is about keys. */
  keyCases: z.array(keyCaseRow).optional(),
  forensics: z
    .object({ account: z.string(), instanceId: z.string(), volumes: z.array(z.string()) })
    .optional(),
});

/** One serial step of the way to isolation. */
const callRow = z.object({
  index: z.number(),
  sentAfterMs: z.number(),
  repliedAfterMs: z.number().optional(),
  caller: z.string(),
  service: z.string(),
  operation: z.string(),
  region: z.string(),
  outcome: z.string(),
});

/** What `cordon drill --json` prints; documented in docs/drill-json.md. */
export const drillResult = z.object({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  seed: z.string(),
  through: z.enum(['contain', 'evidence', 'seal']),
  findings: z.array(
    z.object({
      id: z.string(),
      disposition: z.enum([
        'responded',
        'attached',
        'duplicate',
        'observed',
        'ignored',
        'set-aside',
        'not-taken',
      ]),
      reasons: z.array(z.string()),
      incidentId: z.string().optional(),
    }),
  ),
  verdict: z.object({ decision: z.enum(['respond', 'observe', 'ignore']), reasons: z.array(z.string()) }),
  incidents: z.array(incidentRow),
  calls: z.object({
    total: z.number(),
    serialBeforeIsolation: z.number().optional(),
    /** The longest chain of calls, each sent after the reply of the one before, that ends with the last interface. */
    serial: z.array(callRow),
    list: z.array(callRow).optional(),
  }),
  custody: z.object({ keyFingerprint: z.string() }).optional(),
  invariants: z.array(z.object({ id: z.string(), held: z.boolean(), detail: z.string() })),
  notJudged: z.array(z.object({ id: z.string(), why: z.string() })),
  assumptions: z.array(z.string()),
});
/** What `cordon drill --json` prints. */
export type DrillResult = z.infer<typeof drillResult>;
/** One incident as the run left it. */
export type IncidentRow = z.infer<typeof incidentRow>;
/** What became of a volume that stands for a case of keys. */
export type KeyCaseRow = z.infer<typeof keyCaseRow>;
/** One connection that the instance had. */
export type ConnectionRow = z.infer<typeof connectionRow>;
/** One piece of evidence in custody. */
export type EvidenceRow = z.infer<typeof evidenceRow>;
/** One call as it is shown. */
export type CallRow = z.infer<typeof callRow>;
/** One invariant, judged. */
export type Judgement = DrillResult['invariants'][number];

/** What `cordon drill --json` prints when it exits with 2. */
export const badInputResult = z.object({
  schemaVersion: z.literal(1),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }),
});
