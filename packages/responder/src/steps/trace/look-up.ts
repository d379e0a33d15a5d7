import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { readsSince, readTrailEvent, type LookedUp, type Trace, type TrailLookup } from '@cordon/incident';
import { classify } from '../../aws/classify.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { sessionPolicy } from '../../needs/session-policy.ts';
import { ofIncident } from '../../services.ts';
import type { Tracing } from './read-regions.ts';

/** Makes lookups side by side, with one session for each account. A Region that has had enough is asked again; its fault is a value. */
export const lookUp = async (
  lookups: readonly TrailLookup[],
  trace: Trace,
  { incident, services }: Tracing,
): Promise<readonly LookedUp[]> => {
  const accounts = [...Map.groupBy(lookups, ({ account }) => account)];
  const answers = await Promise.all(
    accounts.map(async ([account, mine]) => {
      try {
        const connection = await services.reach({
          ...ofIncident(services, incident),
          account,
          duty: 'inspect',
          policy: sessionPolicy({ reads: ['cloudtrail:LookupEvents'] }),
        });
        return await Promise.all(mine.map((lookup) => lookUpOne(connection, lookup, trace)));
      } catch (error) {
        return mine.map((lookup) => ({ lookup, events: [], fault: whyNot(error) }));
      }
    }),
  );
  return answers.flat();
};

const whyNot = (error: unknown): string => {
  const { code, retryable } = classify(error);
  return retryable ? 'later' : code;
};

const lookUpOne = async (connection: Connection, lookup: TrailLookup, trace: Trace): Promise<LookedUp> => {
  const { attribute, value, token, region } = lookup;
  const since = readsSince(lookup, trace);
  try {
    const { Events = [], NextToken } = await clientFor(CloudTrailClient, { ...connection, region }).send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
        ...(since === undefined ? {} : { StartTime: new Date(since) }),
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    const events = Events.flatMap(({ CloudTrailEvent = '' }) => readTrailEvent(CloudTrailEvent) ?? []);
    return { lookup, events, ...(NextToken === undefined ? {} : { token: NextToken }) };
  } catch (error) {
    return { lookup, events: [], fault: whyNot(error) };
  }
};
