export { acquireStatements, EBS_KEY_USE } from './acquire.ts';
export { archivistStatements } from './archivist.ts';
export { disposerFunctionStatements, disposerStatements } from './disposer.ts';
export { captureStatements } from './capture.ts';
export { containStatements } from './contain.ts';
export {
  coverageStatements,
  simulateStatement,
  TRY_TRANSIT_ACTION,
  tryLogStatements,
  tryTransitStatement,
} from './coverage.ts';
export { custodianStatements } from './custodian.ts';
export { examinerStatements } from './examiner.ts';
export { blockHasherStatements, hasherStatements, readSourceStatements } from './hasher.ts';
export { evidenceReaderStatements } from './evidence-reader.ts';
export { functionStatements } from './functions.ts';
export { heartbeatStatements } from './heartbeat.ts';
export { flowLogStatements, inspectStatements, keyReadStatement } from './inspect.ts';
export { evidenceDeskStatements } from './evidence-desk.ts';
export { notifierStatements } from './notifier.ts';
export { operatorStatements } from './operator.ts';
export { recorderStatements } from './recorder.ts';
export { recordSessionsStatements, sessionChannelStatements } from './record-sessions.ts';
export { sessionReaderStatements } from './session-reader.ts';
export { releaseStatements } from './release.ts';
export { replaceStatements } from './replace.ts';
export { revokeStatements, sessionDenyPolicyArn } from './revoke.ts';
export { STAFF, staffStatements, withMfa, type Staff } from './staff.ts';
export type { Names, Statement } from './statement.ts';
export { functionTraceStatements, workflowTraceStatements } from './xray.ts';
