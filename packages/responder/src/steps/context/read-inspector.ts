import { Inspector2Client, ListFindingsCommand, type Finding } from '@aws-sdk/client-inspector2';
import { thatFit, weaknessSentence, type Part } from '@cordon/incident';
import { faultLine } from '../../aws/classify.ts';
import { clientFor } from '../../aws/connection.ts';
import { instant, ownIn } from '../../services.ts';
import { keep, sayMissing, type Keeping } from './keep.ts';

const LABEL = 'inspector.json';
/** "Maximum value of 100." */
const PAGE = 100;
const MOST_PAGES = 20;
/** A finding has some 5 kB. */
const FINDINGS_IN_OBJECT = 500;

const labelOf = (number: number): string => `inspector-findings-${number}.json`;

/** All that Inspector has of the instance, newest last as it comes; `cut` where there was more. */
const readAll = async ({
  incident,
  services,
}: Keeping): Promise<{ readonly findings: readonly Finding[]; readonly cut: boolean }> => {
  const inspector = clientFor(Inspector2Client, { ...ownIn(services, incident.region), impatient: true });
  const findings: Finding[] = [];
  let token: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const said = await inspector.send(
      new ListFindingsCommand({
        filterCriteria: {
          awsAccountId: [{ comparison: 'EQUALS', value: incident.account }],
          resourceId: [{ comparison: 'EQUALS', value: incident.instanceId }],
        },
        maxResults: PAGE,
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    findings.push(...(said.findings ?? []));
    token = said.nextToken;
    if (token === undefined) break;
  }
  return { findings, cut: token !== undefined };
};

const keepFindings = async (keeping: Keeping, findings: readonly Finding[]): Promise<readonly Part[]> => {
  const { incident, services } = keeping;
  const parts: Part[] = [];
  for (let from = 0; from < findings.length; from += FINDINGS_IN_OBJECT) {
    const label = labelOf(parts.length + 1);
    const { texts, leftOut } = thatFit(
      findings.slice(from, from + FINDINGS_IN_OBJECT).map((one) => JSON.stringify(one)),
    );
    const asked = { account: incident.account, region: incident.region, resourceId: incident.instanceId };
    parts.push(await keep(keeping, label, { readAt: instant(services), asked, findings: texts }));
    if (leftOut > 0) await sayMissing(keeping, label, `${leftOut} finding(s) are too long to be kept`);
  }
  return parts;
};

/**
 * What Amazon Inspector found on the instance, where the deployment has it: read in the security account, as its delegated administrator, each
 * finding as text. By which weakness somebody came in is a question for people; this is what there was to choose from.
 * https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListFindings.html,
 * https://docs.aws.amazon.com/inspector/latest/user/admin-member-relationship.html
 */
export const readInspector = async (keeping: Keeping): Promise<readonly Part[]> => {
  if (keeping.services.config.evidence.inspector === undefined) return [];
  let read: Awaited<ReturnType<typeof readAll>>;
  try {
    read = await readAll(keeping);
  } catch (error) {
    await sayMissing(keeping, LABEL, faultLine(error));
    return [{ label: LABEL, status: 'absent' }];
  }
  const { findings, cut } = read;
  if (cut)
    await sayMissing(
      keeping,
      LABEL,
      `Amazon Inspector has more than the ${findings.length} findings that were read`,
    );
  const detail = weaknessSentence(
    findings.map(({ severity, status, exploitAvailable, packageVulnerabilityDetails }) => ({
      severity,
      status,
      exploitAvailable,
      vulnerabilityId: packageVulnerabilityDetails?.vulnerabilityId,
    })),
  );
  const summary = await keep(keeping, LABEL, {
    readAt: instant(keeping.services),
    count: findings.length,
    summary: detail,
  });
  return [
    { ...summary, note: { id: 'inspector-findings', detail } },
    ...(await keepFindings(keeping, findings)),
  ];
};
