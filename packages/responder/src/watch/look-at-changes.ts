import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  CHANGES_QUEUE_NAME,
  decideLooks,
  hintFrom,
  LOOK_AGAIN_AFTER_MS,
  type WatchInput,
  type WatchOutput,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { claimLook, heldInstances } from '../store/held-instances.ts';
import { lookAtAll } from './look-at-all.ts';

type Change = NonNullable<WatchInput['Records']>[number];

/**
 * Looks at the instances that a batch of changes may concern. A change is the word of a member account: it says where to look, and what is
 * found there is read anew. Nothing that nobody holds is looked at; however many changes come, one look covers all that came before
 * it, and the next follows ten seconds later. What is not looked at now is, by the clock, within five minutes.
 */
export const lookAtChanges = async (changes: readonly Change[], services: Services): Promise<WatchOutput> => {
  const now = services.now();
  const held = (await heldInstances(services)).flatMap((one) =>
    one.verified === undefined
      ? []
      : [
          {
            ...one.incident,
            owners: one.owners,
            held: one,
            ...(one.lookedAt === undefined ? {} : { lookedAt: one.lookedAt }),
          },
        ],
  );
  const waiting = changes.map(({ messageId, body, attributes }) => ({
    messageId,
    sentAt: Number(attributes.SentTimestamp),
    hint: hintFrom(body),
  }));
  const looks = decideLooks(waiting, held, now);
  const claimed = await Promise.all(
    looks.now.map(async (one) => ({ ...one, ours: await claimLook(services, one.watched.held, now) })),
  );
  const later = new Set([
    ...looks.later,
    ...claimed.filter(({ ours }) => !ours).map(({ messageId }) => messageId),
  ]);
  await Promise.all(
    changes.filter(({ messageId }) => later.has(messageId)).map((change) => comeBack(change, services)),
  );
  const seen = await lookAtAll(
    claimed
      .filter(({ ours }) => ours)
      .map(({ watched, targetGroupArns, classic }) => ({
        held: watched.held,
        named: { targetGroupArns, classic },
      })),
    services,
  );
  return { ...seen, batchItemFailures: [...later].map((itemIdentifier) => ({ itemIdentifier })) };
};

const comeBack = async ({ receiptHandle }: Change, services: Services): Promise<void> => {
  const { homeRegion, accounts } = services.config;
  const again = new ChangeMessageVisibilityCommand({
    QueueUrl: `https://sqs.${homeRegion}.amazonaws.com/${accounts.security}/${CHANGES_QUEUE_NAME}`,
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: LOOK_AGAIN_AFTER_MS / 1_000,
  });
  try {
    await clientFor(SQSClient, { ...services.own, region: homeRegion }).send(again);
  } catch (error) {
    // Then the queue drops it after its time, and the look by the clock covers it.
    faultCode(error);
  }
};
