import {
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  type Finding as Seen,
} from '@aws-sdk/client-guardduty';
import { differencesOf, MANUAL_TYPE, type Finding, type FindingView, type Part } from '@cordon/incident';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { ownIn } from '../../services.ts';
import { keepRead, type Keeping } from './keep.ts';

const LABEL = 'finding-in-member.json';

/** The finding as the event told it: whose it is, and where GuardDuty keeps it. */
export type SeenIn = Pick<Finding, 'id' | 'account' | 'region'>;

interface Looked {
  readonly detectorId?: string | undefined;
  readonly finding?: Seen | undefined;
}

/** What GuardDuty of one account says of a finding; without a detector it says nothing. */
const lookWith = async (connection: Connection, id: string): Promise<Looked> => {
  const guardduty = clientFor(GuardDutyClient, { ...connection, impatient: true });
  const { DetectorIds: [detectorId] = [] } = await guardduty.send(new ListDetectorsCommand({}));
  if (detectorId === undefined) return {};
  const { Findings = [] } = await guardduty.send(
    new GetFindingsCommand({ DetectorId: detectorId, FindingIds: [id] }),
  );
  return { detectorId, finding: Findings.find(({ Id }) => Id === id) };
};

const viewOf = (seen: Seen | undefined): FindingView | undefined =>
  seen === undefined
    ? undefined
    : {
        type: seen.Type,
        severity: seen.Severity,
        archived: seen.Service?.Archived,
        feedback: seen.Service?.UserFeedback,
      };

/** Both views, and what is to be said of them. */
const compare = async (
  { incident, services }: Keeping,
  member: Connection,
  finding: SeenIn | undefined,
): Promise<{ readonly said: object; readonly note: string }> => {
  if (finding !== undefined && finding.account !== incident.account) {
    const because = `the finding is of account ${finding.account}, so the member has no view of it`;
    return { said: { because }, note: because };
  }
  const region = finding?.region ?? incident.region;
  const [there, here] = await Promise.all([
    lookWith({ ...member, region }, incident.findingId),
    lookWith(ownIn(services, region), incident.findingId),
  ]);
  const differences =
    there.detectorId === undefined
      ? [`GuardDuty is not enabled in the member account in ${region}`]
      : differencesOf(viewOf(there.finding), viewOf(here.finding));
  const note =
    differences.length === 0
      ? 'GuardDuty in the member account says of the finding what it says to the administrator'
      : differences.join('; ');
  return { said: { region, differences, member: there, administrator: here }, note };
};

/**
 * What GuardDuty in the member account itself says of the finding, beside what it says to the administrator, and in what they differ: who holds
 * the member may have archived it there, or ended GuardDuty. Read with each account's own detector, in the finding's Region.
 * https://docs.aws.amazon.com/guardduty/latest/ug/administrator_member_relationships.html,
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html
 *
 * @param on `connection`: the inspect duty's, in the member. `finding`: absent where the event is too large to be carried
 */
export const readMemberView = async (
  keeping: Keeping,
  { connection, finding }: { readonly connection: Connection; readonly finding: SeenIn | undefined },
): Promise<readonly Part[]> => {
  // A person opened it: there is no finding that GuardDuty could show.
  if (keeping.incident.findingType === MANUAL_TYPE) return [];
  let note = '';
  const part = await keepRead(keeping, LABEL, async () => {
    const compared = await compare(keeping, connection, finding);
    note = compared.note;
    return compared.said;
  });
  return [part.status === 'kept' ? { ...part, note: { id: 'member-view', detail: note } } : part];
};
