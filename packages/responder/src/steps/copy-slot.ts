import { paginateDescribeSnapshots, type EC2Client, type Snapshot } from '@aws-sdk/client-ec2';
import {
  decideCopy,
  subjectOf,
  TAGS,
  ticketId,
  ticketOf,
  type DiskState,
  type IncidentRef,
  type RunningCopy,
} from '@cordon/incident';
import { instant, type Services } from '../services.ts';
import { keepWaiting, readQueue, stopWaiting, writeSlots } from '../store/copy-queue-rows.ts';
import { about, tell } from '../store/notify.ts';
import { holdsOf } from './look-at-snapshot.ts';

/** One disk that wants to be copied, and where. */
export interface Asking {
  readonly ec2: EC2Client;
  readonly incident: IncidentRef;
  readonly services: Services;
}

/** Times that a slot is asked for in one call, where others are granted one at the same moment. */
const TRIES = 6;
const BEATEN_WAIT_SECONDS = 10;

const tagOf = ({ Tags = [] }: Snapshot, key: string): string | undefined =>
  Tags.find(({ Key }) => Key === key)?.Value;

/** Every copy that runs in the Region of the evidence account, whoever made it: it has no volumes, so that what is pending is a copy. */
const runningCopies = async (ec2: EC2Client): Promise<readonly RunningCopy[]> => {
  const found: RunningCopy[] = [];
  const pages = paginateDescribeSnapshots(
    { client: ec2, pageSize: 1_000 },
    { OwnerIds: ['self'], Filters: [{ Name: 'status', Values: ['pending'] }] },
  );
  for await (const { Snapshots = [] } of pages)
    for (const snapshot of Snapshots) {
      const incidentId = tagOf(snapshot, TAGS.incident);
      const volumeId = tagOf(snapshot, TAGS.sourceVolume);
      found.push({
        id:
          incidentId === undefined || volumeId === undefined
            ? undefined
            : ticketId(incidentId, { volumeId, holds: holdsOf(snapshot) }),
        startedAt: snapshot.StartTime?.getTime() ?? 0,
        percent: Number.parseInt(snapshot.Progress ?? '0', 10) || 0,
      });
    }
  return found;
};

/** Asks for one of the slots that the evidence account has in a Region. Gives the disk as it waits, with its place, or undefined when it may copy now. */
export const waitForSlot = async (
  { ec2, incident, services }: Asking,
  disk: DiskState,
): Promise<DiskState | undefined> => {
  const { region } = incident;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const own = ticketOf(incident, disk, services.now());
    // The rows first: a copy that is begun after they were read is seen running, and is counted once.
    const { slots, version, waiting } = await readQueue(services, region);
    const decision = decideCopy({
      now: own.seenAt,
      limit: services.config.evidence.copiesAtOnce,
      own,
      waiting,
      slots,
      running: await runningCopies(ec2),
    });
    if (decision.granted) {
      if (await writeSlots(services, region, { slots: decision.slots, version })) return undefined;
      continue;
    }
    const { position, of, recheckAfterSeconds } = decision;
    const nextAt = own.seenAt + recheckAfterSeconds * 1_000;
    await keepWaiting(services, region, { own: { ...own, nextAt }, waiting });
    const since = disk.queue?.since ?? instant(services);
    if (disk.queue === undefined)
      await tell(services, {
        kind: 'evidence-queued',
        ...about(incident),
        subject: subjectOf(disk),
        reasons: [
          `position ${position} of ${of} that wait to be copied into the evidence account in ${region}, which runs ${services.config.evidence.copiesAtOnce} copies at once`,
        ],
      });
    return { ...disk, queue: { since, position, of }, recheckAfterSeconds };
  }
  return { ...disk, recheckAfterSeconds: BEATEN_WAIT_SECONDS };
};

/** Takes a disk that waited out of the queue: it copies now, or never will. */
export const leaveQueue = async (
  { incident, services }: Omit<Asking, 'ec2'>,
  disk: DiskState,
): Promise<DiskState> => {
  if (disk.queue === undefined || disk.queue.waitedSeconds !== undefined) return disk;
  await stopWaiting(services, incident.region, ticketId(incident.incidentId, disk));
  const waitedSeconds = Math.round((services.now() - Date.parse(disk.queue.since)) / 1_000);
  return { ...disk, queue: { ...disk.queue, waitedSeconds } };
};
