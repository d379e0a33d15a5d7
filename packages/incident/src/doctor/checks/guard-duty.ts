import type { CordonConfig } from '../../config.ts';
import type { DoctorFacts, GuardDutyFact } from '../facts.ts';
import { check, counted, some, type DoctorLine } from '../line.ts';
import { lines, valueOf } from '../reading.ts';
import { planLines } from './guard-duty-plans.ts';

/** Accounts that must report: all that are active but the administrator itself. */
const wantedMembers = ({ organization }: DoctorFacts, config: CordonConfig): readonly string[] =>
  (valueOf(organization.accounts) ?? [])
    .filter(({ state, id }) => state === 'ACTIVE' && id !== config.accounts.security)
    .map(({ id }) => id);

type Detector = NonNullable<GuardDutyFact['detector']>;

const detectorLines = (
  region: string,
  { status, frequency, autoEnable }: Detector,
): readonly DoctorLine[] => [
  status === 'ENABLED'
    ? check('guardduty-detector', { region }).ok('the detector is enabled')
    : check('guardduty-detector', { region }).error({
        says: `the detector of the security account is ${status}: it finds nothing`,
        whatToDo: 'in the security account: aws guardduty update-detector --detector-id ID --enable',
      }),
  frequency === 'FIFTEEN_MINUTES'
    ? check('guardduty-frequency', { region }).ok('findings that go on are told every fifteen minutes')
    : check('guardduty-frequency', { region }).warning({
        says: `findings that go on are told again by ${frequency}: news of an open incident comes late`,
        whatToDo:
          'in the security account: aws guardduty update-detector --detector-id ID --finding-publishing-frequency FIFTEEN_MINUTES',
      }),
  ...lines({ id: 'guardduty-auto-enable', region }, autoEnable, (value) => [
    value === undefined
      ? check('guardduty-delegation', { region }).error({
          says: 'the security account is not the delegated administrator of GuardDuty in this Region',
          whatToDo: `in the management account: aws guardduty enable-organization-admin-account --region ${region} --admin-account-id ACCOUNT`,
        })
      : value.members === 'ALL' || value.members === 'NEW'
        ? check('guardduty-auto-enable', { region }).ok('accounts that join are enabled by themselves')
        : check('guardduty-auto-enable', { region }).error({
            says: 'accounts that join are not enabled by themselves: nothing would be found in them',
            whatToDo:
              'in the security account: aws guardduty update-organization-configuration --detector-id ID --auto-enable-organization-members ALL',
          }),
  ]),
];

const memberLines = (
  region: string,
  members: ReadonlyMap<string, string>,
  wanted: readonly string[],
): readonly DoctorLine[] => {
  const silent = wanted.filter((account) => members.get(account) !== 'Enabled');
  return [
    silent.length === 0
      ? check('guardduty-members', { region }).ok(`${counted(wanted.length, 'account')} report`)
      : check('guardduty-members', { region }).error(
          {
            says: `${counted(silent.length, 'account')} of ${wanted.length} do not report to the security account: ${some(silent.map((account) => `${account} (${members.get(account) ?? 'no member'})`))}`,
            whatToDo:
              'in the security account: aws guardduty create-members, or start-monitoring-members where they are members',
          },
          { region, accounts: silent },
        ),
  ];
};

/** GuardDuty in each Region: the detector, how often it tells, and who reports. */
export const guardDutyLines = (facts: DoctorFacts, config: CordonConfig): readonly DoctorLine[] => {
  const wanted = wantedMembers(facts, config);
  return facts.guardDuty.flatMap(({ region, reading }) =>
    lines({ id: 'guardduty-detector', region }, reading, ({ detector }) => {
      if (detector === undefined)
        return [
          check('guardduty-detector', { region }).error({
            says: 'GuardDuty is off in the security account: nothing is found in this Region',
            whatToDo: `in the management account: aws guardduty enable-organization-admin-account --region ${region} --admin-account-id ${config.accounts.security}`,
          }),
        ];
      return [
        ...detectorLines(region, detector),
        ...lines({ id: 'guardduty-members', region }, detector.members, (members) => [
          ...memberLines(region, members, wanted),
          ...lines({ id: 'guardduty-plans', region }, detector.plans, (plans) =>
            planLines(
              region,
              { plans, members, autoEnable: valueOf(detector.autoEnable) },
              { facts, config },
            ),
          ),
        ]),
      ];
    }),
  );
};
