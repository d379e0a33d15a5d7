export type { CordonConfig } from '@cordon/incident';
export {
  denialsOfNodes,
  type DenialsOfNodes,
  type NodePolicy,
  type PlacedAccount,
} from './doctor/denials-of-nodes.ts';
export { deployedPolicies, type DeployedPolicies } from './doctor/deployed-policies.ts';
export { routeUnder, type KeyRoute } from './doctor/customer-key.ts';
export {
  ACCOUNT_KINDS,
  readPolicyFile,
  type AccountKind,
  type Given,
  type PolicyFile,
  type ReadPolicy,
} from './doctor/given-policies.ts';
export { BrokenScenario, recordChecks, type RecordedCheck, type Recording } from './doctor/record-checks.ts';
export { replayWith, type Denial, type Replayed } from './doctor/replay-with.ts';
export { RESPONSE_STEPS, type ResponseStep } from './doctor/step-of.ts';
export type { UnjudgedKey } from './doctor/unjudged-keys.ts';
export { ledgersOf } from './judge/custody.ts';
export { judge } from './judge/judge.ts';
export { exportIncident } from './judge/export-evidence.ts';
export { notBuilt } from './not-built.ts';
export { openWorld, type OpenWorld } from './open-world.ts';
export { renderPage, type PageOptions } from './page.ts';
export { printable } from './page/plain-text.ts';
export { BadInput } from './raw/bad-input.ts';
export { badInputResult, drillResult, type DrillResult } from './result.ts';
export { runDrill, type DrillOptions, type FinishedDrill, type Progress } from './run-drill.ts';
export type { RunRecord, Suspect, Through } from './run-record.ts';
export { scenarios } from './scenarios/index.ts';
export { ownEvent } from './scenarios/own-event.ts';
export { productTemplates } from './world/product-templates.ts';
export { standingOf, type Standing } from './world/standing.ts';
export type { PlannedDelivery, Scenario } from './scenarios/scenario.ts';
export { askAs, askDeskAs } from './world/people-answer.ts';
export { sendParts } from './world/landing-guest.ts';
export { sessionOf } from './world/people.ts';
export { furnishDecoyImage, runDecoy } from './world/decoy.ts';
export { callGroupsBack } from './world/administrator.ts';
