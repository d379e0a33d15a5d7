import type { CordonConfig } from '../../config.ts';
import type { AutoEnableFact, DoctorFacts, PlansFact } from '../facts.ts';
import { check, counted, some, type DoctorLine } from '../line.ts';
import { containedMembers } from './members.ts';

/**
 * Plans whose findings a response goes by, beside those of the foundational data sources, which need no plan and cannot be switched off
 * (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_data-sources.html). Attack sequences of instances draw on both:
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-attack-sequence-finding-types.html
 */
const PLANS = [
  {
    id: 'guardduty-runtime',
    plan: 'RUNTIME_MONITORING',
    name: 'Runtime Monitoring',
    lost: 'nothing is found of what runs on a host and does not show in its traffic',
  },
  {
    id: 'guardduty-malware',
    plan: 'EBS_MALWARE_PROTECTION',
    name: 'Malware Protection for EC2',
    lost: 'no disk is scanned for malware after a finding',
  },
] as const;

const how = (plan: string): string =>
  `nothing, where that is meant; else in the security account: aws guardduty update-organization-configuration --detector-id ID --auto-enable-organization-members ALL --features Name=${plan},AutoEnable=ALL`;

const UNTOLD_HOW =
  'look whether GuardDuty is enabled in these accounts: aws guardduty get-member-detectors --detector-id ID --account-ids ACCOUNT';

/** Of whom GuardDuty says nothing: by its own words, which are cut, for they go into a line. */
const untoldLines = (region: string, { enabled, untold }: PlansFact, wanted: readonly string[]) => {
  const missing = wanted.filter((account) => !enabled.has(account));
  if (missing.length === 0) return [];
  const [first = ''] = missing.map((account) => untold.get(account) ?? 'it was left out of the answer');
  return [
    {
      id: 'guardduty-plans',
      result: 'unknown' as const,
      region,
      accounts: missing,
      says: `GuardDuty does not tell the protection plans of ${counted(missing.length, 'account')} (${some(missing)}): ${first.replaceAll(/\s+/g, ' ').slice(0, 200)}`,
      whatToDo: UNTOLD_HOW,
    },
  ];
};

/**
 * Plans of members in a Region: those where nothing is contained, and those that do not report at all, are for other lines.
 *
 * @param members relationship by account
 */
export const planLines = (
  region: string,
  {
    plans,
    members,
    autoEnable,
  }: {
    readonly plans: PlansFact;
    readonly members: ReadonlyMap<string, string>;
    readonly autoEnable: AutoEnableFact | undefined;
  },
  { facts, config }: { readonly facts: DoctorFacts; readonly config: CordonConfig },
): readonly DoctorLine[] => {
  const wanted = containedMembers(facts, config).filter((account) => members.get(account) === 'Enabled');
  const told = wanted.filter((account) => plans.enabled.has(account));
  return [
    ...untoldLines(region, plans, wanted),
    ...PLANS.map(({ id, plan, name, lost }) => {
      if (told.length > 0 && !plans.offered.has(plan))
        return check(id, { region }).ok(`GuardDuty names no ${name} in this Region`);
      const without = told.filter((account) => plans.enabled.get(account)?.has(plan) !== true);
      if (without.length > 0)
        return check(id, { region, accounts: without }).warning({
          says: `${name} is off in ${counted(without.length, 'account')} of ${wanted.length}, where ${lost}: ${some(without)}`,
          whatToDo: how(plan),
        });
      // Where the security account is no administrator there is a line already.
      const next = autoEnable === undefined ? 'ALL' : (autoEnable.plans.get(plan) ?? 'NONE');
      return next === 'NONE'
        ? check(id, { region }).warning({
            says: `${name} is on in every account, but accounts that join are not given it, where ${lost}`,
            whatToDo: how(plan),
          })
        : check(id, { region }).ok(`${name} is on in ${counted(told.length, 'account')}`);
    }),
  ];
};
