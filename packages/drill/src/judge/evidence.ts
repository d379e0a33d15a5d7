import { Sha256, vaultKeys } from '@cordon/evidence';
import { TAGS } from '@cordon/incident';
import { ec2State } from '@cordon/local-aws';
import type { EvidenceRow, IncidentRow } from '../result.ts';
import { folderOf, ledgersOf, manifestOf, whyNotInCustody } from './custody.ts';
import type { Remains } from './remains.ts';
import type { Opened } from './scene.ts';

const iso = (at: number): string => new Date(at).toISOString();

const digest = (of: string, value: string): NonNullable<EvidenceRow['digest']> => ({
  algorithm: 'sha-256',
  of,
  value,
});

/** What a copy that is none of the freeze was taken for. */
const holdsOf = (holds: string | undefined): Pick<EvidenceRow, 'holds'> =>
  holds === 'memory' || holds === 'results' ? { holds } : {};

/** Copies in the evidence account that are complete, locked and under its key; digest: the custody entry that saw it. */
const snapshots = (remains: Remains, { incidentId, region }: Opened): readonly EvidenceRow[] => {
  const manifests = ledgersOf(remains, incidentId).flatMap((ledgerId) => manifestOf(remains, ledgerId) ?? []);
  const digests = new Map(
    manifests.flatMap(({ items }) =>
      items.flatMap((item) => (item.kind === 'snapshot' ? [[item.snapshotId, item.digest] as const] : [])),
    ),
  );
  const { snapshots: held } = remains.organization.world.of(ec2State, remains.accounts.evidence, region);
  return [...held.values()]
    .filter(
      (copy) =>
        copy.tags.get(TAGS.incident) === incidentId &&
        copy.tags.get(TAGS.hop) === 'evidence' &&
        whyNotInCustody(remains, copy) === undefined,
    )
    .map(({ snapshotId, tags, kmsKeyArn, lock }) => {
      const value = digests.get(snapshotId);
      const volumeId = tags.get(TAGS.sourceVolume);
      return {
        kind: 'snapshot',
        ...(volumeId === undefined ? {} : { volumeId }),
        ...holdsOf(tags.get(TAGS.holds)),
        snapshotId,
        account: remains.accounts.evidence,
        keyArn: kmsKeyArn ?? '',
        ...(lock === undefined ? {} : { lock: { mode: lock.mode, until: iso(lock.expiresAt) } }),
        ...(value === undefined
          ? {}
          : { digest: digest('the custody entry in which the recorder saw it', value) }),
      };
    });
};

/** Objects of the incident's ledgers; digest: what S3 itself keeps of their bytes. */
const objects = (remains: Remains, { incidentId }: Opened): readonly EvidenceRow[] =>
  ledgersOf(remains, incidentId).flatMap((ledgerId) =>
    [...folderOf(remains, ledgerId)]
      .filter(([key]) => key.startsWith(`${vaultKeys.prefix(ledgerId)}objects/`))
      .map(([objectKey, { encryption, retention, checksums }]): EvidenceRow => {
        const value = Sha256.safeParse(Buffer.from(checksums.SHA256 ?? '', 'base64').toString('hex'));
        return {
          kind: 'object',
          objectKey,
          account: remains.accounts.evidence,
          keyArn: encryption.kind === 'aws:kms' ? encryption.keyArn : encryption.kind,
          // S3 spells its modes in capitals, EC2 in small letters: one spelling here.
          ...(retention === undefined
            ? {}
            : {
                lock: { mode: retention.mode.toLowerCase(), until: iso(retention.until) },
              }),
          ...(value.success ? { digest: digest('the object', value.data) } : {}),
        };
      }),
  );

/** What lies in the evidence account of one incident. */
export const evidenceRows = (remains: Remains, opened: Opened): EvidenceRow[] => [
  ...snapshots(remains, opened),
  ...objects(remains, opened),
];

/** The forensic machine of an incident with what is attached to it, as the forensics account has it. */
export const forensicMachine = (
  { organization: { world }, accounts }: Remains,
  { incidentId, region }: Opened,
): IncidentRow['forensics'] => {
  const { instances, volumes } = world.of(ec2State, accounts.forensics, region);
  const machine = [...instances.values()].find(
    ({ tags, state }) => tags.get(TAGS.incident) === incidentId && state !== 'terminated',
  );
  if (machine === undefined) return undefined;
  const attached = [...volumes.values()].filter(
    (volume) =>
      volume.tags.has(TAGS.sourceVolume) &&
      volume.attachments.some(
        ({ instanceId, state }) => instanceId === machine.instanceId && state === 'attached',
      ),
  );
  return {
    account: accounts.forensics,
    instanceId: machine.instanceId,
    volumes: attached.map(({ volumeId }) => volumeId),
  };
};
