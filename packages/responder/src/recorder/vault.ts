import { decodeSigned, entryKey, isContentKey, ledgerOfKey, mayHoldContents } from '@cordon/evidence';
import { vaultIn, type CordonConfig } from '@cordon/incident';
import type { Connection } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { openBucket } from './bucket.ts';

/** What S3 says of an object that lies in the vault. */
export interface Deposited {
  readonly key: string;
  readonly versionId: string;
  /** Lower-case hexadecimal, from the checksum that S3 itself keeps. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly retainUntil: string;
  /** The bucket in which it lies, where that is not the home Region's. */
  readonly bucket?: string;
}

/** An object as it is fetched: never more than a piece of it is in memory. */
export interface VaultFile {
  readonly sizeBytes: number;
  /** Its bytes from the first on, fetched when they are asked for. */
  readonly pieces: () => AsyncIterable<Uint8Array>;
}

/**
 * The vaults of the evidence account as one: every object is written once, under its bucket's default retention, and read back. Contents of a ledger lie
 * where the entry that opens it says, all else in the home Region.
 */
export interface Vault {
  /** Whether a ledger has its first entry, which says where its contents lie. */
  isOpen(ledgerId: string): Promise<boolean>;
  /** Writes unless the key exists; `written` is false when it does. Throws for contents of a ledger that is not open: nothing says where they belong. */
  put(key: string, body: Uint8Array, contentType: string): Promise<{ readonly written: boolean }>;
  get(key: string): Promise<Uint8Array>;
  head(key: string): Promise<Deposited>;
  /** Sets or lifts the legal hold of an object, which ends with nobody's retention. */
  hold(key: string, status: 'ON' | 'OFF'): Promise<void>;
  /** Keeps an object for longer. S3 refuses to make it shorter. */
  retain(key: string, retention: Pick<Deposited, 'mode' | 'retainUntil'>): Promise<void>;
  /** All keys below a prefix, in order. */
  list(prefix: string): Promise<readonly string[]>;
  /** The same with what lies there, in order. */
  files(prefix: string): Promise<readonly (VaultFile & { readonly key: string })[]>;
  /** All that lies directly below a prefix, up to the next slash, in order; after one of them where that is given. */
  folders(prefix: string, after?: string): Promise<readonly string[]>;
  /** Every version of every key below a prefix, delete markers included. */
  versions(prefix: string): Promise<readonly { readonly key: string; readonly versionId: string }[]>;
}

/** One bucket of them. */
export type Bucket = Omit<Vault, 'isOpen'>;

/** Opens the vaults of the evidence account. */
export const openVault = ({ config, own }: Pick<Services, 'config' | 'own'>): Vault => vaultsOf(config, own);

/**
 * The same, for whoever may read them.
 *
 * @param connection whose credentials are used, whatever its Region
 */
export const vaultsOf = (
  config: Pick<CordonConfig, 'homeRegion' | 'accounts'>,
  connection: Connection,
): Vault => {
  const buckets = new Map<string, Bucket>();
  const bucketIn = (wanted: string | undefined): Bucket => {
    const { region, bucket } = vaultIn(config, wanted);
    const opened =
      buckets.get(region) ??
      openBucket(
        { bucket, owner: config.accounts.evidence, isHome: region === config.homeRegion },
        { ...connection, region },
      );
    buckets.set(region, opened);
    return opened;
  };
  return joined(bucketIn, residences(bucketIn(undefined)));
};

/** Where contents of a ledger lie: a Region, undefined for the home Region, or that the ledger is not open. */
type Residences = (ledgerId: string) => Promise<{ readonly region: string | undefined } | 'not-open'>;

/** Read from the entry that opens a ledger, once: it is never written again. */
const residences = (home: Bucket): Residences => {
  const known = new Map<string, { readonly region: string | undefined }>();
  return async (ledgerId) => {
    const before = known.get(ledgerId);
    if (before !== undefined) return before;
    const key = entryKey(ledgerId, 1);
    if (!(await home.list(key)).includes(key)) return 'not-open';
    const { event } = decodeSigned(key, await home.get(key)).entry;
    const said = { region: event.kind === 'incident-opened' ? event.contentsIn : undefined };
    known.set(ledgerId, said);
    return said;
  };
};

const joined = (bucketIn: (region: string | undefined) => Bucket, residenceOf: Residences): Vault => {
  const home = bucketIn(undefined);
  const bucketOf = async (key: string, unlessOpen: 'home' | 'throw' = 'home'): Promise<Bucket> => {
    const ledgerId = isContentKey(key) ? ledgerOfKey(key) : undefined;
    if (ledgerId === undefined) return home;
    const residence = await residenceOf(ledgerId);
    if (residence !== 'not-open') return bucketIn(residence.region);
    if (unlessOpen === 'throw')
      throw new Error(`ledger ${ledgerId} is not open, so that nothing says where ${key} belongs`);
    return home;
  };
  /** All buckets in which something below a prefix may lie; `keys` are those that the home Region's has there. */
  const bucketsBelow = async (prefix: string, keys: readonly string[]): Promise<readonly Bucket[]> => {
    if (!mayHoldContents(prefix)) return [home];
    const one = ledgerOfKey(prefix);
    const ledgers = one === undefined ? keys.flatMap((key) => ledgerOfKey(key) ?? []) : [one];
    const others = new Set<Bucket>([home]);
    for (const ledgerId of new Set(ledgers)) {
      const residence = await residenceOf(ledgerId);
      if (residence !== 'not-open') others.add(bucketIn(residence.region));
    }
    return [...others];
  };
  const files: Vault['files'] = async (prefix) => {
    const found = await home.files(prefix);
    const [, ...others] = await bucketsBelow(
      prefix,
      found.map(({ key }) => key),
    );
    if (others.length === 0) return found;
    const more = (await Promise.all(others.map((bucket) => bucket.files(prefix)))).flat();
    return [...found, ...more].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  };
  return {
    isOpen: async (ledgerId) => (await residenceOf(ledgerId)) !== 'not-open',
    put: async (key, body, contentType) => (await bucketOf(key, 'throw')).put(key, body, contentType),
    get: async (key) => (await bucketOf(key)).get(key),
    head: async (key) => (await bucketOf(key)).head(key),
    hold: async (key, status) => (await bucketOf(key)).hold(key, status),
    retain: async (key, retention) => (await bucketOf(key)).retain(key, retention),
    files,
    list: async (prefix) => (await files(prefix)).map(({ key }) => key),
    // Every ledger is in the home Region, whatever of it is elsewhere.
    folders: (prefix, after) => home.folders(prefix, after),
    versions: async (prefix) => {
      const keys = ledgerOfKey(prefix) === undefined ? await home.list(prefix) : [];
      const buckets = await bucketsBelow(prefix, keys);
      return (await Promise.all(buckets.map((bucket) => bucket.versions(prefix)))).flat();
    },
  };
};
