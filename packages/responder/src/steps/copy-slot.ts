import { paginateDescribeSnapshots, type EC2Client, type Snapshot } from '@aws-sdk/client-ec2';
import {
  decideCopy,
  subjectOf,
  TAGS,
  ticketId,
  ticketOf,
  type DiskState,
  type IncidentRef,
  type QueueField,
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
  readonly queue: CopyQueue;
}

/** One queue of copies. */
interface CopyQueue {
  /** Of its rows in the table. */
  readonly name: string;
  readonly limit: number;
  readonly field: QueueField;
  /** Which pending snapshots of the account are copies. */
  readonly isCopy: (snapshot: Snapshot) => boolean;
  /** Where the copies go, in words. */
  readonly place: string;
}

/** The queue of copies into the evidence account in the incident's Region: it has no volumes, so that what is pending is a copy. */
export const evidenceQueue = ({ region }: IncidentRef, { config }: Services): CopyQueue => ({
  name: region,
  limit: config.evidence.copiesAtOnce,
  field: 'queue',
  isCopy: () => true,
  place: `into the evidence account in ${region}`,
});

/** AWS raises it through Support alone. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html */
const MEMBER_COPIES_AT_ONCE = 20;

/**
 * The queue of copies within a member in the incident's Region. Snapshots of volumes are pending there too: EC2 tells of copies alone
 * how they are transferred. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html (transferType)
 */
export const memberQueue = ({ account, region }: IncidentRef): CopyQueue => ({
  name: `${account}#${region}`,
  limit: MEMBER_COPIES_AT_ONCE,
  field: 'memberQueue',
  isCopy: (snapshot) => snapshot.TransferType !== undefined || tagOf(snapshot, TAGS.hop) === 'transit',
  place: `within ${account} in ${region}`,
});

/** Times that a slot is asked for in one call, where others are granted one at the same moment. */
const TRIES = 6;
const BEATEN_WAIT_SECONDS = 10;

const tagOf = ({ Tags = [] }: Snapshot, key: string): string | undefined =>
  Tags.find(({ Key }) => Key === key)?.Value;

/** Every copy that runs in the account and Region, whoever made it. */
const runningCopies = async (
  ec2: EC2Client,
  isCopy: CopyQueue['isCopy'],
): Promise<readonly RunningCopy[]> => {
  const found: RunningCopy[] = [];
  const pages = paginateDescribeSnapshots(
    { client: ec2, pageSize: 1_000 },
    { OwnerIds: ['self'], Filters: [{ Name: 'status', Values: ['pending'] }] },
  );
  for await (const { Snapshots = [] } of pages)
    for (const snapshot of Snapshots.filter(isCopy)) {
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

/** Asks for one of the slots that an account has in a Region. Gives the disk as it waits, with its place, or undefined when it may copy now. */
export const waitForSlot = async (
  { ec2, incident, services, queue }: Asking,
  disk: DiskState,
): Promise<DiskState | undefined> => {
  const { name, limit, field, place } = queue;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const own = ticketOf({ ...incident, queue: field }, disk, services.now());
    // The rows first: a copy that is begun after they were read is seen running, and is counted once.
    const { slots, version, waiting } = await readQueue(services, name);
    const decision = decideCopy({
      now: own.seenAt,
      limit,
      own,
      waiting,
      slots,
      running: await runningCopies(ec2, queue.isCopy),
    });
    if (decision.granted) {
      if (await writeSlots(services, name, { slots: decision.slots, version })) return undefined;
      continue;
    }
    const { position, of, recheckAfterSeconds } = decision;
    const nextAt = own.seenAt + recheckAfterSeconds * 1_000;
    await keepWaiting(services, name, { own: { ...own, nextAt }, waiting });
    const since = disk[field]?.since ?? instant(services);
    if (disk[field] === undefined)
      await tell(services, {
        kind: 'evidence-queued',
        ...about(incident),
        subject: field === 'memberQueue' ? `${subjectOf(disk)} in its member` : subjectOf(disk),
        reasons: [
          `position ${position} of ${of} that wait to be copied ${place}, which runs ${limit} copies at once`,
        ],
      });
    return { ...disk, [field]: { since, position, of }, recheckAfterSeconds };
  }
  return { ...disk, recheckAfterSeconds: BEATEN_WAIT_SECONDS };
};

/** Takes a disk that waited out of the queue: it copies now, or never will. */
export const leaveQueue = async (
  { incident, services, queue: { name, field } }: Omit<Asking, 'ec2'>,
  disk: DiskState,
): Promise<DiskState> => {
  const queued = disk[field];
  if (queued === undefined || queued.waitedSeconds !== undefined) return disk;
  await stopWaiting(services, name, ticketId(incident.incidentId, disk));
  const waitedSeconds = Math.round((services.now() - Date.parse(queued.since)) / 1_000);
  return { ...disk, [field]: { ...queued, waitedSeconds } };
};
