import { refuseArchived } from './snapshot-tier.ts';
import type { CopySnapshotCommandInput, CopySnapshotCommandOutput } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Check } from '../../core/operation.ts';
import type { KeyTarget } from '../kms/key-target.ts';
import { acceptInput, required } from './accept-input.ts';
import { ebsDurations } from './ebs-durations.ts';
import { isInOrder, keyByArn, keysAdmit, requestedKey, type KeyUse } from './ebs-keys.ts';
import {
  newSnapshotCheck,
  requireUsableSnapshot,
  snapshotCheck,
  snapshotTagChecks,
} from './ebs-resources.ts';
import { COPY_VOLUME_ID, stateOf } from './lookup.ts';
import { completeLater, failSnapshot } from './snapshot-progress.ts';
import { acceptDeadline, copyMs } from './time-based-copies.ts';
import type { Snapshot } from './state.ts';
import { acceptTagSpecifications, renderTags, requestedTags } from './tag-sets.ts';

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html : concurrent copies to one destination Region */
const MOST_COPIES = 20;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html (KmsKeyId) */
const KEY_TROUBLE = 'Given key ID is not accessible';

/**
 * Source and new snapshot are both checked. A copy from another Region carries a request that is signed for that Region, so
 * that CopySnapshot must be allowed there too (aws-facts 3.3, inferred).
 * https://docs.aws.amazon.com/ebs/latest/userguide/security_iam_id-based-policy-examples.html
 */
const copyChecks = (input: CopySnapshotCommandInput, call: Call): readonly Check[] => {
  const tags = requestedTags(input.TagSpecifications, 'snapshot');
  const id = input.SourceSnapshotId ?? '';
  const region = input.SourceRegion ?? call.region;
  const source = { ...snapshotCheck('CopySnapshot', call, { id, region }), assumed: true as const };
  return [
    source,
    ...(region === call.region
      ? []
      : [{ ...source, context: { ...source.context, 'aws:RequestedRegion': region, 'ec2:Region': region } }]),
    newSnapshotCheck('CopySnapshot', call, { tags }),
    ...snapshotTagChecks('CopySnapshot', call, tags),
  ];
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html (Encrypted, KmsKeyId) */
const acceptEncryption = (input: CopySnapshotCommandInput, source: Snapshot): void => {
  if (source.encrypted && input.Encrypted === false) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value (false) for parameter encrypted is invalid: snapshot ${source.snapshotId} is encrypted, and so is a copy of it`,
    );
  }
  if (input.KmsKeyId !== undefined && !source.encrypted && input.Encrypted !== true) {
    throw new ServiceFault(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set to true.',
    );
  }
};

const acceptCopy = (input: CopySnapshotCommandInput, call: Call, source: Snapshot): void => {
  if (source.state !== 'completed') {
    // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html
    throw new ServiceFault(
      'IncorrectState',
      `The snapshot '${source.snapshotId}' is in the '${source.state}' state; only a completed one can be copied`,
    );
  }
  acceptEncryption(input, source);
  if (input.DestinationRegion !== undefined && input.DestinationRegion !== call.region) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `DestinationRegion ${input.DestinationRegion} is not the Region of the request, ${call.region}`,
    );
  }
  if (input.SourceRegion !== call.region && source.ownerId !== call.caller.account) {
    // Whether AWS does it in one step is unconfirmed (aws-facts 3.3): the local organization does not pretend to know.
    throw new ServiceFault(
      'UnsupportedOperation',
      "local organization: CopySnapshot of another account's snapshot to another Region is not implemented",
      { status: 501 },
    );
  }
  const copying = [...stateOf(call).snapshots.values()].filter(
    ({ volumeId, state }) => volumeId === COPY_VOLUME_ID && state === 'pending',
  );
  if (copying.length >= MOST_COPIES) {
    throw new ServiceFault(
      'ResourceLimitExceeded',
      `You have exceeded the limit of ${MOST_COPIES} concurrent snapshot copies to Region ${call.region}`,
    );
  }
};

/**
 * A copy of an encrypted snapshot from another Region needs a presigned URL: one of CopySnapshot for this source, made for the
 * source's Region. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html (PresignedUrl)
 */
const urlIsRight = (input: CopySnapshotCommandInput, call: Call, source: Snapshot): boolean => {
  if (input.SourceRegion === call.region) return true;
  if (input.PresignedUrl === undefined) return !source.encrypted;
  if (!URL.canParse(input.PresignedUrl)) return false;
  const query = new URL(input.PresignedUrl).searchParams;
  return (
    query.get('Action') === 'CopySnapshot' &&
    query.get('SourceSnapshotId') === input.SourceSnapshotId &&
    query.get('X-Amz-Credential')?.split('/')[2] === input.SourceRegion
  );
};

const copyOf = (
  input: CopySnapshotCommandInput,
  call: Call,
  on: { source: Snapshot; key: KeyTarget | undefined },
): Snapshot => {
  const { source, key } = on;
  const copy: Snapshot = {
    snapshotId: `snap-${call.ids.hex('snapshot', 17)}`,
    ownerId: call.caller.account,
    volumeId: COPY_VOLUME_ID,
    sizeGiB: source.sizeGiB,
    encrypted: key !== undefined,
    ...(key?.key === undefined ? {} : { kmsKeyArn: key.key.arn }),
    description: input.Description ?? `[Copied ${source.snapshotId} from ${input.SourceRegion}]`,
    startedAt: call.now,
    // User tags of the source are not copied. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html
    tags: requestedTags(input.TagSpecifications, 'snapshot'),
    content: source.content,
    // Encrypted again, the plain bytes are the same.
    ...(source.written === undefined ? {} : { written: source.written }),
    // AWS does not say whether a copy keeps them (UNCONFIRMED): the reading in which more can go wrong.
    ...(source.productCodes === undefined ? {} : { productCodes: source.productCodes }),
    ...(input.CompletionDurationMinutes === undefined
      ? {}
      : { completionDurationMinutes: input.CompletionDurationMinutes }),
    state: 'pending',
    progress: 0,
    sharedWith: new Set(),
    isPublic: false,
  };
  stateOf(call).snapshots.set(copy.snapshotId, copy);
  return copy;
};

/** The reading of the page in which a copy takes keys of the caller's own account alone, where a world holds it. */
const refusesForeign = (call: Call, uses: readonly KeyUse[]): boolean =>
  stateOf(call).refusesForeignKeysInCopies === true &&
  uses.some(({ use, target }) => use === 'destination' && target.account !== call.caller.account);

/**
 * The keys are looked at after the reply: trouble with them shows as a copy in `error`, never as a failed call.
 *
 *     CopySnapshot -> id, pending ... key check -> error | pending ... keys still in order -> completed | error
 *
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html (KmsKeyId)
 */
const copyLater = (
  call: Call,
  copy: Snapshot,
  on: { uses: readonly KeyUse[]; urlIsRight: boolean },
): void => {
  const again = (): readonly KeyUse[] =>
    on.uses.map((use) => ({ ...use, target: keyByArn(call, use.target.arn) }));
  completeLater(call, copy, {
    ms: copyMs(copy),
    failure: () => (again().every(({ target }) => isInOrder(target)) ? undefined : { message: KEY_TROUBLE }),
  });
  call.timeline.at(call.now + ebsDurations.keyCheck, () => {
    if (copy.state !== 'pending') return;
    if (!on.urlIsRight) failSnapshot(copy, 'The presigned URL is not valid for the source snapshot');
    else if (refusesForeign(call, again()) || !keysAdmit(call, again())) failSnapshot(copy, KEY_TROUBLE);
  });
};

/** Called in the destination account and Region. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html */
export const copySnapshot = operation<CopySnapshotCommandInput, Omit<CopySnapshotCommandOutput, '$metadata'>>(
  {
    checks: copyChecks,
    run: (input, call) => {
      acceptInput(input, 'CopySnapshot', [
        'SourceRegion',
        'SourceSnapshotId',
        'KmsKeyId',
        'Encrypted',
        'Description',
        'TagSpecifications',
        'PresignedUrl',
        'DestinationRegion',
        'CompletionDurationMinutes',
      ]);
      acceptTagSpecifications(input.TagSpecifications, ['snapshot']);
      const region = required(input.SourceRegion, 'SourceRegion');
      const source = requireUsableSnapshot(
        call,
        region,
        required(input.SourceSnapshotId, 'SourceSnapshotId'),
      );
      refuseArchived(source);
      acceptCopy(input, call, source);
      acceptDeadline(input, call, source);
      // With encryption by default every copy is encrypted. https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
      const encrypted = source.encrypted || input.Encrypted === true || stateOf(call).ebsEncryptionByDefault;
      const key = encrypted ? requestedKey(call, input.KmsKeyId) : undefined;
      const copy = copyOf(input, call, { source, key });
      const ebsId = copy.snapshotId;
      const uses: KeyUse[] = [
        ...(source.kmsKeyArn === undefined
          ? []
          : [{ target: keyByArn(call, source.kmsKeyArn), use: 'source' as const, ebsId }]),
        ...(key === undefined ? [] : [{ target: key, use: 'destination' as const, ebsId }]),
      ];
      copyLater(call, copy, { uses, urlIsRight: urlIsRight(input, call, source) });
      const tags = renderTags(copy.tags);
      return { SnapshotId: copy.snapshotId, ...(tags === undefined ? {} : { Tags: tags }) };
    },
  },
);
