export {
  accountId,
  caseIdFor,
  findingId,
  incidentId,
  incidentIdFor,
  instanceId,
  instant,
  parseAccountId,
  parseFindingId,
  parseIncidentId,
  parseInstanceId,
  parseInstant,
  parseRegion,
  region,
  type AccountId,
  type FindingId,
  type IncidentId,
  type InstanceId,
  type Instant,
  type Region,
} from './ids.ts';
export * from './contract.ts';
export * from './residency.ts';
export * from './keeping/keeping-io.ts';
export {
  ARCHIVED_FROM_BYTES,
  keptDays,
  longestDays,
  retentionSentence,
  type Keeping,
} from './policy/retention.ts';
export {
  configSchema,
  deskPeople,
  defineConfig,
  readConfig,
  type BeyondInstance,
  type Containment,
  type CordonConfig,
  type ReadConfig,
  mayBound,
} from './config.ts';
export { residualRisks, type ResidualRisk } from './residual-risks.ts';
export { quoted } from './quoted.ts';
export {
  TRIAGE_DOCUMENT,
  TRIAGE_DOCUMENT_NAME,
  TRIAGE_SCRIPTS_FOLDER,
  TRIAGE_SCRIPTS_SHA256,
  TRIAGE_SECONDS,
  triageParameters,
  type ToExamine,
} from './examination/triage-document.ts';
export * from './examination/machine-end.ts';
export { nextLookSeconds, readStatement, type TriageState } from './examination/triage.ts';
export { parseFinding } from './finding/parse-finding.ts';
export { parseFindings } from './finding/parse-findings.ts';
export type {
  Because,
  Finding,
  FindingCredential,
  ParsedFindings,
  ParsedOne,
  RefusalCode,
  Subject,
  SubjectTags,
} from './finding/finding.ts';
export {
  defaultPolicy,
  parsePolicy,
  POLICY_TAG_KEY,
  policySchema,
  type Policy,
  type PolicyRule,
} from './policy/policy.ts';
export { factsNeeded, type Match, type PolicyFacts } from './policy/match-rule.ts';
export { decidePolicy, postureOf, type PolicyDecision } from './policy/decide-policy.ts';
export { explainPolicy, type PolicyExplanation } from './policy/explain-policy.ts';
export { readPolicy, standingPosture, type ReadPolicy } from './policy/fallback.ts';
export { decideManualStart, MANUAL_SEVERITY, MANUAL_TYPE, type ManualStart } from './policy/manual-start.ts';
export { strengthen } from './policy/strengthen.ts';
export type { Mode } from './policy/settings.ts';
export { type Budgets, type Limits } from './limits/limits.ts';
export {
  breakerName,
  breakerRow,
  EMPTY_GROUP,
  LIMIT_SORT,
  limitKey,
  scalingGroupName,
  scalingGroupRow,
  type BreakerRow,
  type ScalingGroupRow,
  type Scope,
  type Tier,
} from './limits/limit-row.ts';
export { budgetsOf, countCase, type Budget, type CountedCase } from './limits/count-case.ts';
export { joinMember, shareExceeded } from './limits/judge-member.ts';
export { applyLimits, type Limited, type LimitRows, type Opening } from './limits/apply-limits.ts';
export {
  climbedSentences,
  nextRung,
  stillOpen,
  type Climb,
  type Held,
  type OpenPath,
} from './climb/next-rung.ts';
export { acceptedPaths } from './proof/accepted-paths.ts';
export {
  firstProofLook,
  judgeRecords,
  lastProofLook,
  type InterfaceRecords,
  type JudgedRecords,
} from './proof/judge-records.ts';
export { readableLog, type FlowLogFacts, type ReadableLog } from './proof/readable-log.ts';
export { readRecord } from './proof/read-record.ts';
export { isStronger, strongest, type Decision, type Ground, type Verdict } from './triage/verdict.ts';
export {
  policyFacts,
  triage,
  type AccountPlace,
  type OwnAccounts,
  type TriageContext,
} from './triage/triage.ts';
export { assessLater, type Assessment, type OpenIncident } from './triage/assess-later.ts';
export { deregistrations, type BalancerStep } from './plan/balancer-steps.ts';
export {
  instanceFacts,
  type BalancerFacts,
  type InstanceFacts,
  type MachineFacts,
  type VolumeFacts,
} from './plan/facts.ts';
export { gateSchema, type Gate } from './plan/gate.ts';
export { METRICS, METRICS_NAMESPACE, phaseLine, sinceArrivalLine, type MetricName } from './metrics.ts';
export { type MemoryRight } from './plan/memory-steps.ts';
export { callsOf, costOf, type CostEstimate } from './plan/calls-of.ts';
export { askedSteps, heldBack, roundsOf, type Rounds } from './plan/performers.ts';
export { defanged, dnsBlockName, specificationsOf } from './plan/dns-block-names.ts';
export { chooseZones, type ChosenZones } from './plan/dns-zones.ts';
export { OWN_TCP_SECONDS } from './release/decide-paths.ts';
export { stillDetached } from './release/decide-volumes.ts';
export { plan, planAskedAnew, type PlanInput } from './plan/plan.ts';
export {
  CONTAIN_ONLY,
  LEAVES,
  needsMachine,
  postureSchema,
  withinReach,
  type Leave,
  type LeaveName,
  type Posture,
} from './plan/posture.ts';
export {
  chainedDenyDocument,
  deniesChained,
  deniesSessionsOf,
  PROTECTED_ROLE_PATHS,
  sessionDenyDocument,
  whyRoleIsProtected,
  type SessionDenyWay,
  boundedDenyDocument,
  boundIn,
  secondAfter,
} from './plan/session-deny.ts';
export {
  isAllowed,
  liftChainedDeny,
  planSchema,
  planStep,
  stepsOf,
  stepsToDo,
  type Allowed,
  type Plan,
  type PlanStep,
  type PlanStepKind,
  type StepOf,
  type Undo,
} from './plan/steps.ts';
export {
  askInput,
  askOutput,
  decisionSchema,
  gatesFor,
  MOST_ROUNDS,
  type AskInput,
  type Decision as PersonsDecision,
} from './operator/decision.ts';
export { readApprover, type Approver } from './operator/approver-pattern.ts';
export { driftOf } from './operator/drift.ts';
export {
  hashOfRequest,
  operatorReply,
  operatorRequest,
  secondPersonRequest,
  type OperatorReply,
  type OperatorRequest,
  type RefusalCode as OperatorRefusal,
  type RequestTo,
  type SecondPersonRequest,
  type Waiting,
} from './operator/operator-io.ts';
export {
  breakerResetKey,
  breakerResetRow,
  HALT_KEY,
  haltRow,
  type BreakerResetRow,
  type HaltRow,
} from './limits/halt.ts';
export { isSamePerson, personOf, personSchema, type Person, type Recognized } from './operator/person.ts';
export {
  chainedSessions,
  MOST_CHAINED,
  MOST_LINKS,
  userIdOf,
  type ChainedSession,
  type Link,
} from './trace/chained-sessions.ts';
export { decideChained, type ChainedVerdict } from './trace/deny-chained.ts';
export { denyFullByHand, denyProtectedByHand } from './plan/deny-by-hand.ts';
export {
  aboutQuestion,
  ANSWER_GRACE_SECONDS,
  CHAINED_QUESTIONS,
  chainedAnswer,
  chainedQuestion,
  MOST_CHAINED_QUESTIONS,
  questionKey,
  questionOf,
  type ChainedAnswer,
  type ChainedQuestion,
} from './trace/chained-question.ts';
export {
  afterTurnOf,
  attributeOf,
  beginContext,
  isCut,
  isGivenUp,
  labelOf,
  MOST_BYTES,
  nextTurnIn,
  thatFit,
  untilCollected,
  withParts,
  type ContextState,
  type Note,
  type Part,
  type Slice,
} from './context/slices.ts';
export { judgeWeakness, readWeaknessEvent, type ClaimedWeakness } from './finding/weakness-event.ts';
export { differencesOf, type FindingView } from './context/member-view.ts';
export { weaknessSentence, type Weakness } from './context/weaknesses.ts';
export { readTrailEvent, type TrailEvent } from './trace/read-event.ts';
export {
  accountsToRead,
  afterTurn,
  atNextLook,
  beginTrace,
  chainOf,
  lookupsNow,
  nextLookIn,
  readsSince,
  withQuestions,
  type ChainedDeny,
  type LookedUp,
  type Trace,
  type TrailLookup,
} from './trace/trace.ts';
export { whyForged, type HeldIncident } from './workflow/own-execution.ts';
export {
  executionInput,
  incidentRef,
  stepOutcome,
  type ExecutionInput,
  type IncidentRef,
  type StepOutcome,
} from './workflow/incident-ref.ts';
export {
  afterFailedCopy,
  diskState,
  enterDisk,
  inCustody,
  isHeld,
  judgeLook,
  recheckAfterSeconds,
  subjectOf,
  type DiskState,
  type SnapshotLook,
} from './workflow/disk.ts';
export { afterComparison, afterParts, equalityOf } from './workflow/hashing.ts';
export { isStuck, missingParts, nextRound } from './workflow/hashing.ts';
export type { Compared, HashingState, MissingPart, PartHashed, PartToHash } from './workflow/hashing.ts';
export { hashBlocksInput, hashBlocksOutput } from './workflow/hash-blocks-io.ts';
export type { HashBlocksInput, HashBlocksOutput } from './workflow/hash-blocks-io.ts';
export { hasherReply, hasherRequest, type HasherReply, type HasherRequest } from './workflow/hasher-io.ts';
export { completionMinutes } from './workflow/copy-deadline.ts';
export {
  copySlots,
  copyTicket,
  decideCopy,
  TICKET_DEAD_MS,
  ticketId,
  ticketOf,
  type CopySlots,
  type CopyTicket,
  type QueueField,
  type RunningCopy,
} from './workflow/copy-queue.ts';
export {
  afterKeyLook,
  afterProbe,
  KEY_WAIT_SECONDS,
  unusableKeyWarning,
  type KeyLook,
  type KeyPath,
} from './workflow/key-routes.ts';
export type { ReplacementRight } from './plan/replacement.ts';
export { copiedTags, formerOf, launchSpec, type LaunchSpec } from './replacement/launch-spec.ts';
export { registrationsOf, type Registration } from './replacement/registrations.ts';
export {
  enterReplacing,
  REPLACING_RECHECK_SECONDS,
  replacingIsOver,
  type ReplacingState,
} from './replacement/replacing.ts';
export { firstActivityOf, whyNotReplaced, type ReplacementFacts } from './replacement/why-not-replaced.ts';
export { beginEnding, endingState, enterPhase, judgeStop, type EndingState } from './workflow/ending.ts';
export {
  openingStepOf,
  rulesThatOpen,
  ruleText,
  UNTRACKING_RULES,
  type OpeningRule,
  type OpeningStep,
} from './plan/opening-rules.ts';
export { isPathClosed } from './plan/untrack-steps.ts';
export * from './memory/capturing.ts';
export { LIVE_CHECKS, type LiveCheck } from './live-response/linux-checks.ts';
export { liveDocuments, type LiveDocument, type LivePlatform } from './live-response/documents.ts';
export * from './live-response/asking.ts';
export { isLandingDocument, memoryDocuments, type MemoryDocumentName } from './memory/documents.ts';
export * from './memory/landing.ts';
export * from './workflow/steps-io.ts';
export {
  ledgerOf,
  recorderReply,
  recorderRequest,
  type RecorderReply,
  type RecorderRequest,
} from './workflow/recorder-io.ts';
export { boundingOf, SESSIONS_EXPIRE_AFTER_HOURS } from './release/decide-denies.ts';
export {
  liftIdsOf,
  toLift,
  type ContainmentJournal,
  type Lift,
  type LiftKind,
  type LiftOf,
  type ToLift,
} from './release/journal.ts';
export type { DeniedRoleNow, DnsBlockNow, InterfaceNow, ReleaseFacts } from './release/release-facts.ts';
export * from './release/release-io.ts';
export { decideOnDrift, driftMemory, type DriftMemory } from './release/decide-on-drift.ts';
export { driftFrom } from './release/drift-from.ts';
export type { AroundInstance, Drift, DriftInput } from './release/drift.ts';
export { afterDrift, type AfterDrift } from './release/after-drift.ts';
export { liftedBy, type ApprovedLifts } from './release/lifted.ts';
export * from './release/watch-io.ts';
export {
  CALL_DETAIL_TYPE,
  CHANGE_CALLS,
  CHANGE_PATTERNS,
  CHANGE_SOURCES,
  STATE_DETAIL_TYPE,
} from './watch/change-events.ts';
export { decideLooks, LOOK_AGAIN_AFTER_MS, type Looks } from './watch/decide-looks.ts';
export { hintFrom } from './watch/hint.ts';
export { releasePlan } from './release/release-plan.ts';
export { phaseEvent, TELLS_PEOPLE, type PhaseEvent } from './workflow/phase-event.ts';
export { judgeIncident, type JudgedIncident } from './report/judge-incident.ts';
export { composeReport, readReport, reportJson, type ReportDocument } from './report/report-document.ts';
export { ocsfOf } from './report/ocsf.ts';
export { REPORT_LABELS } from './report/report-labels.ts';
export { reportPage } from './report/report-page.ts';
export {
  doubtful,
  replayHistory,
  type DoubtfulFinding,
  type PastFinding,
  type ReplayedHistory,
  type ReplayedIncident,
} from './replay/replay-history.ts';
