import type {
  AutoEnableMembers,
  DetectorStatus,
  Finding,
  FindingPublishingFrequency,
  OrgFeature,
  OrgFeatureStatus,
} from '@aws-sdk/client-guardduty';
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
  /** Members that are associated and not monitored, each with the status that `ListMembers` shows; all others are `Enabled`. */
  readonly notEnabled: Map<string, 'Disabled' | 'Removed' | 'Resigned' | 'Created'>;
  status: DetectorStatus;
  /** How often a finding that goes on is told again: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html */
  frequency: FindingPublishingFrequency;
  /** Protection plans that are enabled in this account; the foundational data sources always are, and are not in it. */
  readonly features: Set<OrgFeature>;
  /** Of the administrator's: plans that accounts are given by themselves; of every other one `NONE`. */
  readonly autoEnableFeatures: Map<OrgFeature, OrgFeatureStatus>;
  /** Which accounts of the organization are enabled by themselves; absent where the account is not the organization's delegated administrator in this Region. */
  autoEnable?: AutoEnableMembers;
}

/** GuardDuty in one account and Region; there is at most one detector. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html */
export interface GuardDutyState {
  detector?: Detector;
}

/** State of GuardDuty, per account and Region. */
export const guardDutyState = defineState<GuardDutyState>('guardduty', 'regional', () => ({}));
