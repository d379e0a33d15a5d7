import { KEY_ALIASES, regionVaultBucketName, TAGS, vaultBucketName, vaultIn } from '@cordon/incident';
import { decodeSigned, Manifest, vaultKeys, type CustodyEvent, type SignedEntry } from '@cordon/evidence';
import { ec2State, kmsState, s3State, type Key, type ObjectVersion, type Snapshot } from '@cordon/local-aws';
import type { Remains } from './remains.ts';

/** A key of the evidence account by its alias. */
export const evidenceKey = (
  { organization: { world }, accounts }: Remains,
  region: string,
  alias: string,
): Key | undefined => {
  const { aliases, keys } = world.of(kmsState, accounts.evidence, region);
  return keys.get(aliases.get(alias) ?? '');
};

/** Copies of a volume in the evidence account, of one incident or of any. */
export const volumeCopies = (
  { organization: { world }, accounts }: Remains,
  of: { readonly volumeId: string; readonly region: string; readonly incidentId?: string },
): readonly Snapshot[] =>
  [...world.of(ec2State, accounts.evidence, of.region).snapshots.values()].filter(
    ({ tags }) =>
      tags.get(TAGS.hop) === 'evidence' &&
      tags.get(TAGS.sourceVolume) === of.volumeId &&
      (of.incidentId === undefined || tags.get(TAGS.incident) === of.incidentId),
  );

/** Why a copy is no evidence yet; undefined when it is complete, under its Region's evidence key, and locked. */
export const whyNotInCustody = (remains: Remains, copy: Snapshot): string | undefined => {
  const region = copy.kmsKeyArn?.split(':')[3] ?? '';
  if (copy.state !== 'completed') return `${copy.snapshotId} is ${copy.state}`;
  if (
    copy.kmsKeyArn === undefined ||
    copy.kmsKeyArn !== evidenceKey(remains, region, KEY_ALIASES.evidence)?.arn
  ) {
    return `${copy.snapshotId} is under ${copy.kmsKeyArn ?? 'no key'}, which is not the evidence key`;
  }
  return copy.lock === undefined ? `${copy.snapshotId} is not locked` : undefined;
};

/** Whether a copy is evidence. */
export const isInCustody = (remains: Remains, copy: Snapshot): boolean =>
  whyNotInCustody(remains, copy) === undefined;

/** Ledgers of an incident: its own, then one per later plan, its release's, and those of recordings. */
export const ledgersOf = (remains: Remains, incidentId: string): readonly string[] => {
  const start = `incidents/${incidentId}`;
  const folders = new Set(
    [...vaultVersions(remains)].flatMap(([key]) => (key.startsWith(start) ? [key.split('/')[1] ?? ''] : [])),
  );
  return [...folders]
    .filter(
      (id) =>
        id === incidentId || /^-(r\d+|release|recording-[0-9a-f]{16})$/.test(id.slice(incidentId.length)),
    )
    .toSorted();
};

/** The vaults of the evidence account: that of the home Region, and those of the others. */
export const isVault = ({ accounts }: Pick<Remains, 'accounts'>, bucket: string | undefined): boolean =>
  bucket === vaultBucketName(accounts.evidence) ||
  bucket?.startsWith(regionVaultBucketName(accounts.evidence, '')) === true;

/** The newest version of every object in the vault of one Region that is not deleted, with its key. */
export const vaultVersionsIn = (
  { organization: { world }, accounts, homeRegion }: Remains,
  region: string,
): readonly (readonly [string, ObjectVersion])[] =>
  [
    ...(world.of(s3State, '', '').buckets.get(vaultIn({ accounts, homeRegion }, region).bucket)?.versions ??
      []),
  ].flatMap(([key, [newest]]) => (newest?.kind === 'object' ? [[key, newest] as const] : []));

/** The same of the vaults of all Regions. */
export const vaultVersions = (remains: Remains): readonly (readonly [string, ObjectVersion])[] =>
  [...remains.organization.world.of(s3State, '', '').buckets.values()]
    .filter(({ name }) => isVault(remains, name))
    .flatMap(({ region }) => vaultVersionsIn(remains, region));

/** The objects of one ledger's vault folder by key, in the order of keys. */
export const folderOf = (remains: Remains, ledgerId: string): ReadonlyMap<string, ObjectVersion> => {
  const prefix = vaultKeys.prefix(ledgerId);
  return new Map(
    vaultVersions(remains)
      .filter(([key]) => key.startsWith(prefix))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** The custody entries of a ledger in order. Throws for one that is no entry: the vault holds nothing else under that name. */
const entriesOf = (remains: Remains, ledgerId: string): readonly SignedEntry[] =>
  [...folderOf(remains, ledgerId)]
    .filter(([key]) => key.startsWith(`${vaultKeys.prefix(ledgerId)}custody/`))
    .map(([key, { body }]) => decodeSigned(key, body));

/** A sealed ledger's manifest. */
export const manifestOf = (remains: Remains, ledgerId: string): Manifest | undefined => {
  const found = folderOf(remains, ledgerId).get(vaultKeys.manifest(ledgerId));
  return found === undefined ? undefined : Manifest.parse(JSON.parse(found.body.toString('utf8')));
};

/** What the ledgers of an incident say, in order. */
export const ledgerEvents = (remains: Remains, incidentId: string): readonly CustodyEvent[] =>
  ledgersOf(remains, incidentId)
    .flatMap((ledgerId) => entriesOf(remains, ledgerId))
    .map(({ entry: { event } }) => event);

/** What the ledgers of an incident state as missing. */
export const statedMissing = (
  remains: Remains,
  incidentId: string,
): readonly { readonly subject: string; readonly because: string }[] =>
  ledgerEvents(remains, incidentId).flatMap((event) =>
    event.kind === 'evidence-missing' ? [{ subject: event.subject, because: event.because }] : [],
  );
