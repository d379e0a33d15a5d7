import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeSessionsCommand, SSMClient, type Session } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { IAM_PATH, SESSION_LOG_GROUP_NAME, SESSION_READER_ROLE_NAME, TAGS } from '@cordon/incident';
import { LOOK_BACK_MS, type SeenSession } from '@cordon/incident/sessions';
import { faultCode } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/** As long as the function may run, and no longer: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const READER_SECONDS = 900;
/** Sessions in one answer, and answers of a Region: some thousand sessions in a week. */
const IN_ONE = 200;
const MOST_PAGES = 10;
/** Answers that one recording takes at most, empty ones included: each holds up to a megabyte. */
const MOST_LOG_PAGES = 2_000;

/** Takes the role that sees sessions and reads their recordings; gives a connection to any Region of the forensics account. */
export const readerOf = async ({
  partition,
  config,
  own,
}: Services): Promise<(region: string) => Connection> => {
  const { Credentials: given } = await clientFor(STSClient, { ...own, region: config.homeRegion }).send(
    new AssumeRoleCommand({
      RoleArn: `arn:${partition}:iam::${config.accounts.forensics}:role${IAM_PATH}${SESSION_READER_ROLE_NAME}`,
      RoleSessionName: 'cordon-sessions',
      DurationSeconds: READER_SECONDS,
    }),
  );
  if (
    given?.AccessKeyId === undefined ||
    given.SecretAccessKey === undefined ||
    given.SessionToken === undefined
  )
    throw new Error(`AssumeRole of ${SESSION_READER_ROLE_NAME} gave no credentials`);
  const credentials = {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
  return (region) => ({ ...own, region, credentials });
};

/**
 * Sessions of a Region that go on, and those of the last days, the oldest first. "History" has 30 days.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeSessions.html
 *
 * @throws Error where there are more than can be looked at: none is left out in silence
 */
export const readSessions = async (
  connection: Connection,
  { config, now }: Pick<Services, 'config' | 'now'>,
): Promise<readonly SeenSession[]> => {
  const { region } = connection;
  const ssm = clientFor(SSMClient, connection);
  // A session lasts a working day at most, so that one that ended within the days began within one more.
  const after = new Date(now() - LOOK_BACK_MS - 86_400_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const found: SeenSession[] = [];
  for (const State of ['Active', 'History'] as const) {
    let next: string | undefined;
    let pages = 0;
    do {
      if (pages === MOST_PAGES)
        throw new Error(
          `${config.accounts.forensics} has more than ${MOST_PAGES * IN_ONE} sessions in ${region} to look at`,
        );
      const page = await ssm.send(
        new DescribeSessionsCommand({
          State,
          Filters: [{ key: 'InvokedAfter', value: after }],
          MaxResults: IN_ONE,
          ...(next === undefined ? {} : { NextToken: next }),
        }),
      );
      pages += 1;
      found.push(...(page.Sessions ?? []).flatMap((session) => seen(session, region)));
      next = page.NextToken;
    } while (next !== undefined && next !== '');
  }
  return found.toSorted((a, b) => a.startedAt - b.startedAt);
};

/** What is no session of which one could tell anything is none. */
const seen = (session: Session, region: string): readonly SeenSession[] => {
  const { SessionId: sessionId, Target: target, StartDate: start, EndDate: end } = session;
  if (sessionId === undefined || target === undefined || start === undefined) return [];
  const text = (value: string | undefined, most: number): string =>
    (value ?? '').toWellFormed().slice(0, most);
  return [
    {
      region,
      sessionId: text(sessionId, 96),
      target,
      owner: text(session.Owner, 2_048),
      document: text(session.DocumentName, 128),
      startedAt: start.getTime(),
      ...(end === undefined ? {} : { endedAt: end.getTime() }),
      failed: session.Status === 'Failed',
    },
  ];
};

/** The incident that a machine works for, by its tag; undefined for an instance that is gone, or none of ours. */
export const incidentOfMachine = async (
  connection: Connection,
  instanceId: string,
): Promise<string | undefined> => {
  try {
    const { Reservations: [{ Instances: [instance] = [] } = {}] = [] } = await clientFor(
      EC2Client,
      connection,
    ).send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    const value = instance?.Tags?.find(({ Key }) => Key === TAGS.incident)?.Value;
    return value !== undefined && /^inc-[0-9a-z]{6,60}$/.test(value) ? value : undefined;
  } catch (error) {
    if (/^InvalidInstanceI[Dd]\./.test(faultCode(error))) return undefined;
    throw error;
  }
};

/** One event of a recording, as the log has it: the text is what was typed and shown, an attacker's in part. */
export interface LoggedEvent {
  readonly at: number;
  /** The event as a line of JSON, its line's end included. */
  readonly line: string;
}

/**
 * Reads what a session wrote into the log group of its Region, in order. The stream bears the session's id: UNCONFIRMED but by the agent's own source
 * (https://github.com/aws/amazon-ssm-agent). Nothing where there is no such stream.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const eventsOf = async function* (
  connection: Connection,
  { sessionId }: SeenSession,
): AsyncGenerator<LoggedEvent> {
  const logs = clientFor(CloudWatchLogsClient, connection);
  let next: string | undefined;
  for (let page = 0; page < MOST_LOG_PAGES; page += 1) {
    const answer = await logs
      .send(
        new FilterLogEventsCommand({
          logGroupName: SESSION_LOG_GROUP_NAME,
          logStreamNames: [sessionId],
          ...(next === undefined ? {} : { nextToken: next }),
        }),
      )
      .catch((error: unknown) => {
        // Of a stream that is not there, too. That the group is, a Region's stack sees to.
        if (faultCode(error) === 'ResourceNotFoundException') return undefined;
        throw error;
      });
    for (const { timestamp = 0, ingestionTime, eventId, message = '' } of answer?.events ?? [])
      yield {
        at: timestamp,
        line: `${JSON.stringify({ timestamp, ingestionTime, eventId, message })}\n`,
      };
    next = answer?.nextToken;
    if (next === undefined) return;
  }
  throw new Error(`the recording of ${sessionId} takes more than ${MOST_LOG_PAGES} answers`);
};
