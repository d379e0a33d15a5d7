import {
  DescribeOrganizationConfigurationCommand,
  GetDetectorCommand,
  GetMemberDetectorsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListMembersCommand,
  type MemberFeaturesConfigurationResult,
} from '@aws-sdk/client-guardduty';
import type { AutoEnableFact, DoctorFacts, GuardDutyFact, PlansFact, Reading } from '@cordon/incident/doctor';
import { clientFor } from '../aws/connection.ts';
import { allPages, ask, askOr, reading } from './ask.ts';
import { asViewer, limiter, type Stage } from './stage.ts';

const membersOf = async (
  client: GuardDutyClient,
  DetectorId: string,
): Promise<ReadonlyMap<string, string>> => {
  const found = await allPages('guardduty:ListMembers', async (NextToken) => {
    const { Members: items, NextToken: next } = await client.send(
      new ListMembersCommand({ DetectorId, MaxResults: 50, NextToken }),
    );
    return { items, next };
  });
  return new Map(
    found.map(({ AccountId = '', RelationshipStatus = 'unknown' }) => [AccountId, RelationshipStatus]),
  );
};

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetMemberDetectors.html */
const MEMBERS_A_CALL = 50;
/** Questions for members at once, in each Region; the SDK waits and tries again where GuardDuty throttles. */
const CALLS_AT_ONCE = 4;

/** Protection plans of members: all that are enabled, fifty to a question. */
const plansOf = async (
  client: GuardDutyClient,
  DetectorId: string,
  members: ReadonlyMap<string, string>,
): Promise<PlansFact> => {
  // Of one that is not monitored nothing runs, and GuardDuty need not know it.
  const monitored = [...members].filter(([, status]) => status === 'Enabled').map(([account]) => account);
  const blocks = Array.from({ length: Math.ceil(monitored.length / MEMBERS_A_CALL) }, (_, index) =>
    monitored.slice(index * MEMBERS_A_CALL, (index + 1) * MEMBERS_A_CALL),
  );
  const whenRoom = limiter(CALLS_AT_ONCE);
  const said = await Promise.all(
    blocks.map((AccountIds) =>
      whenRoom(() =>
        ask('guardduty:GetMemberDetectors', () =>
          client.send(new GetMemberDetectorsCommand({ DetectorId, AccountIds })),
        ),
      ),
    ),
  );
  const told = said.flatMap(({ MemberDataSourceConfigurations: these = [] }) => these);
  const named = (features: readonly MemberFeaturesConfigurationResult[]): ReadonlySet<string> =>
    new Set(features.flatMap(({ Name }) => Name ?? []));
  return {
    enabled: new Map(
      told.map(({ AccountId = '', Features = [] }) => [
        AccountId,
        named(Features.filter(({ Status }) => Status === 'ENABLED')),
      ]),
    ),
    offered: named(told.flatMap(({ Features = [] }) => Features)),
    untold: new Map(
      said.flatMap(({ UnprocessedAccounts = [] }) =>
        UnprocessedAccounts.map(({ AccountId = '', Result = '' }) => [AccountId, Result]),
      ),
    ),
  };
};

/** GuardDuty has one code for all that a client does wrong; the detector was just read, so that what is left is who asks. */
const NOT_ADMINISTRATOR = /^BadRequestException$/;

const autoEnableOf = (
  client: GuardDutyClient,
  DetectorId: string,
): Promise<Reading<AutoEnableFact | undefined>> =>
  reading(async () => {
    const said = await askOr(
      'guardduty:DescribeOrganizationConfiguration',
      () => client.send(new DescribeOrganizationConfigurationCommand({ DetectorId })),
      { codes: NOT_ADMINISTRATOR, instead: undefined },
    );
    if (said === undefined) return undefined;
    const { AutoEnableOrganizationMembers: members = 'NONE', Features = [] } = said;
    return {
      members,
      plans: new Map(Features.map(({ Name = '', AutoEnable = 'NONE' }) => [Name, AutoEnable])),
    };
  });

const settingsOf = async (client: GuardDutyClient, DetectorId: string): Promise<GuardDutyFact> => {
  const reads = async () => {
    const members = await reading(() => membersOf(client, DetectorId));
    // What hinders the one hinders the other.
    const plans =
      members.status === 'read' ? await reading(() => plansOf(client, DetectorId, members.value)) : members;
    return { members, plans };
  };
  const [{ Status = 'unknown', FindingPublishingFrequency = 'unknown' }, autoEnable, ofMembers] =
    await Promise.all([
      ask('guardduty:GetDetector', () => client.send(new GetDetectorCommand({ DetectorId }))),
      autoEnableOf(client, DetectorId),
      reads(),
    ]);
  return { detector: { status: Status, frequency: FindingPublishingFrequency, autoEnable, ...ofMembers } };
};

/** GuardDuty of the security account, in every Region that is protected. */
export const readGuardDuty = (stage: Stage): Promise<DoctorFacts['guardDuty']> =>
  Promise.all(
    stage.config.regions.map(async (region) => ({
      region,
      reading: await asViewer(stage, { viewer: 'security', region }, (connection) =>
        reading(async () => {
          const client = clientFor(GuardDutyClient, connection);
          const { DetectorIds: [id] = [] } = await ask('guardduty:ListDetectors', () =>
            client.send(new ListDetectorsCommand({})),
          );
          return id === undefined ? {} : settingsOf(client, id);
        }),
      ),
    })),
  );
