import type {
  DescribeSnapshotsCommandInput,
  DescribeSnapshotsCommandOutput,
  Snapshot as ApiSnapshot,
} from '@aws-sdk/client-ec2';
import { operation, type Call } from '../../core/operation.ts';
import { acceptInput } from './accept-input.ts';
import { applyFilters, page, type Readers } from './describe.ts';
import { snapshotIds } from './ebs-resources.ts';
import { COPY_VOLUME_ID, isUsableBy, snapshotAnywhere } from './lookup.ts';
import { describeCheck } from './resource-checks.ts';
import { requireAll } from './resource-ids.ts';
import { progressAt } from './snapshot-progress.ts';
import { ec2State, type Snapshot } from './state.ts';
import { renderTags } from './tag-sets.ts';

const GIB = 2 ** 30;

/** A snapshot as one account sees it. */
interface Seen {
  readonly snapshot: Snapshot;
  readonly tags: ReadonlyMap<string, string>;
  readonly progress: string;
}

/** Tags of a shared snapshot are not visible to the other account (aws-facts 3.2; UNCONFIRMED there: the stricter reading). */
const seenBy = (call: Call, snapshot: Snapshot): Seen => ({
  snapshot,
  tags: snapshot.ownerId === call.caller.account ? snapshot.tags : new Map(),
  progress: progressAt(snapshot, call.now),
});

const tierOf = ({ tier }: Snapshot): 'standard' | 'archive' => tier?.storage ?? 'standard';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html (Filters) */
const readers: Readers<Seen> = {
  'snapshot-id': ({ snapshot }) => [snapshot.snapshotId],
  'volume-id': ({ snapshot }) => [snapshot.volumeId],
  'volume-size': ({ snapshot }) => [String(snapshot.sizeGiB)],
  status: ({ snapshot }) => [snapshot.state],
  'owner-id': ({ snapshot }) => [snapshot.ownerId],
  encrypted: ({ snapshot }) => [String(snapshot.encrypted)],
  description: ({ snapshot }) => [snapshot.description],
  'start-time': ({ snapshot }) => [new Date(snapshot.startedAt).toISOString()],
  progress: ({ progress }) => [progress],
  'storage-tier': ({ snapshot }) => [tierOf(snapshot)],
};

const rendered = ({ snapshot, tags, progress }: Seen): ApiSnapshot => {
  const tagSet = renderTags(tags);
  return {
    SnapshotId: snapshot.snapshotId,
    VolumeId: snapshot.volumeId,
    VolumeSize: snapshot.sizeGiB,
    FullSnapshotSizeInBytes: snapshot.sizeGiB * GIB,
    State: snapshot.state,
    StartTime: new Date(snapshot.startedAt),
    Progress: progress,
    OwnerId: snapshot.ownerId,
    Description: snapshot.description,
    Encrypted: snapshot.encrypted,
    StorageTier: tierOf(snapshot),
    // "Only for snapshot copies": https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html
    ...(snapshot.volumeId === COPY_VOLUME_ID
      ? { TransferType: snapshot.completionDurationMinutes === undefined ? 'standard' : 'time-based' }
      : {}),
    ...(snapshot.completionDurationMinutes === undefined
      ? {}
      : { CompletionDurationMinutes: snapshot.completionDurationMinutes }),
    ...(snapshot.kmsKeyArn === undefined ? {} : { KmsKeyId: snapshot.kmsKeyArn }),
    ...(snapshot.stateMessage === undefined ? {} : { StateMessage: snapshot.stateMessage }),
    ...(snapshot.completedAt === undefined ? {} : { CompletionTime: new Date(snapshot.completedAt) }),
    ...(tagSet === undefined ? {} : { Tags: tagSet }),
  };
};

const everywhere = (call: Call): readonly Snapshot[] =>
  call.world
    .all(ec2State)
    .flatMap(({ region, state }) => (region === call.region ? [...state.snapshots.values()] : []));

/** `self` is the caller. */
const ownerMatches = (call: Call, snapshot: Snapshot, owners: readonly string[] | undefined): boolean =>
  owners === undefined ||
  owners.length === 0 ||
  owners.some((owner) => (owner === 'self' ? call.caller.account : owner) === snapshot.ownerId);

/** `self` stands for what the caller owns or was given; an account for what it was given; `all` for public snapshots. */
const restorableMatches = (call: Call, snapshot: Snapshot, users: readonly string[] | undefined): boolean =>
  users === undefined ||
  users.length === 0 ||
  users.some((user) => {
    if (user === 'all') return snapshot.isPublic;
    if (user === 'self')
      return snapshot.ownerId === call.caller.account || snapshot.sharedWith.has(call.caller.account);
    return snapshot.sharedWith.has(user);
  });

/**
 * An unknown id is an error; the id of a snapshot that the caller may not use is left out.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 */
const named = (call: Call, ids: readonly string[]): readonly Snapshot[] => {
  const existing = new Map(
    ids.flatMap((id) => {
      const found = snapshotAnywhere(call.world, call.region, id);
      return found === undefined ? [] : [[id, found] as const];
    }),
  );
  return requireAll(snapshotIds, existing, ids);
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html */
export const describeSnapshots = operation<
  DescribeSnapshotsCommandInput,
  Omit<DescribeSnapshotsCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeSnapshots', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeSnapshots', [
      'SnapshotIds',
      'OwnerIds',
      'RestorableByUserIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const ids = input.SnapshotIds ?? [];
    const candidates = (ids.length > 0 ? named(call, ids) : everywhere(call))
      .filter((snapshot) => isUsableBy(snapshot, call.caller.account))
      .filter((snapshot) => ownerMatches(call, snapshot, input.OwnerIds))
      .filter((snapshot) => restorableMatches(call, snapshot, input.RestorableByUserIds))
      .map((snapshot) => seenBy(call, snapshot));
    const { items, nextToken } = page(applyFilters(candidates, input.Filters, readers), input, ids);
    return { Snapshots: items.map(rendered), ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  },
});
