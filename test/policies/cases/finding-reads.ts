import type { StepName } from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';

const DETECTOR = `arn:aws:guardduty:${HOME}:${ACCOUNTS.security}:detector/0123456789abcdef0123456789abcdef`;

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
  { does: 'reads whether a detector runs', action: 'guardduty:GetDetector', on: DETECTOR, of: [] },
  {
    does: 'reads whether it is the delegated administrator',
    action: 'guardduty:DescribeOrganizationConfiguration',
    on: '*',
    of: [],
  },
  { does: 'asks for samples', action: 'guardduty:CreateSampleFindings', on: '*', of: [] },
  { does: 'suspends a detector', action: 'guardduty:UpdateDetector', on: DETECTOR, of: [] },
  { does: 'archives findings of GuardDuty', action: 'guardduty:ArchiveFindings', on: '*', of: [] },
];
