import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { arnOf, isUsableBy, snapshotAnywhere, stateOf } from './lookup.ts';
import { requestTagContext, resourceCheck } from './resource-checks.ts';
import type { Context } from './resource-facts.ts';
import { requireOne, type IdKind } from './resource-ids.ts';
import type { Snapshot } from './state.ts';

/** Codes from https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const volumeIds: IdKind = {
  prefix: 'vol',
  notFound: 'InvalidVolume.NotFound',
  malformed: 'InvalidVolumeID.Malformed',
  noun: 'volume',
};

/** As `volumeIds`, for snapshots. */
export const snapshotIds: IdKind = {
  prefix: 'snap',
  notFound: 'InvalidSnapshot.NotFound',
  malformed: 'InvalidSnapshotID.Malformed',
  noun: 'snapshot',
};

const noSnapshot = (id: string): ServiceFault =>
  new ServiceFault('InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);

/**
 * A snapshot that the caller owns or that is shared with it, in `region`.
 *
 * @throws ServiceFault InvalidSnapshotID.Malformed; InvalidSnapshot.NotFound when it does not exist *or is not shared*
 */
export const requireUsableSnapshot = (call: Call, region: string, id: string): Snapshot => {
  const found = snapshotAnywhere(call.world, region, id);
  if (found === undefined) return requireOne(snapshotIds, new Map<string, Snapshot>(), id);
  if (!isUsableBy(found, call.caller.account)) throw noSnapshot(id);
  return found;
};

/**
 * A snapshot that the caller owns, for what only owners may do.
 *
 * @throws ServiceFault as `requireUsableSnapshot`; AuthFailure for a snapshot that is only shared with the caller
 */
export const requireOwnSnapshot = (call: Call, id: string): Snapshot => {
  const found = requireUsableSnapshot(call, call.region, id);
  if (found.ownerId !== call.caller.account)
    throw new ServiceFault('AuthFailure', `Not authorized for snapshot: ${id}`, { status: 403 });
  return found;
};

/** The check on a volume that may not exist. */
export const volumeCheck = (action: string, call: Call, id: string): Check =>
  resourceCheck(action, call, { type: 'volume', id });

/** The check on a snapshot that may not exist; another account's tags on it are not seen. */
export const snapshotCheck = (
  action: string,
  call: Call,
  on: { readonly id: string; readonly region?: string; readonly more?: Context },
): Check => resourceCheck(action, call, { type: 'snapshot', ...on });

/** The check on a snapshot that is being made, `snapshot/*`, with the tags that it is to have. */
export const newSnapshotCheck = (
  action: string,
  call: Call,
  on: { readonly tags: ReadonlyMap<string, string>; readonly more?: Context },
): Check =>
  resourceCheck(action, call, {
    type: 'snapshot',
    id: '*',
    more: { ...requestTagContext(on.tags), ...on.more },
  });

/** The keys of a snapshot that is being made of a volume. */
export const parentContext = (call: Call, volumeId: string): Context => {
  const volume = stateOf(call).volumes.get(volumeId);
  return {
    'ec2:ParentVolume': arnOf(call, 'volume', volumeId),
    ...(volume === undefined ? {} : { 'ec2:VolumeSize': String(volume.sizeGiB) }),
  };
};

/** The check on tags given to a snapshot that is being made; none without tags. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html */
export const snapshotTagChecks = (
  createAction: string,
  call: Call,
  tags: ReadonlyMap<string, string>,
): readonly Check[] =>
  tags.size === 0
    ? []
    : [newSnapshotCheck('CreateTags', call, { tags, more: { 'ec2:CreateAction': createAction } })];
