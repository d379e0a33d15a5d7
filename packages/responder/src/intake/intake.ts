import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  FINDINGS_QUEUE_NAME,
  parseFindings,
  readWeaknessEvent,
  triage,
  type AccountPlace,
  type Finding,
  type ParsedOne,
} from '@cordon/incident';
import * as z from 'zod';
import { faultCode } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { keepFinding, knownOf } from '../store/incident-table.ts';
import { tell } from '../store/notify.ts';
import { readAhead } from './read-ahead.ts';
import { noteHeartbeat } from './note-heartbeat.ts';
import { observeWeakness } from './observe-weakness.ts';
import { askPlaces } from './read-places.ts';
import { respondTo } from './respond-to.ts';
import { setAside } from './set-aside.ts';
import type { Ahead } from './under-limits.ts';
import { verifyFinding, type Verification } from './verify-finding.ts';

/** What SQS hands to a function, as far as intake reads it. */
export const queueEvent = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      receiptHandle: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.string(), SentTimestamp: z.string() }),
    }),
  ),
});
/** Messages that SQS is to deliver again; all others are done with. */
export const batchAnswer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

type QueueRecord = z.infer<typeof queueEvent>['Records'][number];

/** GuardDuty's own copy may lag behind its event: this many deliveries before a person is asked instead. */
const DELIVERIES = 3;

/** Thrown to have the message delivered again. */
class TryAgain extends Error {}

/**
 * Every finding's first stop: parse, verify, triage, then open an incident and start its workflow, attach to the one that
 * is open, keep with the reason, or set aside. One bad message keeps no other waiting; none is ever lost.
 */
export const intake = async (
  { Records: records }: z.infer<typeof queueEvent>,
  services: Services,
): Promise<z.infer<typeof batchAnswer>> => {
  const failures = await Promise.all(
    records.map(async (one) => {
      try {
        await takeIn(one, services);
        return [];
      } catch (error) {
        // Tried again by the queue, soon, and set aside by it after its last delivery; the log says why.
        services.log({
          level: 'error',
          message: 'a finding could not be taken in',
          messageId: one.messageId,
          because: String(error),
        });
        await comeBackSoon(one, services);
        return [{ itemIdentifier: one.messageId }];
      }
    }),
  );
  return { batchItemFailures: failures.flat() };
};

/**
 * Seconds until a failed message is seen again, by deliveries so far: soon at first, for containment waits, then long enough
 * that five deliveries outlast an outage of some minutes. The queue's own time is for a function that died.
 */
const comeBackSeconds = (deliveries: number): number => Math.min(900, 5 * 4 ** (deliveries - 1));

const comeBackSoon = async (message: QueueRecord, services: Services): Promise<void> => {
  const { homeRegion, accounts } = services.config;
  const again = new ChangeMessageVisibilityCommand({
    QueueUrl: `https://sqs.${homeRegion}.amazonaws.com/${accounts.security}/${FINDINGS_QUEUE_NAME}`,
    ReceiptHandle: message.receiptHandle,
    VisibilityTimeout: comeBackSeconds(Number(message.attributes.ApproximateReceiveCount)),
  });
  try {
    await clientFor(SQSClient, { ...services.own, region: homeRegion }).send(again);
  } catch (error) {
    // Then it comes back when the queue's own time is over.
    faultCode(error);
  }
};

const takeIn = async (message: QueueRecord, services: Services): Promise<void> => {
  const weakness = readWeaknessEvent(message.body);
  if (weakness !== undefined) {
    const last = Number(message.attributes.ApproximateReceiveCount) >= DELIVERIES;
    const again = last ? undefined : (because: string): Error => new TryAgain(because);
    return observeWeakness(weakness, { body: message.body, again }, services);
  }
  const { findings } = parseFindings(message.body);
  // One delivery holds one event by rule; whatever else arrives is taken in its order, so that re-delivery repeats it.
  for (const one of findings) await takeInOne(one, message, services);
};

const takeInOne = async (one: ParsedOne, message: QueueRecord, services: Services): Promise<void> => {
  switch (one.status) {
    case 'not-a-finding':
    case 'set-aside':
      return setAside(one.raw, one.because, services);
    case 'parsed': {
      if (one.finding.partition !== services.partition)
        return setAside(one.raw, strange(one.finding, services), services);
      const { isMember, places } = askPlaces(one.finding, services);
      const ahead = readAhead(one.finding, places, services);
      const verification = await verifyFinding(one.finding, isMember, services);
      if (verification.status !== 'verified') return unverified(one, verification, message, services);
      if (await noteHeartbeat(verification.finding, services)) return undefined;
      const known = { event: one.raw, places: await places, ahead: await ahead };
      return decide(verification, known, message, services);
    }
  }
};

const strange = ({ id, region, partition }: Finding, services: Services) => ({
  code: 'unsupported-partition',
  message: `finding ${id} is of Region ${region} in partition ${partition}, and this deployment is in ${services.partition}`,
  hint: 'no credentials of ours count there: have the deployment of that partition respond, or a person',
  findingId: id,
});

const unverified = async (
  one: Extract<ParsedOne, { status: 'parsed' }>,
  verification: Exclude<Verification, { status: 'verified' }>,
  message: QueueRecord,
  services: Services,
): Promise<void> => {
  const deliveries = Number(message.attributes.ApproximateReceiveCount);
  if (verification.status === 'not-found' && deliveries < DELIVERIES)
    throw new TryAgain(verification.because);
  const hint = {
    'foreign-account':
      'if the account joined lately, check that it is a GuardDuty member, then send the event again',
    'not-found':
      'somebody may have forged the event: compare it with the GuardDuty console before you act by hand',
    contradicts:
      'somebody may have forged the event: compare it with the GuardDuty console before you act by hand',
  }[verification.status];
  await setAside(
    one.raw,
    { code: verification.status, message: verification.because, hint, findingId: one.finding.id },
    services,
  );
};

/** What is known of a finding beside what it says. */
interface Known {
  readonly event: string;
  readonly places: ReadonlyMap<string, AccountPlace>;
  readonly ahead: Ahead | undefined;
}

const decide = async (
  { finding, readBy }: Extract<Verification, { status: 'verified' }>,
  known: Known,
  message: QueueRecord,
  services: Services,
): Promise<void> => {
  const { accounts, policy } = services.config;
  const verdict = triage(finding, policy, {
    evidenceAccount: accounts.evidence,
    forensicsAccount: accounts.forensics,
    securityAccount: accounts.security,
    places: known.places,
  });
  const told = tellUnreadablePolicy(services);
  if (verdict.decision === 'respond') {
    const arrivedAt = new Date(Number(message.attributes.SentTimestamp)).toISOString();
    const again = Number(message.attributes.ApproximateReceiveCount) > 1;
    const { event, ahead } = known;
    for (const subject of verdict.respondTo) {
      const place = known.places.get(subject.account);
      await respondTo({ subject, finding, readBy, verdict, event, arrivedAt, again, place, ahead }, services);
    }
    return told;
  }
  await Promise.all([
    told,
    keepFinding(services, knownOf(finding, verdict.decision), verdict.reasons, known.event),
    tell(
      services,
      {
        kind: verdict.decision === 'observe' ? 'finding-observed' : 'finding-ignored',
        schemaVersion: 1,
        findingId: finding.id,
        reasons: [...verdict.reasons],
      },
      verdict.page,
    ),
  ]);
};

/** Tells people, once for each function that was started, that the policy cannot be read and what stands in its place. */
const tellUnreadablePolicy = async (services: Services): Promise<void> => {
  const { policyProblem, remembered } = services;
  if (policyProblem === undefined || remembered.has('policy-told')) return;
  remembered.set('policy-told', 'yes');
  await tell(services, {
    kind: 'policy-unreadable',
    schemaVersion: 1,
    reasons: [
      `the policy in the functions' configuration cannot be read, so every incident asks before it cuts anything off; deploy it again: ${policyProblem}`,
    ],
  });
};
