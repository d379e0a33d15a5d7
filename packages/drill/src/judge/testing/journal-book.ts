import { BUS_NAME, EVENT_SOURCE } from '@cordon/incident';
import type { Journal, JournalCall } from '@cordon/local-aws';
import { ACCOUNTS, FINDING, INCIDENT, MEMBER, REGION, START, SUSPECT } from './places.ts';

/** One call of the synthetic run. Times are ms after the finding's arrival. */
export interface Entry {
  readonly at: number;
  /** `account/role/session`, as in an assumed role's ARN. */
  readonly by: string;
  /** Such as `ec2 DeleteSnapshot`. */
  readonly does: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly output?: object;
  /** The code with which it failed. */
  readonly failed?: string;
}

/** How long every call of the synthetic run takes. */
export const LATENCY_MS = 100;

/** Writes calls and events of the synthetic run into a journal, as the gateway and the bus would. */
export const writeCall = (
  { calls }: Pick<Journal, 'calls'>,
  { at, by, does, input = {}, output, failed }: Entry,
): JournalCall => {
  const [account = '', role = '', session = ''] = by.split('/');
  const [service = '', operation = ''] = does.split(' ');
  const call: JournalCall = {
    accessKeyId: '',
    index: calls.length,
    service,
    operation,
    region: REGION,
    account,
    caller: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
    sentAt: START + at,
    repliedAt: START + at + LATENCY_MS,
    input,
    checks: [],
    outcome: failed === undefined ? 'ok' : { code: failed, message: `${failed} of the synthetic run` },
    requestId: `request-${calls.length}`,
    ...(output === undefined ? {} : { output }),
  };
  calls.push(call);
  return call;
};

/** Writes a phase event about the incident. */
export const writeEvent = (
  { events }: Pick<Journal, 'events'>,
  at: number,
  detail: Readonly<Record<string, unknown>>,
): void => {
  const about = {
    schemaVersion: 1,
    incidentId: INCIDENT,
    account: MEMBER,
    region: REGION,
    instanceId: SUSPECT,
    findingId: FINDING,
    reasons: [],
  };
  events.push({
    at: START + at,
    busArn: `arn:aws:events:${REGION}:${ACCOUNTS.security}:event-bus/${BUS_NAME}`,
    event: { source: EVENT_SOURCE, 'detail-type': 'Cordon', detail: { ...about, ...detail } },
  });
};
