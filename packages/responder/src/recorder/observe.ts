import {
  DescribeSnapshotAttributeCommand,
  DescribeLockedSnapshotsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { sha256Hex, vaultKeys, type AwsCall, type CustodyEvent } from '@cordon/evidence';
import { REPORT_LABELS, type RecorderRequest } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import { ownIn, type Services } from '../services.ts';
import { carryPart } from './carry-part.ts';
import { deposited } from './deposited.ts';
import type { Vault } from './vault.ts';

/** What an entry says, and whether the recorder saw it or was told. */
export interface Observation {
  readonly basis: 'observed' | 'reported';
  readonly event: CustodyEvent;
  /** Of what was reported: the calls that the responder says it made. */
  readonly calls?: readonly AwsCall[] | undefined;
  readonly callsLeftOut?: number | undefined;
}

type RequestOf<Kind extends RecorderRequest['kind']> = Extract<RecorderRequest, { kind: Kind }>;

/** Free text that may hold anything becomes what the ledger takes: well-formed and clipped. */
const clip = (text: string): string => text.toWellFormed().slice(0, 4_000) || 'no reason was given';

/**
 * Turns a request into what the ledger says, by looking at AWS wherever the evidence account can see the thing itself.
 * Throws when what was claimed is not so: then nothing is signed.
 */
export const observe = async (
  request: Exclude<RecorderRequest, { kind: 'blocks' | 'seal' }>,
  vault: Vault,
  services: Services,
): Promise<readonly Observation[]> => {
  switch (request.kind) {
    case 'deposit':
      if (Object.values<string>(REPORT_LABELS).includes(request.label))
        throw new Error(`nobody deposits ${request.label}: the recorder makes it when it seals`);
      return [{ basis: 'observed', event: await deposit(request, vault) }];
    case 'landed':
      return [{ basis: 'observed', event: await carryPart(request, vault, services) }];
    case 'snapshot':
      return [{ basis: 'observed', event: await lookAtSnapshot(request, services) }];
    case 'share':
      return [{ basis: 'observed', event: await lookAtShare(request, services) }];
    case 'steps':
      return request.steps.map(({ step, outcome, detail, ...told }) => {
        const clipped = Object.fromEntries(
          Object.entries(detail).map(([name, value]) => [name, clip(value)]),
        );
        return {
          basis: 'reported',
          event: { kind: 'step-reported', step, outcome, detail: clipped },
          ...told,
        };
      });
    case 'attachment':
      return [
        {
          basis: 'reported',
          event: {
            kind: 'volume-attached',
            region: request.region,
            instanceId: request.machineId,
            volumeId: request.volumeId,
            snapshotId: request.snapshotId,
          },
          calls: request.calls,
          callsLeftOut: request.callsLeftOut,
        },
      ];
    case 'blocks-given-up':
      return [
        {
          basis: 'reported',
          event: {
            kind: 'blocks-not-shown',
            region: request.region,
            sourceVolumeId: request.volumeId,
            because: clip(request.because).slice(0, 2_000),
          },
        },
      ];
    case 'missing':
      return [
        {
          basis: 'reported',
          event: {
            kind: 'evidence-missing',
            subject: request.subject,
            because: clip(request.because).slice(0, 1_000),
          },
        },
      ];
  }
};

/** Written once: when the object is there already the first one stays, and what is recorded is what lies there. */
export const deposit = async (
  request: Pick<RequestOf<'deposit'>, 'ledgerId' | 'label' | 'contentType' | 'bodyBase64'>,
  vault: Vault,
): Promise<CustodyEvent> => {
  const body = Buffer.from(request.bodyBase64, 'base64');
  const key = vaultKeys.object(request.ledgerId, request.label);
  const { written } = await vault.put(key, body, request.contentType);
  const lies = await deposited(vault, key, request.label);
  if (written && lies.sha256 !== sha256Hex(body))
    throw new Error(`object ${key} reads back as ${lies.sha256}, written was ${sha256Hex(body)}`);
  return lies;
};

const lookAtSnapshot = async (request: RequestOf<'snapshot'>, services: Services): Promise<CustodyEvent> => {
  const ec2 = clientFor(EC2Client, ownIn(services, request.region));
  const [{ Snapshots = [] }, { Snapshots: locked = [] }] = await Promise.all([
    ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [request.snapshotId], OwnerIds: ['self'] })),
    ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: [request.snapshotId] })),
  ]);
  const snapshot = Snapshots[0];
  const lock = locked[0];
  const mode =
    lock?.LockState === 'governance'
      ? 'governance'
      : lock?.LockState?.startsWith('compliance') === true
        ? 'compliance'
        : undefined;
  if (
    snapshot?.State !== 'completed' ||
    snapshot.KmsKeyId === undefined ||
    snapshot.VolumeSize === undefined
  ) {
    throw new Error(
      `snapshot ${request.snapshotId} is ${snapshot?.State ?? 'unknown'} here, wanted a completed, encrypted copy of our own`,
    );
  }
  if (mode === undefined || lock?.LockExpiresOn === undefined)
    throw new Error(`snapshot ${request.snapshotId} is not locked`);
  return {
    kind: 'snapshot-secured',
    region: request.region,
    snapshotId: request.snapshotId,
    sourceVolumeId: request.sourceVolumeId,
    sourceSnapshotId: request.sourceSnapshotId,
    keyArn: snapshot.KmsKeyId,
    sizeGiB: snapshot.VolumeSize,
    lockMode: mode,
    lockExpiresAt: lock.LockExpiresOn.toISOString(),
  };
};

const lookAtShare = async (request: RequestOf<'share'>, services: Services): Promise<CustodyEvent> => {
  const { CreateVolumePermissions: shares = [] } = await clientFor(
    EC2Client,
    ownIn(services, request.region),
  ).send(
    new DescribeSnapshotAttributeCommand({
      SnapshotId: request.snapshotId,
      Attribute: 'createVolumePermission',
    }),
  );
  const others = shares.filter((share) => share.Group !== undefined || share.UserId !== request.toAccount);
  if (others.length > 0 || shares.length === 0) {
    throw new Error(
      `snapshot ${request.snapshotId} is shared with ${JSON.stringify(shares)}, wanted ${request.toAccount} alone`,
    );
  }
  return {
    kind: 'snapshot-shared',
    region: request.region,
    snapshotId: request.snapshotId,
    toAccount: request.toAccount,
  };
};
