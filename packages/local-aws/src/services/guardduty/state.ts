import type { Finding } from '@aws-sdk/client-guardduty';
import { defineState } from '../../core/world.ts';

/** GuardDuty's detector in one account and Region, with the findings that this account sees. */
export interface Detector {
  /** 32 hexadecimal characters. */
  readonly detectorId: string;
  /** Findings by id, in the shape that GetFindings answers. */
  readonly findings: Map<string, Finding>;
  /** Virtual epoch ms at which GuardDuty generated a finding, by its id, where that is known: it is deleted ninety days later. */
  readonly generatedAt: Map<string, number>;
  /** Member accounts, when this is the administrator's detector, with the virtual epoch ms at which each joined. */
  readonly members: Map<string, number>;
  /** Suspended when not enabled. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_suspend-disable.html */
  status: 'ENABLED' | 'DISABLED';
  /** How often occurrences of a finding that exists are published; AWS's default is six hours. */
  publishes: 'FIFTEEN_MINUTES' | 'ONE_HOUR' | 'SIX_HOURS';
  /** Whether it is the detector of the organization's delegated administrator. */
  administers: boolean;
}

/** GuardDuty in one account and Region; there is at most one detector. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html */
export interface GuardDutyState {
  detector?: Detector;
}

/** State of GuardDuty, per account and Region. */
export const guardDutyState = defineState<GuardDutyState>('guardduty', 'regional', () => ({}));
