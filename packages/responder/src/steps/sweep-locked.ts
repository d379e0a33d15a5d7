import { DeleteSnapshotCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { HandOverOutput } from '@cordon/incident';
import { faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { ACQUIRE_READS } from '../needs/acquire.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { forgetLocked, keepLocked, readLocked, type LockedSources } from '../store/locked-source-rows.ts';
import { about, tell } from '../store/notify.ts';
import { whileItExists } from './look-at-snapshot.ts';

/** Disks that one run deals with; the next comes within the hour. */
const AT_ONCE = 20;
const DAY_MS = 86_400_000;
/** Somebody has lengthened the lock, or denies us: after so many days a person is told, and it is left. */
const MOST_REFUSALS = 7;

/**
 * Deletes the snapshots that a lock kept in members when their disks were cleaned up. One that is refused is tried again a day later; after
 * a week a person is told which they are. One member that cannot be reached keeps no other waiting.
 */
export const sweepLocked = async (services: Services): Promise<HandOverOutput> => {
  const due = (await readLocked(services))
    .filter(({ dueAt }) => Date.parse(dueAt) <= services.now())
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
    .slice(0, AT_ONCE);
  const deleted = await Promise.all(due.map((locked) => sweepOne(locked, services)));
  return { deleted: deleted.flat() };
};

const sweepOne = async (locked: LockedSources, services: Services): Promise<readonly string[]> => {
  try {
    await deleteAll(locked, services);
  } catch (error) {
    await onRefusal(locked, faultLine(error), services);
    return [];
  }
  await forgetLocked(services, locked);
  return locked.snapshotIds;
};

const deleteAll = async ({ incident, snapshotIds }: LockedSources, services: Services): Promise<void> => {
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'acquire',
    policy: sessionPolicy({
      reads: ACQUIRE_READS,
      on: [
        {
          actions: ['ec2:DeleteSnapshot'],
          resources: snapshotIds.map(
            (id) => `arn:${services.partition}:ec2:${incident.region}::snapshot/${id}`,
          ),
        },
      ],
    }),
  });
  const ec2 = clientFor(EC2Client, connection);
  for (const SnapshotId of snapshotIds)
    await whileItExists(ec2, SnapshotId, () => ec2.send(new DeleteSnapshotCommand({ SnapshotId })));
};

const onRefusal = async (locked: LockedSources, because: string, services: Services): Promise<void> => {
  const refused = locked.refused + 1;
  services.log({
    level: 'error',
    message: 'a snapshot whose lock should have ended is not deleted',
    because,
    refused,
  });
  if (refused < MOST_REFUSALS) {
    const dueAt = new Date(services.now() + DAY_MS).toISOString();
    await keepLocked(services, { ...locked, refused, dueAt });
    return;
  }
  await tell(services, {
    kind: 'needs-a-person',
    ...about(locked.incident),
    subject: locked.subject,
    reasons: [
      `${locked.snapshotIds.join(', ')} stay in ${locked.incident.account}: they could not be deleted for ${MOST_REFUSALS} days (${because}); delete them by hand, their copies are in custody`,
    ],
  });
  await forgetLocked(services, locked);
};
