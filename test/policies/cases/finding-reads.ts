import type { StepName } from '@cordon/incident';

/** What functions may read of findings with their own role, and which: each may be done by these alone. */
export const FINDING_READS: readonly {
  readonly does: string;
  readonly action: string;
  readonly on: string;
  readonly of: readonly StepName[];
}[] = [
  {
    does: 'looks for detectors',
    action: 'guardduty:ListDetectors',
    on: '*',
    of: ['intake', 'trace-sessions'],
  },
  {
    does: 'reads findings of GuardDuty',
    action: 'guardduty:GetFindings',
    on: '*',
    of: ['intake', 'trace-sessions'],
  },
  {
    does: 'reads findings of Amazon Inspector',
    action: 'inspector2:ListFindings',
    on: '*',
    of: ['intake', 'trace-sessions'],
  },
  { does: 'archives findings of GuardDuty', action: 'guardduty:ArchiveFindings', on: '*', of: [] },
];
