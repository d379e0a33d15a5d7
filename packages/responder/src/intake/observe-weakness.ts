import { Inspector2Client, ListFindingsCommand, type Finding } from '@aws-sdk/client-inspector2';
import { judgeWeakness, type ClaimedWeakness } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { ownIn, type Services } from '../services.ts';
import { keepFinding } from '../store/incident-table.ts';
import { tell } from '../store/notify.ts';
import { setAside } from './set-aside.ts';

/** The finding as Inspector itself shows it to its administrator: an event's body is not proof. */
const readAgain = async (
  { findingArn, account, region }: ClaimedWeakness,
  services: Services,
): Promise<Finding | undefined> => {
  const { findings = [] } = await clientFor(Inspector2Client, ownIn(services, region)).send(
    new ListFindingsCommand({
      filterCriteria: {
        findingArn: [{ comparison: 'EQUALS', value: findingArn }],
        awsAccountId: [{ comparison: 'EQUALS', value: account }],
      },
    }),
  );
  return findings.find((one) => one.findingArn === findingArn);
};

/**
 * Takes in an event of Amazon Inspector: read again, it is observed or ignored as the policy says, and never more. `again`: the message will be
 * delivered once more, so that Inspector's own copy may still come; undefined where it is the last try.
 * https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListFindings.html
 */
export const observeWeakness = async (
  claimed: ClaimedWeakness,
  { body, again }: { readonly body: string; readonly again: ((because: string) => Error) | undefined },
  services: Services,
): Promise<void> => {
  const { config } = services;
  const { findingArn } = claimed;
  const aside = (message: string): Promise<void> =>
    setAside(
      body,
      {
        code: 'not-found',
        message,
        hint: 'somebody may have forged the event: compare it with the console of Amazon Inspector',
        findingId: findingArn,
      },
      services,
    );
  if (config.evidence.inspector === undefined || !config.regions.includes(claimed.region))
    return aside('an event of Amazon Inspector came that this deployment does not ask for');
  const seen = await readAgain(claimed, services);
  if (seen === undefined) {
    const because = `Amazon Inspector in ${claimed.region} knows no finding ${findingArn}`;
    if (again !== undefined) throw again(because);
    return aside(because);
  }
  const { decision, reason } = judgeWeakness(
    {
      severity: seen.severity,
      status: seen.status,
      exploitAvailable: seen.exploitAvailable,
      vulnerabilityId: seen.packageVulnerabilityDetails?.vulnerabilityId,
      resources: seen.resources ?? [],
    },
    config.policy,
  );
  const updatedAt = (seen.updatedAt ?? seen.lastObservedAt ?? new Date(services.now())).toISOString();
  const known = {
    id: findingArn,
    updatedAt,
    type: `Inspector:${seen.type ?? 'UNKNOWN'}`,
    decision,
    remoteAddresses: [],
    domains: [],
  };
  await Promise.all([
    keepFinding(services, known, [reason], body),
    tell(
      services,
      {
        kind: decision === 'observe' ? 'finding-observed' : 'finding-ignored',
        schemaVersion: 1,
        findingId: findingArn,
        reasons: [reason],
      },
      false,
    ),
  ]);
};
