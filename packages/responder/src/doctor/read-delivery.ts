import {
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
} from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  BUS_NAME,
  FINDINGS_QUEUE_NAME,
  READS_SET_ASIDE_QUEUE_NAME,
  SET_ASIDE_QUEUE_NAME,
  UNDELIVERED_NOTICES_QUEUE_NAME,
} from '@cordon/incident';
import type { DoctorFacts, Reading } from '@cordon/incident/doctor';
import { clientFor, type Connection } from '../aws/connection.ts';
import { allPages, ask, askOr, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

/** By the detail type of GuardDuty's events, whatever else a rule takes: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html */
const OF_FINDINGS = 'GuardDuty Finding';

const forwardersOf = async (connection: Connection, bus: string): Promise<readonly boolean[]> => {
  const client = clientFor(EventBridgeClient, connection);
  const [sending, rules] = await Promise.all([
    allPages('events:ListRuleNamesByTarget', async (NextToken) => {
      const { RuleNames: items, NextToken: next } = await client.send(
        new ListRuleNamesByTargetCommand({ TargetArn: bus, NextToken }),
      );
      return { items, next };
    }),
    allPages('events:ListRules', async (NextToken) => {
      const { Rules: items, NextToken: next } = await client.send(new ListRulesCommand({ NextToken }));
      return { items, next };
    }),
  ]);
  return rules
    .filter(
      ({ Name = '', EventPattern = '' }) => sending.includes(Name) && EventPattern.includes(OF_FINDINGS),
    )
    .map(({ State }) => State === 'ENABLED');
};

/** The rules that send each Region's findings to the home Region. */
export const readForwarders = (stage: Stage): Promise<DoctorFacts['forwarders']> => {
  const { accounts, homeRegion, regions } = stage.config;
  const partition = homeRegion.startsWith('us-gov-')
    ? 'aws-us-gov'
    : homeRegion.startsWith('cn-')
      ? 'aws-cn'
      : 'aws';
  const bus = `arn:${partition}:events:${homeRegion}:${accounts.security}:event-bus/${BUS_NAME}`;
  return Promise.all(
    regions.map(async (region) => ({
      region,
      reading: await asViewer(stage, { viewer: 'security', region }, (connection) =>
        reading(() => forwardersOf(connection, bus)),
      ),
    })),
  );
};

const NO_QUEUE = /QueueDoesNotExist|NonExistentQueue/;

const waitingIn = async (connection: Connection, QueueName: string): Promise<number | undefined> => {
  const client = clientFor(SQSClient, connection);
  const found = await askOr('sqs:GetQueueUrl', () => client.send(new GetQueueUrlCommand({ QueueName })), {
    codes: NO_QUEUE,
    instead: undefined,
  });
  if (found?.QueueUrl === undefined) return undefined;
  const { QueueUrl } = found;
  const { Attributes } = await ask('sqs:GetQueueAttributes', () =>
    client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
};

/** What waits in the queues whose messages nothing of ours works on. */
export const readQueues = (stage: Stage): Promise<DoctorFacts['queues']> => {
  const { homeRegion: region, notifications } = stage.config;
  const sends = notifications?.chat ?? notifications?.webhook ?? notifications?.securityHub;
  const queues = [
    { account: 'security', region, name: SET_ASIDE_QUEUE_NAME },
    ...(sends === undefined
      ? []
      : [{ account: 'security', region, name: UNDELIVERED_NOTICES_QUEUE_NAME } as const]),
    { account: 'evidence', region, name: READS_SET_ASIDE_QUEUE_NAME },
  ] as const;
  return Promise.all(
    queues.map(async (queue) => ({
      ...queue,
      reading: await asViewer(stage, { viewer: queue.account, region }, (connection) =>
        reading(() => waitingIn(connection, queue.name)),
      ),
    })),
  );
};

/** Whether the security account's stack is there: it is the first that is deployed. */
export const readDeployed = (stage: Stage): Promise<Reading<boolean>> =>
  asViewer(stage, { viewer: 'security', region: stage.config.homeRegion }, (connection) =>
    reading(async () => (await waitingIn(connection, FINDINGS_QUEUE_NAME)) !== undefined),
  );
