import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  isGivenByDesk,
  keepingLedger,
  MOST_READS,
  roomForReads,
  untoldReads,
  wasToldOf,
  type EvidenceRead,
  type SignedEntry,
} from '@cordon/evidence';
import {
  EVIDENCE_READER_ROLE_NAME,
  IAM_PATH,
  READ_WATCH_FUNCTION_NAME,
  regionOfVault,
  TAGS,
} from '@cordon/incident';
import { readOf, type ReadCall, type ReadsInput, type ReadsOutput } from '@cordon/incident/keeping';
import { faultCode, faultLine } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { append, readFirst, readLedger, type LedgerDraft } from '../recorder/ledger.ts';
import { openSigner, type Signer } from '../recorder/signer.ts';
import { openVault, type Vault } from '../recorder/vault.ts';
import { instant, ownIn, type Services } from '../services.ts';
import { tellRead } from './tell-read.ts';

/** Writers of one keeping ledger at once: people, and two batches of this function. */
const TRIES = 20;

/** A message, and what it tells of. */
interface Message {
  readonly messageId: string;
  readonly read: ReadCall;
}

/** Reads by one caller of one incident's evidence. */
interface Group {
  readonly incident: string;
  readonly messages: readonly Message[];
}

/**
 * Writes who read evidence into the keeping ledger of its incident, from what CloudTrail tells: sessions that the desk gave are told apart by their access key,
 * and people are called for all others. Safe to repeat: an event is told once. What cannot be told comes again, and is set aside in the end.
 *
 *     data event -> rule of its Region -> bus, queue -> entry evidence-read -> a message to people, where the desk did not give the session
 */
export const noteReads = async ({ Records }: ReadsInput, services: Services): Promise<ReadsOutput> => {
  const isVault = (bucket: string): boolean => regionOfVault(services.config, bucket) !== undefined;
  const failed: string[] = [];
  const fail = (messageId: string, error: unknown): void => {
    failed.push(messageId);
    services.log({ level: 'error', message: 'a read was not told', messageId, because: faultLine(error) });
  };
  const groups = new Map<string, Group>();
  for (const { messageId, body } of Records) {
    try {
      const read = readOf(body, isVault);
      const incident = read === undefined ? undefined : await incidentOf(read, services);
      if (read === undefined || incident === undefined) {
        // In the trail all the same: there is no ledger that it would belong to.
        services.log({ message: 'a read of what is no evidence of an incident', messageId });
        continue;
      }
      const key = [incident, read.by, read.accessKeyId ?? '', read.from].join('\n');
      groups.set(key, { incident, messages: [...(groups.get(key)?.messages ?? []), { messageId, read }] });
    } catch (error) {
      fail(messageId, error);
    }
  }
  const tools =
    groups.size === 0
      ? undefined
      : {
          vault: openVault(services),
          signer: await openSigner(services),
          known: new Map<string, readonly SignedEntry[]>(),
        };
  for (const group of groups.values()) {
    try {
      if (tools !== undefined) await noteGroup(group, tools, services);
    } catch (error) {
      for (const { messageId } of group.messages) fail(messageId, error);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** Of which incident it is; a snapshot says so by its tag, and one that is not there is nobody's. */
const incidentOf = async ({ of }: ReadCall, services: Services): Promise<string | undefined> => {
  if (of.kind === 'object') return of.incident;
  try {
    const { Snapshots: [snapshot] = [] } = await clientFor(EC2Client, ownIn(services, of.region)).send(
      new DescribeSnapshotsCommand({ SnapshotIds: [of.snapshotId] }),
    );
    return snapshot?.Tags?.find(({ Key }) => Key === TAGS.incident)?.Value;
  } catch (error) {
    if (faultCode(error) === 'InvalidSnapshot.NotFound') return undefined;
    throw error;
  }
};

interface Tools {
  readonly vault: Vault;
  readonly signer: Signer;
  /** Keeping ledgers as this batch left them, so that a flood reads each once; whoever else wrote meanwhile has it read again. */
  readonly known: Map<string, readonly SignedEntry[]>;
}

const noteGroup = async ({ incident, messages }: Group, tools: Tools, services: Services): Promise<void> => {
  const { vault, signer, known } = tools;
  const [first] = messages;
  const opening = await readFirst(vault, incident);
  if (opening?.entry.event.kind !== 'incident-opened' || first === undefined) {
    services.log({ message: 'a read of an incident without a ledger', incidentId: incident });
    return;
  }
  const ledgerId = keepingLedger(incident);
  const draft = draftOf(ledgerId, services);
  let told = false;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const ledger = known.get(ledgerId) ?? (await readLedger(vault, ledgerId, 'all'));
    known.delete(ledgerId);
    const last = ledger.at(-1);
    if (last === undefined) {
      const calls = { status: 'none', because: `it repeats how ledger ${incident} opens` } as const;
      const { event } = opening.entry;
      await append({ vault, signer, ledgerId }, (there) =>
        there === undefined ? draft('observed', event, calls) : undefined,
      );
      continue;
    }
    const noted = decide(ledger, messages, { services, first: first.read });
    if (noted === undefined) {
      known.set(ledgerId, ledger);
      return;
    }
    // People first: a call that comes twice does no harm, and one that never comes would be silence.
    if (noted.page && !told) await tellRead(services, { incident, event: noted.event });
    told = true;
    const written = await append({ vault, signer, ledgerId, known: last }, (there) =>
      there?.digest === last.digest
        ? draft('reported', noted.event, { status: 'known', calls: noted.calls })
        : undefined,
    );
    if (written === undefined) continue;
    known.set(ledgerId, [...ledger, written]);
    return;
  }
  throw new Error(`the keeping ledger of ${incident} was written by others ${TRIES} times in a row`);
};

const draftOf =
  (incidentId: string, services: Services) =>
  (
    basis: LedgerDraft['basis'],
    event: LedgerDraft['event'],
    calls: NonNullable<LedgerDraft['calls']>,
  ): LedgerDraft => {
    const { homeRegion, accounts } = services.config;
    const actor = `arn:${services.partition}:lambda:${homeRegion}:${accounts.evidence}:function:${READ_WATCH_FUNCTION_NAME}`;
    return { incidentId, at: instant(services), basis, actor, event, calls };
  };

const readIn = ({ read }: Message): EvidenceRead => ({
  eventId: read.eventId,
  name: read.call.name,
  at: read.call.at,
  subject: (read.of.kind === 'object' ? read.of.key : read.of.snapshotId).toWellFormed().slice(0, 1_100),
  ...(read.refused === undefined ? {} : { refused: read.refused }),
});

/** What is to be written, if anything; and whether people are called: once a day for each caller past the desk, and at the day's bound. */
const decide = (
  ledger: readonly SignedEntry[],
  messages: readonly Message[],
  { services, first }: { readonly services: Services; readonly first: ReadCall },
) => {
  const { partition, config } = services;
  const reader = `arn:${partition}:iam::${config.accounts.evidence}:role${IAM_PATH}${EVIDENCE_READER_ROLE_NAME}`;
  const { by, accessKeyId, from } = first;
  const through = first.issuer === reader && isGivenByDesk(ledger, accessKeyId) ? 'desk' : 'outside';
  const at = instant(services);
  const room = roomForReads(ledger, { through, at });
  const reads = untoldReads(ledger, messages.map(readIn)).slice(0, MOST_READS);
  if (room === 0 || reads.length === 0) return undefined;
  const told = new Set(reads.map(({ eventId }) => eventId));
  const calls = messages
    .filter(
      ({ read }, index) =>
        told.has(read.eventId) && index === messages.findIndex((one) => one.read.eventId === read.eventId),
    )
    .map(({ read }) => read.call);
  const event = {
    kind: 'evidence-read',
    through,
    caller: by,
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    from,
    reads: [...reads],
    ...(room === 1 ? { bound: 'reached' as const } : {}),
  } as const;
  return {
    event,
    calls,
    page: through === 'outside' && (room === 1 || !wasToldOf(ledger, { caller: by, at })),
  };
};
