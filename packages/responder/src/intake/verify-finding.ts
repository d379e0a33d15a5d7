import { GetFindingsCommand, GuardDutyClient, ListDetectorsCommand } from '@aws-sdk/client-guardduty';
import type { AwsCall } from '@cordon/evidence';
import { parseFinding, type Finding } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { hearing } from '../aws/heard-calls.ts';
import { ownIn, type Services } from '../services.ts';

/** What GuardDuty itself says of a finding that an event claimed. */
export type Verification =
  | {
      readonly status: 'verified';
      readonly finding: Finding;
      /** The call by which GuardDuty told it, as CloudTrail has it too. */
      readonly readBy: AwsCall | undefined;
    }
  | { readonly status: 'foreign-account' | 'not-found' | 'contradicts'; readonly because: string };

/**
 * Reads a finding again as the delegated administrator, with our own detector of the finding's Region: an event's body is
 * not proof, and its detector id is the sender's (peers, bug 29). Everything after follows from what is read here.
 */
export const verifyFinding = async (
  claimed: Finding,
  isMember: Promise<boolean>,
  services: Services,
): Promise<Verification> => {
  const [member, detectorId] = await Promise.all([isMember, detectorOf(claimed.region, services)]);
  if (!member)
    return { status: 'foreign-account', because: `account ${claimed.account} is not of this organization` };
  if (detectorId === undefined)
    return { status: 'not-found', because: `the security account has no detector in ${claimed.region}` };
  const guardduty = clientFor(GuardDutyClient, ownIn(services, claimed.region));
  const { given, calls } = await hearing(services.now, () =>
    guardduty.send(new GetFindingsCommand({ DetectorId: detectorId, FindingIds: [claimed.id] })),
  );
  const { Findings: findings = [] } = given;
  const found = findings.find((finding) => finding.Id === claimed.id);
  if (found === undefined)
    return { status: 'not-found', because: `GuardDuty in ${claimed.region} knows no finding ${claimed.id}` };
  const parsed = parseFinding(found);
  if (parsed.status !== 'parsed')
    return {
      status: 'contradicts',
      because: `GuardDuty's own copy cannot be read: ${parsed.because.message}`,
    };
  if (parsed.finding.account !== claimed.account) {
    return {
      status: 'contradicts',
      because: `the event says account ${claimed.account}, GuardDuty says ${parsed.finding.account}`,
    };
  }
  return { status: 'verified', finding: parsed.finding, readBy: calls[0] };
};

const detectorOf = async (region: string, services: Services): Promise<string | undefined> => {
  // A Region's detector does not change while a function is warm.
  const key = `detector/${region}`;
  const known = services.remembered.get(key);
  if (known !== undefined) return known;
  const { DetectorIds: ids = [] } = await clientFor(GuardDutyClient, ownIn(services, region)).send(
    new ListDetectorsCommand({}),
  );
  const [id] = ids;
  if (id !== undefined) services.remembered.set(key, id);
  return id;
};
