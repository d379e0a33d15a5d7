import { DynamoDBClient, QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { INCIDENT_TABLE_NAME, type IncidentRef } from '@cordon/incident';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';

/**
 * One table, and these kinds of partition:
 *
 *     instance#<account>#<region>#<instance>   open                  which incident holds the instance (the lock)
 *     held                                     <acc>#<reg>#<inst>    the same, listed: what the watch reads again and again
 *     incident#<incident>                      incident              what it is and how it stands
 *                                              finding#<id>          each finding that belongs to it
 *                                              plan#<revision>       the plan, beside the first actions
 *                                              disk#<volume>         a volume that is in custody
 *                                              found#<rev>#<id>      a step that was found while acting, with its undo
 *                                              claim#<what>#<rev>    something that must not be done twice is about to be done
 *                                              chained#<id>          a session that the instance assumed, and how its deny is lifted
 *                                              replacement#spec      what will be launched in the instance's place
 *                                              replacement#launched  what was
 *                                              step#<step>#<rev>     what became of a step; <step>+asked: after a person was asked, <step>+climbed:<ids>: a rung
 *                                              release#<hash>        a release that people approved
 *                                              undo#<hash>#<step>    what became of one step of it
 *     chained-question                         <inc>#<hash>#asked    what people are asked about a session whose name others use;
 *                                                                    ...#answered: what one said
 *     openings                                 <inc>#<rev>#<eni>     an interface that is about to be opened, and until when
 *     machines                                 <ledger>              a forensic machine, and until when it is there
 *     copies#<region>                          slots, waits#<copy>   who copies into the evidence account, and who waits for it
 *     copies#<account>#<region>                                      the same within a member
 *     locked-sources                           <inc>#<rev>#<volume>  snapshots that stay in a member until their lock has ended
 *     to-lift                                  <when>#<incident>     what a release had to leave, until when
 *     finding#<id>                             triage                a finding that opened nothing, why, and its event
 *     heartbeat                                <region>              when a sample was asked for and came, and what is the matter (heartbeat-rows.ts)
 *     limit#<name>                             limit                 halt switch, breakers, scaling groups (limit-table.ts)
 */
export const instanceKey = (at: Pick<IncidentRef, 'account' | 'region' | 'instanceId'>): string =>
  `instance#${at.account}#${at.region}#${at.instanceId}`;
/** Partition of an incident. */
export const incidentKey = (incidentId: string): string => `incident#${incidentId}`;
/** The partition that lists every instance that an incident holds. */
export const HELD = 'held';
/** Its sort key of an instance. */
export const heldKey = (at: Pick<IncidentRef, 'account' | 'region' | 'instanceId'>): string =>
  `${at.account}#${at.region}#${at.instanceId}`;

/** A text as the table has it. */
export const text = (value: string): AttributeValue => ({ S: value });
/** The table's client. */
export const database = (services: Services): DynamoDBClient =>
  clientFor(DynamoDBClient, { ...services.own, region: services.config.homeRegion });

/** A row of the table. */
export type Row = Readonly<Record<string, AttributeValue>>;

/** All rows of a partition, or those that start with a sort key; consistent, for decisions follow from them. */
export const rowsOf = async (
  services: Services,
  partition: string,
  only?: { readonly startingWith: string },
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  const sort = only === undefined ? '' : ' AND begins_with(sk, :sk)';
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await database(services).send(
      new QueryCommand({
        TableName: INCIDENT_TABLE_NAME,
        KeyConditionExpression: `pk = :pk${sort}`,
        ExpressionAttributeValues: {
          ':pk': text(partition),
          ...(only === undefined ? {} : { ':sk': text(only.startingWith) }),
        },
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    rows.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return rows;
};

/** What a row holds as JSON; null where it holds none. */
export const bodyOf = (row: Row): unknown => JSON.parse(row['body']?.S ?? 'null');

/** A row's sort key. */
export const sortKeyOf = (row: Row): string => row['sk']?.S ?? '';
