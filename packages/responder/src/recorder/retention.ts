import { Manifest, vaultKeys } from '@cordon/evidence';
import { keptDays, type Keeping } from '@cordon/incident';
import { append, readLedger } from './ledger.ts';
import type { Tools } from './seal-ledger.ts';

const DAY_MS = 86_400_000;
/** Requests at once. */
const AT_ONCE = 20;

/**
 * Writes into a ledger that is about to be sealed for how long the case is kept, where that is longer than the default. The responder says
 * what the policy set; it is bounded here, and can only lengthen. Once: a later try finds the entry.
 */
export const sayRetention = async (
  { vault, signer, actor, now }: Tools,
  ledgerId: string,
  { keeping, wanted }: { readonly keeping: Keeping; readonly wanted: number | undefined },
): Promise<void> => {
  const days = keptDays(keeping, wanted);
  if (days <= keeping.lockDays) return;
  const ledger = await readLedger(vault, ledgerId, 'all');
  const isSaid = ledger.some(
    ({ entry: { event } }) => event.kind === 'retention-set' || event.kind === 'sealed',
  );
  if (isSaid) return;
  const at = now();
  await append({ vault, signer, ledgerId }, (last) =>
    last?.entry.event.kind === 'sealed'
      ? undefined
      : {
          incidentId: ledgerId,
          at,
          basis: 'reported',
          actor,
          event: {
            kind: 'retention-set',
            days,
            until: new Date(Date.parse(at) + days * DAY_MS).toISOString(),
          },
          calls: { status: 'none', because: 'it rests on the policy that the responder decided by' },
        },
  );
};

/**
 * Has every object of a sealed ledger kept to the end that its manifest says; copies follow by the archivist. Safe to run again.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export const keepLonger = async (
  { vault }: Tools,
  ledgerId: string,
  { lockMode }: Keeping,
): Promise<void> => {
  const { retention } = Manifest.parse(
    JSON.parse(Buffer.from(await vault.get(vaultKeys.manifest(ledgerId))).toString('utf8')),
  );
  if (retention === undefined) return;
  const mode = lockMode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
  const keys = await vault.list(vaultKeys.prefix(ledgerId));
  for (let from = 0; from < keys.length; from += AT_ONCE)
    await Promise.all(
      keys
        .slice(from, from + AT_ONCE)
        .map((key) => vault.retain(key, { mode, retainUntil: retention.until })),
    );
};
