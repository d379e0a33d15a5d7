import { guardDutyState, type Organization } from '@cordon/local-aws';
import { config } from './doctor-stage.ts';
import { without, type Plant, type Planted } from './plant.ts';

const { accounts: own, homeRegion } = config;
const [, OTHER = homeRegion] = config.regions;

const inSecurity = (organization: Organization, region: string) => {
  const { detector } = organization.world.of(guardDutyState, own.security, region);
  if (detector === undefined) throw new Error(`no detector in ${region}`);
  return detector;
};

/** A protection plan is disabled in the member itself. */
const planOff =
  (plan: 'RUNTIME_MONITORING' | 'EBS_MALWARE_PROTECTION'): Plant =>
  ({ world }, account) => {
    const { detector } = world.of(guardDutyState, account, OTHER);
    if (detector?.features.delete(plan) !== true) throw new Error(`${plan} is not on in ${account}`);
    return () => void detector.features.add(plan);
  };

/** What can be wrong with GuardDuty. */
export const GUARD_DUTY_PLANTS: readonly Planted[] = [
  [
    'GuardDuty is off in a Region',
    { id: 'guardduty-detector', result: 'error', region: OTHER },
    ({ world }) => {
      const state = world.of(guardDutyState, own.security, OTHER);
      const { detector } = state;
      delete state.detector;
      return () => void Object.assign(state, { detector });
    },
  ],
  [
    'the detector is suspended',
    { id: 'guardduty-detector', result: 'error', region: OTHER },
    (organization) => {
      const detector = inSecurity(organization, OTHER);
      detector.status = 'DISABLED';
      return () => void (detector.status = 'ENABLED');
    },
  ],
  [
    'the security account is not the administrator in a Region',
    { id: 'guardduty-delegation', result: 'error', region: OTHER },
    (organization) => {
      const detector = inSecurity(organization, OTHER);
      delete detector.autoEnable;
      return () => void (detector.autoEnable = 'ALL');
    },
  ],
  [
    'findings are told every six hours',
    { id: 'guardduty-frequency', result: 'warning', region: OTHER },
    (organization) => {
      const detector = inSecurity(organization, OTHER);
      detector.frequency = 'SIX_HOURS';
      return () => void (detector.frequency = 'FIFTEEN_MINUTES');
    },
  ],
  [
    'accounts that join are not enabled',
    { id: 'guardduty-auto-enable', result: 'error', region: OTHER },
    (organization) => {
      const detector = inSecurity(organization, OTHER);
      detector.autoEnable = 'NONE';
      return () => void (detector.autoEnable = 'ALL');
    },
  ],
  [
    'an account is no member of GuardDuty',
    { id: 'guardduty-members', result: 'error', region: OTHER },
    (organization, account) => without(inSecurity(organization, OTHER).members, account),
  ],
  [
    'a member is paused',
    { id: 'guardduty-members', result: 'error', region: OTHER },
    (organization, account) => {
      const { notEnabled } = inSecurity(organization, OTHER);
      notEnabled.set(account, 'Disabled');
      return () => void notEnabled.delete(account);
    },
  ],
  [
    'Runtime Monitoring is off in a member',
    { id: 'guardduty-runtime', result: 'warning', region: OTHER },
    planOff('RUNTIME_MONITORING'),
  ],
  [
    'Malware Protection is off in a member',
    { id: 'guardduty-malware', result: 'warning', region: OTHER },
    planOff('EBS_MALWARE_PROTECTION'),
  ],
  [
    'accounts that join are not given Runtime Monitoring',
    { id: 'guardduty-runtime', result: 'warning', region: OTHER },
    (organization) => without(inSecurity(organization, OTHER).autoEnableFeatures, 'RUNTIME_MONITORING'),
  ],
  [
    'GuardDuty does not tell of a member',
    { id: 'guardduty-plans', result: 'unknown', region: OTHER },
    ({ world }, account) => {
      const state = world.of(guardDutyState, account, OTHER);
      const { detector } = state;
      delete state.detector;
      return () => void Object.assign(state, { detector });
    },
  ],
];
