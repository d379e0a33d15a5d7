import {
  DescribeLockedSnapshotsCommand,
  EC2Client,
  LockSnapshotCommand,
  ModifySnapshotTierCommand,
} from '@aws-sdk/client-ec2';
import { SNAPSHOTS_IN_ENTRY, type AwsCall } from '@cordon/evidence';
import {
  lockToMake,
  toArchive,
  type ArchivistReply,
  type ArchivistRequest,
  type SeenLock,
  type Standing,
} from '@cordon/incident/keeping';
import { classify, faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { hearing } from '../aws/heard-calls.ts';
import { askOfEvidence } from '../desk/ask-keeper.ts';
import { ownIn, type Services } from '../services.ts';

type Copy = Standing['snapshots'][number];

/**
 * Looks at kept evidence: once a day at all of it, and at one incident when it is put under hold. What came after a hold goes under it, locks
 * are made longer where a hold or the case's class wants it, and copies of old cases go into the archive tier. It makes no lock shorter,
 * takes none off and deletes nothing. Safe to repeat; one copy that fails holds up no other.
 *
 * @throws Error after all was tried, when something failed on the daily look: its alarm calls a person, and the next day tries again
 */
export const archivist = async (
  { incident }: ArchivistRequest,
  services: Services,
): Promise<ArchivistReply> => {
  const told: Mutable = { incidents: 0, lengthened: 0, archived: 0, failed: [] };
  let after: string | undefined;
  do {
    const answer = await askOfEvidence(services, {
      kind: 'standing',
      ...(incident === undefined ? {} : { incident }),
      ...(after === undefined ? {} : { after }),
    });
    if (answer.status !== 'standing')
      throw new Error(`the keeper answered ${answer.status}, wanted how evidence stands`);
    for (const one of answer.incidents) await tend(one, services, told);
    after = answer.after;
  } while (after !== undefined);
  if (incident === undefined && told.failed.length > 0)
    throw new Error(
      `${told.failed.length} of what evidence needs could not be done: ${told.failed.slice(0, 5).join('; ')}; see docs/runbooks/archivist-failed.md`,
    );
  return told;
};

interface Mutable {
  incidents: number;
  lengthened: number;
  archived: number;
  failed: string[];
}

const tend = async (standing: Standing, services: Services, told: Mutable): Promise<void> => {
  const { incident, unheldObjects } = standing;
  told.incidents += 1;
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const { code, message } = classify(error);
      told.failed.push(`${what} of ${incident}: ${code}: ${message.slice(0, 300)}`);
    }
  };
  if (unheldObjects > 0)
    await attempt('objects', async () => {
      await askOfEvidence(services, { kind: 'renew', incident });
    });
  await lengthen(standing, services, { told, attempt });
  await archive(standing, services, { told, attempt });
};

interface Trying {
  readonly told: Mutable;
  readonly attempt: (what: string, work: () => Promise<void>) => Promise<void>;
}

const lengthen = async (standing: Standing, services: Services, { told, attempt }: Trying): Promise<void> => {
  const { held, keptUntil, incident, snapshots } = standing;
  if (!held && keptUntil === undefined) return;
  const done = new Map<'hold' | 'retention', Done>();
  for (const copy of snapshots)
    await attempt(copy.snapshotId, async () => {
      const ec2 = clientFor(EC2Client, ownIn(services, copy.region));
      const wanted = lockToMake(standing, await lockOf(ec2, copy, services), {
        keeping: services.config.evidence,
        now: services.now(),
      });
      if (wanted === undefined) return;
      const { calls } = await hearing(services.now, () =>
        ec2.send(
          new LockSnapshotCommand({
            SnapshotId: copy.snapshotId,
            LockMode: wanted.mode,
            LockDuration: wanted.days,
          }),
        ),
      );
      told.lengthened += 1;
      const sofar = done.get(wanted.because) ?? { snapshots: [], calls: [] };
      done.set(wanted.because, { snapshots: [...sofar.snapshots, copy], calls: [...sofar.calls, ...calls] });
    });
  for (const [because, made] of done)
    for (const part of inParts(made))
      await attempt('the entry about locks', async () => {
        await askOfEvidence(services, { kind: 'lengthened', incident, because, ...part });
      });
};

interface Done {
  readonly snapshots: readonly Copy[];
  readonly calls: readonly AwsCall[];
}

/** As many copies as one entry names, with the call of each. */
const inParts = ({ snapshots, calls }: Done): { snapshots: Copy[]; calls: AwsCall[] }[] =>
  Array.from({ length: Math.ceil(snapshots.length / SNAPSHOTS_IN_ENTRY) }, (_part, index) => {
    const [from, to] = [index * SNAPSHOTS_IN_ENTRY, (index + 1) * SNAPSHOTS_IN_ENTRY];
    return { snapshots: snapshots.slice(from, to), calls: calls.slice(from, to) };
  });

const lockOf = async (
  ec2: EC2Client,
  { snapshotId }: Copy,
  { config }: Services,
): Promise<SeenLock | undefined> => {
  const { Snapshots: [lock] = [] } = await ec2.send(
    new DescribeLockedSnapshotsCommand({ SnapshotIds: [snapshotId] }),
  );
  if (lock?.LockState === undefined) return undefined;
  const compliance = lock.LockState.startsWith('compliance');
  return {
    state: lock.LockState,
    expiresAt: lock.LockExpiresOn?.getTime(),
    mode: lock.LockState === 'expired' ? config.evidence.lockMode : compliance ? 'compliance' : 'governance',
  };
};

/**
 * What EC2 answers for a copy that is on its way already, that backs a registered image, or when too many are on their way: the next day
 * tries again. https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html
 */
const NOT_NOW = ['IncorrectState', 'InvalidSnapshot.InUse', 'ConcurrentSnapshotLimitExceeded'];

const archive = async (standing: Standing, services: Services, { told, attempt }: Trying): Promise<void> => {
  const due = toArchive(standing, services.config.evidence.archiveAfterDays, services.now());
  const sent: Copy[] = [];
  const heard: AwsCall[] = [];
  for (const copy of due)
    await attempt(copy.snapshotId, async () => {
      try {
        const { calls } = await hearing(services.now, () =>
          clientFor(EC2Client, ownIn(services, copy.region)).send(
            new ModifySnapshotTierCommand({ SnapshotId: copy.snapshotId, StorageTier: 'archive' }),
          ),
        );
        sent.push(copy);
        heard.push(...calls);
        told.archived += 1;
      } catch (error) {
        if (!NOT_NOW.includes(faultCode(error))) throw error;
      }
    });
  for (const part of inParts({ snapshots: sent, calls: heard }))
    await attempt('the entry about the archive', async () => {
      await askOfEvidence(services, { kind: 'archived', incident: standing.incident, ...part });
    });
};
