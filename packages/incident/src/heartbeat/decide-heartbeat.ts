/** What GuardDuty itself says of one Region. */
export type RegionStanding =
  | { readonly kind: 'no-detector' | 'suspended' }
  /** GuardDuty does not take us for the delegated administrator: `because` is its word. */
  | { readonly kind: 'undelegated'; readonly because: string }
  /** It runs, and publishes occurrences of a finding that it has told before this often. */
  | { readonly kind: 'watching'; readonly publishes: string | undefined };

/** What is the matter with a Region; each is told by the event of its name. */
export type RegionProblem = 'region-silent' | 'region-undelegated';

/** What the table knows of a Region's heartbeat. All times are epoch milliseconds. */
export interface HeartbeatRow {
  /** When a sample was last wanted: whatever GuardDuty makes from then on answers it. */
  readonly askedAt?: number | undefined;
  /** When GuardDuty last took the request. */
  readonly sentAt?: number | undefined;
  /** When the sample had come the whole road, to intake. */
  readonly cameAt?: number | undefined;
  readonly problem?: RegionProblem | undefined;
  /** When people were last told of it. */
  readonly toldAt?: number | undefined;
}

/** What is done about one Region now. */
export interface HeartbeatDecision {
  /** `new`: a sample whose answer counts from now on. `again`: once more, for the one that is still out. */
  readonly ask: 'no' | 'new' | 'again';
  /** What holds of the Region now. */
  readonly problem: RegionProblem | undefined;
  /** What people are told now, if anything. */
  readonly tell?: { readonly kind: RegionProblem | 'region-heard'; readonly reasons: readonly string[] };
}

/** An occurrence of a finding that exists already is published at this rate, in minutes (aws-facts 1.1). */
const PUBLISHED_EVERY: ReadonlyMap<string, number> = new Map([
  ['FIFTEEN_MINUTES', 15],
  ['ONE_HOUR', 60],
  ['SIX_HOURS', 360],
]);
/** AWS's default, and the longest: taken for a word that we do not know. */
const LONGEST_MINUTES = 360;
/** What the road itself may take: rules, bus, queue, intake's own tries. */
const ROAD_MINUTES = 15;
/** What lasts is told again after so long. */
const TOLD_EVERY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Minutes within which a sample must have come. A second sample of a type counts as an occurrence of the first (UNCONFIRMED for samples), so
 * that GuardDuty may hold it back for as long as it holds back any.
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html#eventbridge-freq-notifications-gdu
 */
export const lateAfterMinutes = (publishes: string | undefined): number =>
  (PUBLISHED_EVERY.get(publishes ?? '') ?? LONGEST_MINUTES) + ROAD_MINUTES;

const instant = (at: number): string => new Date(at).toISOString();

const offReason = (
  standing: Exclude<RegionStanding, { readonly kind: 'watching' }>,
  region: string,
): string => {
  switch (standing.kind) {
    case 'no-detector':
      return `the security account has no GuardDuty detector in ${region}: no finding of any account reaches us from there`;
    case 'suspended':
      return `the security account's GuardDuty detector in ${region} is suspended: it makes no findings`;
    case 'undelegated':
      return `GuardDuty in ${region} does not take the security account for the organization's delegated administrator, so findings of members do not reach us: ${standing.because}`;
  }
};

const repeated = (
  problem: RegionProblem,
  row: HeartbeatRow,
  { now, reason }: { readonly now: number; readonly reason: string },
): Pick<HeartbeatDecision, 'problem' | 'tell'> =>
  row.problem === problem && row.toldAt !== undefined && now - row.toldAt < TOLD_EVERY_MS
    ? { problem }
    : { problem, tell: { kind: problem, reasons: [reason] } };

/**
 * Decides about one Region: ask for a sample, wait, or tell. One sample is out at a time, and stays the one that counts until it has come,
 * however late: then the Region is heard again. What GuardDuty says against itself (no detector, suspended, no administrator) goes first, for
 * a sample of our own account would come even where no member's finding does; after it a new sample must have come before all is well.
 */
export const decideHeartbeat = (
  {
    region,
    row,
    standing,
  }: { readonly region: string; readonly row: HeartbeatRow; readonly standing: RegionStanding },
  everyHours: number,
  now: number,
): HeartbeatDecision => {
  if (standing.kind !== 'watching') {
    const problem = standing.kind === 'undelegated' ? 'region-undelegated' : 'region-silent';
    return { ask: 'no', ...repeated(problem, row, { now, reason: offReason(standing, region) }) };
  }
  const { askedAt, sentAt, cameAt, problem } = row;
  const everyMs = everyHours * 60 * MINUTE_MS;
  if (askedAt === undefined) return { ask: 'new', problem };
  if (cameAt !== undefined) {
    if (problem === undefined) return { ask: now - askedAt >= everyMs ? 'new' : 'no', problem };
    // It came before the problem was told: it says nothing of what holds since.
    if (cameAt < (row.toldAt ?? 0)) return { ask: 'new', problem };
    const reason = `a sample that GuardDuty was asked for in ${region} at ${instant(askedAt)} came the whole road at ${instant(cameAt)}`;
    return { ask: 'no', problem: undefined, tell: { kind: 'region-heard', reasons: [reason] } };
  }
  const minutes = lateAfterMinutes(standing.publishes);
  const ask = sentAt === undefined || now - sentAt >= everyMs ? 'again' : 'no';
  if (now - askedAt < minutes * MINUTE_MS) return { ask, problem };
  const reason = `GuardDuty was asked for a sample in ${region} at ${instant(askedAt)}, and nothing of it had reached intake ${minutes} minutes later: findings of ${region} may not reach us either`;
  return { ask, ...repeated('region-silent', row, { now, reason }) };
};
