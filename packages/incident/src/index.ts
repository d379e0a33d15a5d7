export {
  accountId,
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
export {
  configSchema,
  defineConfig,
  type BeyondInstance,
  type Containment,
  type CordonConfig,
} from './config.ts';
export { residualRisks, type ResidualRisk } from './residual-risks.ts';
export { quoted } from './quoted.ts';
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
} from './finding/finding.ts';
export { defaultPolicy, parsePolicy, policySchema, type Policy } from './triage/policy.ts';
export { isStronger, strongest, type Decision, type Ground, type Verdict } from './triage/verdict.ts';
export { triage, type OwnAccounts } from './triage/triage.ts';
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
export { callsOf, costOf, type CostEstimate } from './plan/calls-of.ts';
export { askedSteps, heldBack, performerOf, roundsOf, roundsSchema, type Rounds } from './plan/performers.ts';
export { plan, planAskedAnew, type PlanInput } from './plan/plan.ts';
export {
  CONTAIN_ONLY,
  mayEndHost,
  postureSchema,
  standingPosture,
  withinReach,
  type Leave,
  type Posture,
} from './plan/posture.ts';
export {
  deniesSessionsOf,
  PROTECTED_ROLE_PATHS,
  sessionDenyDocument,
  whyRoleIsProtected,
  type SessionDenyWay,
} from './plan/session-deny.ts';
export {
  isAllowed,
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
  REFUSALS,
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
  afterProbe,
  diskState,
  enterDisk,
  judgeLook,
  subjectOf,
  type DiskState,
  type KeyProbe,
  type SnapshotLook,
} from './workflow/disk.ts';
export { beginEnding, endingState, enterPhase, judgeStop, type EndingState } from './workflow/ending.ts';
export * from './workflow/steps-io.ts';
export {
  ledgerOf,
  recorderReply,
  recorderRequest,
  type RecorderReply,
  type RecorderRequest,
} from './workflow/recorder-io.ts';
export * from './release/release-io.ts';
export { phaseEvent, TELLS_PEOPLE, type PhaseEvent } from './workflow/phase-event.ts';
export { judgeIncident, type JudgedIncident } from './report/judge-incident.ts';
export { incidentReport, plain } from './report/incident-report.ts';
