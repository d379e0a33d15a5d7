import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import type { World } from '../../core/world.ts';
import { arnOf, requestTagContext, resourceTagContext, stateOf } from './resource-checks.ts';
import { requireOne, type IdKind } from './resource-ids.ts';
import { ec2State, type Snapshot, type Volume } from './state.ts';

type Context = Record<string, string | readonly string[]>;

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

/** The snapshot with this id in a Region, whoever owns it: ids are unique across accounts. */
export const snapshotAnywhere = (world: World, region: string, id: string): Snapshot | undefined => {
  for (const place of world.all(ec2State)) {
    const found = place.region === region ? place.state.snapshots.get(id) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Whether an account may see, copy and restore a snapshot. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html */
export const isUsableBy = (snapshot: Snapshot, account: string): boolean =>
  snapshot.ownerId === account || snapshot.sharedWith.has(account) || snapshot.isPublic;

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

/** Snapshot ARNs carry no account. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies */
const snapshotArn = (call: Call, region: string, id: string): string =>
  `arn:${call.world.facts.partition}:ec2:${region}::snapshot/${id}`;

/** Condition keys of a volume. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys */
const volumeContext = (volume: Volume | undefined): Context =>
  volume === undefined
    ? {}
    : {
        'ec2:AvailabilityZone': volume.availabilityZone,
        'ec2:Encrypted': String(volume.encrypted),
        'ec2:VolumeID': volume.volumeId,
        'ec2:VolumeSize': String(volume.sizeGiB),
        'ec2:VolumeType': volume.volumeType,
        ...resourceTagContext(volume.tags),
      };

/** The check on a volume that may not exist. */
export const volumeCheck = (action: string, call: Call, id: string): Check => ({
  action: `ec2:${action}`,
  resource: arnOf(call, 'volume', id),
  context: { 'ec2:Region': call.region, ...volumeContext(stateOf(call).volumes.get(id)) },
});

/** The check on a snapshot that may not exist; another account's tags on it are not seen. */
export const snapshotCheck = (
  action: string,
  call: Call,
  on: { readonly id: string; readonly region?: string; readonly more?: Context },
): Check => {
  const region = on.region ?? call.region;
  const found = snapshotAnywhere(call.world, region, on.id);
  const context: Context = { 'ec2:Region': call.region, 'ec2:SnapshotID': on.id };
  if (found !== undefined && isUsableBy(found, call.caller.account)) {
    context['ec2:Owner'] = found.ownerId;
    context['ec2:Encrypted'] = String(found.encrypted);
    context['ec2:VolumeSize'] = String(found.sizeGiB);
    if (found.volumeId !== COPY_VOLUME_ID)
      context['ec2:ParentVolume'] = arnOf(call, 'volume', found.volumeId);
    if (found.ownerId === call.caller.account) Object.assign(context, resourceTagContext(found.tags));
  }
  return {
    action: `ec2:${action}`,
    resource: snapshotArn(call, region, on.id),
    context: { ...context, ...on.more },
  };
};

/** The check on a snapshot that is being made, `snapshot/*`, with the tags that it is to have. */
export const newSnapshotCheck = (
  action: string,
  call: Call,
  on: { readonly tags: ReadonlyMap<string, string>; readonly more?: Context },
): Check => ({
  action: `ec2:${action}`,
  resource: snapshotArn(call, call.region, '*'),
  context: { 'ec2:Region': call.region, ...requestTagContext(on.tags), ...on.more },
});

/** The check on tags given to a snapshot that is being made; none without tags. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html */
export const snapshotTagChecks = (
  createAction: string,
  call: Call,
  tags: ReadonlyMap<string, string>,
): readonly Check[] =>
  tags.size === 0
    ? []
    : [newSnapshotCheck('CreateTags', call, { tags, more: { 'ec2:CreateAction': createAction } })];

/** What a copy has for a volume: arbitrary, not to be used. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html */
export const COPY_VOLUME_ID = 'vol-ffffffff';
