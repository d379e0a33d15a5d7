import {
  DescribeOrganizationConfigurationCommand,
  GetDetectorCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListMembersCommand,
} from '@aws-sdk/client-guardduty';
import type { DoctorFacts, GuardDutyFact } from '@cordon/incident/doctor';
import { clientFor } from '../aws/connection.ts';
import { allPages, ask, askOr, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

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

/** GuardDuty has one code for all that a client does wrong; the detector was just read, so that what is left is who asks. */
const NOT_ADMINISTRATOR = /^BadRequestException$/;

const settingsOf = async (client: GuardDutyClient, DetectorId: string): Promise<GuardDutyFact> => {
  const [{ Status = 'unknown', FindingPublishingFrequency = 'unknown' }, autoEnable, members] =
    await Promise.all([
      ask('guardduty:GetDetector', () => client.send(new GetDetectorCommand({ DetectorId }))),
      reading(async () => {
        const said = await askOr(
          'guardduty:DescribeOrganizationConfiguration',
          () => client.send(new DescribeOrganizationConfigurationCommand({ DetectorId })),
          { codes: NOT_ADMINISTRATOR, instead: undefined },
        );
        return said === undefined ? undefined : (said.AutoEnableOrganizationMembers ?? 'NONE');
      }),
      reading(() => membersOf(client, DetectorId)),
    ]);
  return {
    detector: { status: Status, frequency: FindingPublishingFrequency, autoEnable, members },
  };
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
