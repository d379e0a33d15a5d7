import type {
  DetectorFeatureConfigurationResult,
  MemberFeaturesConfigurationResult,
  OrganizationFeatureConfigurationResult,
  OrgFeature,
} from '@aws-sdk/client-guardduty';
import type { Detector } from './state.ts';

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_MemberFeaturesConfigurationResult.html ; without those of 2026. */
const OPTIONAL: readonly OrgFeature[] = [
  'S3_DATA_EVENTS',
  'EKS_AUDIT_LOGS',
  'EBS_MALWARE_PROTECTION',
  'RDS_LOGIN_EVENTS',
  'LAMBDA_NETWORK_LOGS',
  'RUNTIME_MONITORING',
];

/** "You cannot disable foundational data sources": https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_data-sources.html */
const FOUNDATIONAL = ['CLOUD_TRAIL', 'DNS_LOGS', 'FLOW_LOGS'] as const;

/** Every optional feature of a detector, whether it is enabled or not; without times, and without who manages agents. */
export const optionalFeatures = ({ features }: Detector): MemberFeaturesConfigurationResult[] =>
  OPTIONAL.map((Name) => ({ Name, Status: features.has(Name) ? 'ENABLED' : 'DISABLED' }));

/** Every feature, as the account itself reads it. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfigurationResult.html */
export const allFeatures = (detector: Detector): DetectorFeatureConfigurationResult[] => [
  ...FOUNDATIONAL.map((Name) => ({ Name, Status: 'ENABLED' as const })),
  ...optionalFeatures(detector),
];

/** Which features accounts are given by themselves. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_OrganizationFeatureConfigurationResult.html */
export const organizationFeatures = ({
  autoEnableFeatures,
}: Detector): OrganizationFeatureConfigurationResult[] =>
  OPTIONAL.map((Name) => ({ Name, AutoEnable: autoEnableFeatures.get(Name) ?? 'NONE' }));
