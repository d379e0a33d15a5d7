export {
  coverInput,
  coverOutput,
  tryInput,
  tryOutput,
  type CoverInput,
  type CoverOutput,
  type TryInput,
  type TryOutput,
} from './coverage-io.ts';
export { coverageLines } from './coverage-metrics.ts';
export {
  coverageCheck,
  coverageRow,
  readCoverageRow,
  type CoverageCheck,
  type CoverageRow,
} from './coverage-row.ts';
export { coverageMap, type MapAccount, type MapInput, type MapUnit, type SeenUnit } from './coverage-map.ts';
export { coveragePage } from './coverage-page.ts';
export { coverageTurns, latePlaces, type Tried, type Turn } from './coverage-turns.ts';
export { dueAccounts, type Known, type KnownPlace } from './due-accounts.ts';
export { judgePlace, untriedPlace, whyOpen } from './judge-place.ts';
export {
  COVERAGE_FUNCTION_NAME,
  COVERAGE_TABLE_NAME,
  dutyTriedBy,
  simulatedCheckId,
  TRIED_BY,
  TRIED_DUTIES,
  triedDuties,
  TRY_INCIDENT_ID,
  tryFunctionName,
  type TriedDuty,
} from './names.ts';
export { whoNeedsCoverage, type LeftOut, type Needing, type SeenAccount } from './who-needs-coverage.ts';
