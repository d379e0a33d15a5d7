import type { AutoEnableMembers } from '@aws-sdk/client-guardduty';
import type { Ids } from '../../core/ids.ts';
import type { World } from '../../core/world.ts';
import { findingShape } from './finding-shape.ts';
import { guardDutyState, type Detector } from './state.ts';

/**
 * What a detector is made with: all optional features but Runtime Monitoring.
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html
 */
const NEW_DETECTOR_FEATURES = [
  'S3_DATA_EVENTS',
  'EKS_AUDIT_LOGS',
  'EBS_MALWARE_PROTECTION',
  'RDS_LOGIN_EVENTS',
  'LAMBDA_NETWORK_LOGS',
] as const;

/**
 * Enables GuardDuty in an account and Region, and makes `members` report to it. Gives the detector that is there already, if one is.
 * `making.now`: virtual epoch ms.
 */
export const enableDetector = (
  world: World,
  on: {
    readonly account: string;
    readonly region: string;
    /** Makes it the detector of the organization's delegated administrator. */
    readonly members?: readonly string[];
    /** Of the administrator's: which accounts are enabled by themselves; `ALL` when absent. */
    readonly autoEnable?: AutoEnableMembers;
  },
  making: { readonly ids: Ids; readonly now: number },
): Detector => {
  const state = world.of(guardDutyState, on.account, on.region);
  const detector: Detector = state.detector ?? {
    detectorId: making.ids.hex('detector', 32),
    findings: new Map(),
    generatedAt: new Map(),
    members: new Map(),
    notEnabled: new Map(),
    status: 'ENABLED',
    // "The default is SIX_HOURS": https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html
    frequency: 'SIX_HOURS',
    features: new Set(NEW_DETECTOR_FEATURES),
    autoEnableFeatures: new Map(),
  };
  state.detector = detector;
  if (on.members !== undefined) detector.autoEnable = on.autoEnable ?? 'ALL';
  for (const member of on.members ?? [])
    if (!detector.members.has(member)) detector.members.set(member, making.now);
  return detector;
};

/**
 * Takes the delegation of a Region away from an account, as the management account can: its members are none of its own any more, and GuardDuty stays
 * enabled everywhere. https://docs.aws.amazon.com/guardduty/latest/ug/delegated-admin-change.html
 */
export const removeAdministrator = (world: World, account: string, region: string): void => {
  const { detector } = world.of(guardDutyState, account, region);
  if (detector === undefined)
    throw new Error(`account ${account} has no detector in ${region}: call enableDetector first`);
  delete detector.autoEnable;
  detector.members.clear();
};

/**
 * Puts a finding before the administrator account, as its own or as a member's, and before the member where GuardDuty is enabled. A finding with an id that is there replaces it,
 * as an aggregated recurrence does. https://docs.aws.amazon.com/guardduty/latest/ug/finding-aggregation.html
 *
 * @param planted `finding` is plain JSON, in the casing of an event or of the API; `generatedAt` is the virtual epoch ms from which
 *   its ninety days count, and without it, it is taken to be new whatever dates it carries, and stays
 * @throws Error when GuardDuty is not enabled there, the finding's account is not a member, or the finding is malformed
 */
export const plantFinding = async (
  world: World,
  planted: {
    readonly administrator: string;
    readonly region: string;
    readonly finding: Readonly<Record<string, unknown>>;
    readonly generatedAt?: number;
  },
): Promise<void> => {
  const { administrator, region, generatedAt } = planted;
  const { detector } = world.of(guardDutyState, administrator, region);
  if (detector === undefined)
    throw new Error(`account ${administrator} has no detector in ${region}: call enableDetector first`);
  const finding = await findingShape(planted.finding);
  const account = finding.AccountId ?? '';
  if (account !== administrator && !detector.members.has(account)) {
    throw new Error(
      `finding ${String(finding.Id)} is of account ${account}, which is no member of ${administrator} in ${region}: name it in enableDetector's members`,
    );
  }
  // A finding of a member is the member's own first: the administrator sees what the member's detector made.
  // https://docs.aws.amazon.com/guardduty/latest/ug/administrator_member_relationships.html
  const own = world.of(guardDutyState, account, region).detector;
  for (const seenBy of new Set([detector, ...(own === undefined ? [] : [own])])) {
    seenBy.findings.set(finding.Id ?? '', finding);
    if (generatedAt === undefined) seenBy.generatedAt.delete(finding.Id ?? '');
    else seenBy.generatedAt.set(finding.Id ?? '', generatedAt);
  }
};
