import {
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
  type Finding as SdkFinding,
} from '@aws-sdk/client-guardduty';
import {
  DescribeAccountCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  factsNeeded,
  parseFinding,
  POLICY_TAG_KEY,
  type AccountPlace,
  type CordonConfig,
  type PastFinding,
} from '@cordon/incident';

/** GuardDuty gives that many findings at once. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html */
const AT_ONCE = 50;

/** What was read of the past. */
export interface ReadHistory {
  readonly history: readonly PastFinding[];
  /** Findings that could not be read, by reason. */
  readonly unreadable: readonly { readonly region: string; readonly because: string }[];
  /** Regions that hold no history for us, with the reason. */
  readonly missing: readonly { readonly region: string; readonly because: string }[];
}

/** What is asked of AWS, with whose clients. */
export interface Reading {
  readonly config: CordonConfig;
  /** Findings that were not updated since are left out; epoch milliseconds. */
  readonly since: number;
  readonly clients: Clients;
  readonly progress: (line: string) => void;
}

/** Clients as the SDK makes them of the caller's own environment: credentials, profile, endpoint. */
export interface Clients {
  readonly guardDuty: (region: string) => GuardDutyClient;
  readonly organizations: () => OrganizationsClient;
}

/** Reads every configured Region's history, one after the other: a person waits, and no attacker does. Changes nothing. */
export const readHistory = async (reading: Reading): Promise<ReadHistory> => {
  const parts: ReadHistory[] = [];
  for (const region of reading.config.regions) parts.push(await readRegion(region, reading));
  return {
    history: parts.flatMap(({ history }) => history),
    unreadable: parts.flatMap(({ unreadable }) => unreadable),
    missing: parts.flatMap(({ missing }) => missing),
  };
};

const nothing: ReadHistory = { history: [], unreadable: [], missing: [] };

const readRegion = async (region: string, { clients, since, progress }: Reading): Promise<ReadHistory> => {
  const client = clients.guardDuty(region);
  try {
    const { DetectorIds: [detectorId] = [] } = await client.send(new ListDetectorsCommand({}));
    if (detectorId === undefined)
      return { ...nothing, missing: [{ region, because: 'this account has no detector there' }] };
    const found: SdkFinding[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListFindingsCommand({
          DetectorId: detectorId,
          MaxResults: AT_ONCE,
          FindingCriteria: { Criterion: { updatedAt: { GreaterThanOrEqual: since } } },
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      const ids = page.FindingIds ?? [];
      if (ids.length > 0) {
        const { Findings: more = [] } = await client.send(
          new GetFindingsCommand({ DetectorId: detectorId, FindingIds: ids }),
        );
        found.push(...more);
      }
      // The last page has an empty token, not none.
      token = page.NextToken === '' ? undefined : page.NextToken;
      progress(`${region}: ${found.length} finding(s)`);
    } while (token !== undefined);
    return sorted(region, found);
  } catch (error) {
    return { ...nothing, missing: [{ region, because: wordsOf(error) }] };
  }
};

const sorted = (region: string, found: readonly SdkFinding[]): ReadHistory => {
  const history: PastFinding[] = [];
  const unreadable: ReadHistory['unreadable'][number][] = [];
  for (const one of found) {
    const parsed = parseFinding(one);
    if (parsed.status !== 'parsed') {
      unreadable.push({ region, because: parsed.because.message });
      continue;
    }
    const said = one.Service?.UserFeedback;
    const feedback = said === 'USEFUL' ? 'useful' : said === 'NOT_USEFUL' ? 'not-useful' : undefined;
    history.push({ finding: parsed.finding, feedback });
  }
  return { history, unreadable, missing: [] };
};

/** Error of AWS or of the network, in one line. */
export const wordsOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300);

/** The accounts that a history is about, each once. */
export const accountsIn = ({ history }: Pick<ReadHistory, 'history'>): readonly string[] => [
  ...new Set(history.flatMap(({ finding }) => finding.subjects.map(({ account }) => account))),
];

/** Where accounts are, as far as the caller may ask; with whatever could not be read. */
export const readPlaces = async (
  accounts: readonly string[],
  {
    config,
    clients,
    progress,
  }: Pick<Reading, 'config' | 'progress'> & { readonly clients: Pick<Clients, 'organizations'> },
): Promise<{ readonly places: ReadonlyMap<string, AccountPlace>; readonly unread: readonly string[] }> => {
  const needed = factsNeeded(config.policy.rules);
  const client = clients.organizations();
  const places = new Map<string, AccountPlace>();
  const unread: string[] = [];
  for (const account of accounts) {
    try {
      const { Account: described } = await client.send(new DescribeAccountCommand({ AccountId: account }));
      const units = described?.Paths?.[0]?.split('/').filter((part) => /^(r|ou)-/.test(part));
      const tags = needed.accountTags ? await readTags(account, client) : undefined;
      places.set(account, { units, tags });
    } catch (error) {
      unread.push(`account ${account}: ${wordsOf(error)}`);
    }
  }
  progress(`${places.size} of ${accounts.length} account(s) described`);
  return { places, unread };
};

const readTags = async (
  account: string,
  client: OrganizationsClient,
): Promise<Readonly<Record<string, string>>> => {
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListTagsForResourceCommand({
        ResourceId: account,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    const value = page.Tags?.find(({ Key: key }) => key === POLICY_TAG_KEY)?.Value;
    if (value !== undefined) return { [POLICY_TAG_KEY]: value };
    token = page.NextToken;
  } while (token !== undefined);
  return {};
};
