import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  copySlots,
  copyTicket,
  INCIDENT_TABLE_NAME,
  TICKET_DEAD_MS,
  type CopySlots,
  type CopyTicket,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { bodyOf, database, rowsOf, sortKeyOf, text, type Row } from './rows.ts';

/**
 * One queue of copies, of a Region of the evidence account (its name) or of a member (`<account>#<region>`): `slots`, with a version that each grant counts on, and a row for each copy that waits, which its own
 * disk alone writes. So who waits disturbs nobody, and what is granted is exact.
 */
const partition = (queue: string): string => `copies#${queue}`;
const SLOTS = 'slots';
const waitingKey = (ticket: string): string => `waits#${ticket}`;
/** Rows of dead disks that one look takes away. */
const MOST_SWEPT = 5;

/** A queue as it was read, at once. */
export interface ReadQueue {
  readonly slots: CopySlots;
  /** 0 while nobody was ever granted a slot. */
  readonly version: number;
  readonly waiting: readonly CopyTicket[];
}

const versionOf = (row: Row | undefined): number => Number(row?.['version']?.N ?? '0');

/** Reads a queue by its name. */
export const readQueue = async (services: Services, queue: string): Promise<ReadQueue> => {
  const rows = await rowsOf(services, partition(queue));
  const slots = rows.find((row) => sortKeyOf(row) === SLOTS);
  return {
    slots: slots === undefined ? [] : copySlots.parse(bodyOf(slots)),
    version: versionOf(slots),
    waiting: rows.filter((row) => row !== slots).map((row) => copyTicket.parse(bodyOf(row))),
  };
};

/** Writes who holds slots; false when somebody was granted one since the queue was read. */
export const writeSlots = async (
  services: Services,
  queue: string,
  { slots, version }: Pick<ReadQueue, 'slots' | 'version'>,
): Promise<boolean> => {
  try {
    await database(services).send(
      new PutItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Item: {
          pk: text(partition(queue)),
          sk: text(SLOTS),
          version: { N: String(version + 1) },
          body: text(JSON.stringify(slots)),
        },
        ...(version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'version = :version',
              ExpressionAttributeValues: { ':version': { N: String(version) } },
            }),
      }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/** Keeps that a copy waits, and takes rows away whose disks are dead. */
export const keepWaiting = async (
  services: Services,
  queue: string,
  { own, waiting }: { readonly own: CopyTicket; readonly waiting: readonly CopyTicket[] },
): Promise<void> => {
  const kept = waiting.find(({ id }) => id === own.id);
  await database(services).send(
    new PutItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Item: {
        pk: text(partition(queue)),
        sk: text(waitingKey(own.id)),
        // Who asked before its function died keeps its place.
        body: text(JSON.stringify({ ...own, since: Math.min(own.since, kept?.since ?? own.since) })),
      },
    }),
  );
  const dead = waiting.filter(({ seenAt }) => own.seenAt - seenAt >= TICKET_DEAD_MS).slice(0, MOST_SWEPT);
  for (const { id } of dead) await stopWaiting(services, queue, id);
};

/** Takes a copy out of those that wait. A disk whose row was taken away while it lives writes it again, with its own time. */
export const stopWaiting = async (services: Services, queue: string, ticket: string): Promise<void> => {
  await database(services).send(
    new DeleteItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Key: { pk: text(partition(queue)), sk: text(waitingKey(ticket)) },
    }),
  );
};
