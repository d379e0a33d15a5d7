import type { CordonConfig, IncidentRef } from '@cordon/incident';
import { partitionOf, type Partition } from '@cordon/incident/partition';
import type { Connection } from './aws/connection.ts';
import { reachFrom, type Reach } from './aws/reach.ts';

/** What a handler is given: configuration, time, and ways to reach AWS. Built once at cold start. */
export interface Services {
  readonly config: CordonConfig;
  /** Why the policy as written cannot be used, so that `config` holds the one that asks. */
  readonly policyProblem?: string | undefined;
  /** Of the deployment's Regions: all are of one. */
  readonly partition: Partition;
  /** The function's own role, in the Region it runs in. */
  readonly own: Connection;
  readonly reach: Reach;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Writes one line to the function's log, as JSON. */
  readonly log: (line: object) => void;
  /** What a warm function remembers between invocations: things that do not change, such as detector ids. */
  readonly remembered: Map<string, string>;
}

/** Builds the services of a function from its configuration and its own connection. */
export const buildServices = (
  config: CordonConfig,
  own: Connection,
  io: Pick<Services, 'now' | 'log' | 'policyProblem'>,
): Services => ({
  config,
  partition: partitionOf(config.homeRegion),
  own,
  reach: reachFrom(own),
  ...io,
  remembered: new Map(),
});

/** The same services for one invocation, whose calls share clients. */
export const forInvocation = (services: Services): Services => {
  const own: Connection = { ...services.own, kept: new Map() };
  return { ...services, own, reach: reachFrom(own) };
};

/** The present moment as ISO text in UTC. */
export const instant = (services: Pick<Services, 'now'>): string => new Date(services.now()).toISOString();

/** The function's own role in another Region. */
export const ownIn = (services: Services, region: string): Connection => ({ ...services.own, region });

/** The evidence account's keys of a Region, as a session policy names them: key ids are random. */
export const evidenceKeys = (
  { partition, config }: Pick<Services, 'partition' | 'config'>,
  region: string,
): string => `arn:${partition}:kms:${region}:${config.accounts.evidence}:key/*`;

/** Where an incident's duties act, and in whose name: the member account and Region of its instance. */
export const ofIncident = (services: Pick<Services, 'partition'>, incident: IncidentRef) => ({
  partition: services.partition,
  account: incident.account,
  region: incident.region,
  incidentId: incident.incidentId,
});
