import { LockSnapshotCommand } from '@aws-sdk/client-ec2';
import { subjectOf, type DiskState } from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { about, tell } from '../store/notify.ts';
import type { MemberWork } from './re-encrypt.ts';

/**
 * Locks the freeze's snapshot for a short time, while it is still pending, before it is shared: so who administers the member cannot
 * delete it without unlocking it first. Tried once for a disk; a refusal is told, and stops nothing. Locking again changes nothing.
 * https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html
 */
export const lockSource = async (
  { ec2, incident, services }: MemberWork,
  disk: DiskState,
): Promise<DiskState> => {
  const { sourceLock } = services.config.evidence;
  if (sourceLock === 'off' || disk.snapshotId === undefined || disk.sourceLock !== undefined) return disk;
  try {
    await ec2.send(
      new LockSnapshotCommand({
        SnapshotId: disk.snapshotId,
        LockMode: sourceLock.mode,
        LockDuration: sourceLock.days,
      }),
    );
    return { ...disk, sourceLock: { days: sourceLock.days } };
  } catch (error) {
    const refused = faultLine(error);
    await tell(services, {
      kind: 'evidence-at-risk',
      ...about(incident),
      subject: subjectOf(disk),
      reasons: [
        `its snapshot ${disk.snapshotId} in ${incident.account} is not locked (${refused}): until its copy is in custody, guardrails alone keep it from whoever administers the account`,
      ],
    });
    return { ...disk, sourceLock: { refused: refused.slice(0, 500) } };
  }
};
