import { ServiceFault } from '../../core/fault.ts';
import type { Call, Check } from '../../core/operation.ts';
import { keyCheck } from '../kms/key-checks.ts';
import { isInOrder, keyByArn } from '../ec2/ebs-keys.ts';
import { arnOf, COPY_VOLUME_ID, snapshotAnywhere } from '../ec2/lookup.ts';
import type { Snapshot } from '../ec2/state.ts';

/**
 * The check of a read: on the snapshot, with its tags where the caller owns it.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticblockstore.html
 */
export const readCheck = (action: string, call: Call, id: string): Check => {
  const found = snapshotAnywhere(call.world, call.region, id);
  const own = found?.ownerId === call.caller.account ? found : undefined;
  return {
    action: `ebs:${action}`,
    resource: arnOf(call, 'snapshot', id),
    context: Object.fromEntries(
      [...(own?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ),
  };
};

/** The codes and reasons of https://docs.aws.amazon.com/ebs/latest/APIReference/API_GetSnapshotBlock.html */
const refused = (code: string, Reason: string, message: string): ServiceFault =>
  new ServiceFault(code, message, { fields: { Reason } });

/** @throws ServiceFault ValidationException with a reason of AWS's */
export const invalid = (Reason: string, message: string): ServiceFault =>
  refused('ValidationException', Reason, message);

const isReadableBy = (snapshot: Snapshot, account: string): boolean =>
  snapshot.ownerId === account || snapshot.sharedWith.has(account);

/**
 * What a snapshot's key is asked for. The page on permissions names `kms:Decrypt` alone, and neither the service through which the
 * key is called nor the encryption context: these are EC2's here, the stricter reading.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-permissions.html
 */
const decryptCheck = (call: Call, snapshot: Snapshot, keyArn: string): Check => ({
  ...keyCheck(call, 'Decrypt', {
    target: keyByArn(call, keyArn),
    context: {
      'kms:ViaService': `ec2.${call.region}.amazonaws.com`,
      'aws:ViaAWSService': 'true',
      'kms:EncryptionContextKeys': ['aws:ebs:id'],
      'kms:EncryptionContext:aws:ebs:id':
        snapshot.volumeId === COPY_VOLUME_ID ? snapshot.snapshotId : snapshot.volumeId,
    },
  }),
  assumed: true,
});

/**
 * A snapshot that the caller may read block by block: its own or one shared with its account, complete, under a key that
 * admits the caller. That a receiver of a share may read so is not documented (UNCONFIRMED).
 *
 * @throws ServiceFault ResourceNotFoundException, AccessDeniedException, ValidationException
 */
export const requireReadable = (call: Call, id: string): Snapshot => {
  const found = snapshotAnywhere(call.world, call.region, id);
  if (found === undefined)
    throw refused('ResourceNotFoundException', 'SNAPSHOT_NOT_FOUND', `The snapshot '${id}' does not exist.`);
  // Public ones are not served. https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-faq.html
  if (!isReadableBy(found, call.caller.account))
    throw refused(
      'AccessDeniedException',
      'UNAUTHORIZED_ACCOUNT',
      `The snapshot '${id}' is not yours to read.`,
    );
  // Only complete ones are served, says the same page; the reason is the local organization's choice.
  if (found.state !== 'completed')
    throw invalid('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is ${found.state}, wanted completed`);
  // https://docs.aws.amazon.com/ebs/latest/userguide/archive-snapshot.html
  if (found.tier?.storage === 'archive')
    throw invalid('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is archived; restore it first`);
  const { kmsKeyArn } = found;
  if (
    kmsKeyArn !== undefined &&
    !(
      isInOrder(keyByArn(call, kmsKeyArn)) &&
      call.decide(decryptCheck(call, found, kmsKeyArn)).verdict === 'allow'
    )
  )
    throw refused(
      'AccessDeniedException',
      'DEPENDENCY_ACCESS_DENIED',
      `The key of snapshot '${id}' does not admit you`,
    );
  return found;
};
