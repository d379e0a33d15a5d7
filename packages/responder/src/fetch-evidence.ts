import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { decodeSigned, entryKey, exportPaths, keepingLedger, sha256Hex, vaultKeys } from '@cordon/evidence';
import { KEY_ALIASES, type CordonConfig } from '@cordon/incident';
import { partitionOf } from '@cordon/incident/partition';
import { clientFor, type Connection } from './aws/connection.ts';
import { vaultsOf, type Vault, type VaultFile } from './recorder/vault.ts';

export type { VaultFile };

/** Files of each ledger's exported folder, by the ledger's id. */
type Ledgers = Map<string, Map<string, VaultFile>>;

/**
 * Lists an incident's sealed ledgers in the vault as folders that `verifyExport` takes, with the ledger of their keeping and the recorder's
 * public key. The ledger of keeping is fetched at once, all else when it is asked for.
 *
 * @param connection of a session that the evidence desk gave for this very incident
 * @throws Error when nothing of it is sealed
 */
export const fetchEvidence = async (
  incident: string,
  config: Pick<CordonConfig, 'accounts' | 'homeRegion'>,
  connection: Connection,
): Promise<Ledgers> => {
  const vault = vaultsOf(config, connection);
  const files = new Map<string, VaultFile>();
  for (const prefix of [vaultKeys.prefix(incident), `incidents/${incident}-r`])
    for (const file of await vault.files(prefix)) files.set(file.key, file);
  const keys = [...files.keys()];
  const sealed = keys.flatMap((key) => {
    const ledgerId = key.split('/')[1] ?? '';
    return key === vaultKeys.manifest(ledgerId) ? [ledgerId] : [];
  });
  if (sealed.length === 0)
    throw new Error(`nothing of ${incident} is sealed yet: it can be exported after its seal`);
  const { PublicKey: publicKey } = await clientFor(KMSClient, connection).send(
    new GetPublicKeyCommand({ KeyId: keyArn(config.accounts.evidence, connection.region) }),
  );
  if (publicKey === undefined) throw new Error('KMS gave no public key of custody');
  const ledgers: Ledgers = new Map();
  for (const ledgerId of sealed) {
    const folder = new Map<string, VaultFile>([[exportPaths.publicKey, inMemory(publicKey)]]);
    const prefix = vaultKeys.prefix(ledgerId);
    for (const [key, file] of files) if (key.startsWith(prefix)) folder.set(key.slice(prefix.length), file);
    ledgers.set(ledgerId, folder);
  }
  const kept = await keepingFiles(incident, vault);
  for (const [ledgerId, folder] of ledgers)
    // What was destroyed was destroyed of every ledger: the certificate goes with each.
    if (ledgerId === incident || kept.has(exportPaths.certificate))
      for (const [path, bytes] of kept) folder.set(path, inMemory(bytes));
  return ledgers;
};

const inMemory = (bytes: Uint8Array): VaultFile => ({
  sizeBytes: bytes.length,
  pieces: async function* pieces() {
    yield bytes;
  },
});

/** The ledger of keeping, its newest signed head, and the certificate of a disposal, as they lie in an export. */
const keepingFiles = async (
  incident: string,
  vault: Pick<Vault, 'list' | 'get'>,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const keeping = keepingLedger(incident);
  const files = new Map<string, Uint8Array>();
  let certificateSha256: string | undefined;
  for (const key of await vault.list(`${vaultKeys.prefix(keeping)}custody/`)) {
    const sequence = Number(/(\d{6})\.json$/.exec(key)?.[1]);
    if (key !== entryKey(keeping, sequence)) continue;
    const bytes = await vault.get(key);
    files.set(exportPaths.keeping(sequence), bytes);
    const { event } = decodeSigned(key, bytes).entry;
    if (event.kind === 'disposed') ({ certificateSha256 } = event);
  }
  const head = (await vault.list(vaultKeys.heads(incident))).toSorted().at(-1);
  if (head !== undefined) files.set(exportPaths.keepingHead, await vault.get(head));
  if (certificateSha256 === undefined) return files;
  for (const key of await vault.list(`${vaultKeys.prefix(keeping)}certificates/`)) {
    const bytes = await vault.get(key);
    if (sha256Hex(bytes) === certificateSha256) files.set(exportPaths.certificate, bytes);
  }
  return files;
};

/** An alias is named by its ARN where the key is the account's own. https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html */
const keyArn = (account: string, region: string): string =>
  `arn:${partitionOf(region)}:kms:${region}:${account}:${KEY_ALIASES.custody}`;
