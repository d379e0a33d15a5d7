import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterKeyLook, subjectOf, unusableKeyWarning, type DiskState, type KeyLook } from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { instant } from '../services.ts';
import { about, tell } from '../store/notify.ts';
import { putKeyHelpAway, type OfDisk } from './key-help.ts';

/** What KMS tells the acquire duty of a key, in its own account. https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
const describeKey = async (connection: Connection, keyArn: string): Promise<KeyLook> => {
  try {
    const { KeyMetadata: key } = await clientFor(KMSClient, connection).send(
      new DescribeKeyCommand({ KeyId: keyArn }),
    );
    return {
      told: true,
      manager: key?.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
      state: key?.KeyState ?? 'Enabled',
      deletionAt: key?.DeletionDate?.toISOString(),
    };
  } catch (error) {
    const fault = classify(error);
    // A function that fails is tried again: only KMS's own no is an answer.
    if (fault.retryable) throw error;
    return { told: false, code: fault.code };
  }
};

/**
 * Looks at the volume's key before any copy, and again after one that failed. Of a key that nobody can use people are told at once,
 * and once: they alone can enable it, and only the running host can read the disk meanwhile.
 */
export const lookAtKey = async (
  connection: Connection,
  { incident, disk: found, services }: OfDisk,
): Promise<DiskState> => {
  // Of a route that failed nothing stays behind: neither a key nor a right to one.
  const disk = await putKeyHelpAway(connection, found);
  const look: KeyLook =
    disk.kmsKeyArn === undefined
      ? { told: false, code: 'NoKeyNamed' }
      : await describeKey(connection, disk.kmsKeyArn);
  const paths = services.config.evidence.keyPaths;
  const looked = afterKeyLook(disk, look, { now: instant(services), paths });
  if (looked.key?.unusableSince !== undefined && disk.key?.unusableSince === undefined)
    await tell(services, {
      kind: 'evidence-at-risk',
      ...about(incident),
      subject: subjectOf(disk),
      reasons: [unusableKeyWarning(looked)],
    });
  return looked;
};
