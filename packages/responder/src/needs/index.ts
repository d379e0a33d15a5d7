export { acquireStatements, EBS_KEY_USE } from './acquire.ts';
export { containStatements } from './contain.ts';
export { custodianStatements } from './custodian.ts';
export { examinerStatements } from './examiner.ts';
export { functionStatements } from './functions.ts';
export { inspectStatements } from './inspect.ts';
export { recorderStatements } from './recorder.ts';
export { revokeStatements, sessionDenyPolicyArn } from './revoke.ts';
export type { Names, Statement } from './statement.ts';
