import type { CordonConfig } from '@cordon/incident';
import { enableDetector, plantFinding, type Organization } from '@cordon/local-aws';
import type { RawFinding } from '../raw/raw-finding.ts';
import { at, isObject, member, textAt, type JsonObject } from '../raw/raw-json.ts';

const isThere = (finding: JsonObject, name: string): boolean => {
  const found = member(finding, name);
  return found !== undefined && found !== null;
};

/** The finding without members that are null: a null `Arn` must not hide the `arn` that is put beside it. */
const withoutNulls = (finding: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(finding).filter(([, value]) => value !== null));

/** Who a finding is of, as far as that has been read of it. */
interface Owner {
  readonly id: string;
  readonly account: string;
  readonly region: string;
}

/**
 * What the API always gives of a finding and events on disk often lack: its ARN (with the detector that it names, or the
 * account's own) and its two times (its last event's, or now). What a verdict hangs on (type, severity, schema version) is
 * never made up. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
 */
const complete = (
  organization: Organization,
  finding: JsonObject,
  { id, account, region }: Owner,
): JsonObject => {
  const now = organization.timeline.now();
  const arn = (): string => {
    const making = { ids: organization.ids, now };
    const detector =
      textAt(finding, 'service', 'detectorId') ??
      enableDetector(organization.world, { account, region }, making).detectorId;
    return `arn:aws:guardduty:${region}:${account}:detector/${detector}/finding/${id}`;
  };
  const seen = at(finding, 'service', 'eventLastSeen') ?? new Date(now).toISOString();
  return {
    ...withoutNulls(finding),
    ...(isThere(finding, 'arn') ? {} : { arn: arn() }),
    ...(isThere(finding, 'createdAt') ? {} : { createdAt: seen }),
    ...(isThere(finding, 'updatedAt') ? {} : { updatedAt: seen }),
  };
};

/**
 * Puts a finding before GuardDuty's administrator, as it now stands. What GuardDuty would never have said (of no member,
 * without an id, of another shape than its model's) is not planted: the event then stands alone, as a forged one does.
 * Gives the reason where it was not planted.
 */
export const plantInto = async (
  organization: Organization,
  config: CordonConfig,
  raw: RawFinding,
): Promise<string | undefined> => {
  const { account, region, id, finding } = raw;
  if (!isObject(finding)) return 'it is no JSON object; want a finding';
  if (account === undefined || !organization.world.accounts.has(account))
    return `its account ${JSON.stringify(account ?? null)} is not of the organization; want a member's accountId`;
  if (region === undefined) return 'it names no Region; want region';
  if (id === undefined) return 'it has no id; want id as text';
  try {
    await plantFinding(organization.world, {
      administrator: config.accounts.security,
      region,
      finding: complete(organization, finding, { id, account, region }),
    });
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
};
