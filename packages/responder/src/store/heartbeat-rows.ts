import { UpdateItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { INCIDENT_TABLE_NAME } from '@cordon/incident';
import { HEARTBEATS, type HeartbeatRow, type RegionProblem } from '@cordon/incident/heartbeat';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { database, rowsOf, sortKeyOf, text, type Row } from './rows.ts';

/** GuardDuty's clock is not ours: a sample may seem to have been made this long before it was asked for. */
const SKEW_MS = 5_000;

const number = (value: number): AttributeValue => ({ N: String(value) });
const at = (row: Row, name: string): number | undefined =>
  row[name]?.N === undefined ? undefined : Number(row[name].N);
const problemOf = (row: Row): RegionProblem | undefined => {
  const kind = row['problem']?.S;
  return kind === 'region-silent' || kind === 'region-undelegated' ? kind : undefined;
};

/** What is known of each Region's heartbeat. */
export const heartbeatRows = async (services: Services): Promise<ReadonlyMap<string, HeartbeatRow>> =>
  new Map(
    (await rowsOf(services, HEARTBEATS)).map((row) => [
      sortKeyOf(row),
      {
        askedAt: at(row, 'askedAt'),
        sentAt: at(row, 'sentAt'),
        cameAt: at(row, 'cameAt'),
        toldAt: at(row, 'toldAt'),
        problem: problemOf(row),
      },
    ]),
  );

interface Change {
  readonly expression: string;
  readonly condition?: string;
  readonly values?: Readonly<Record<string, AttributeValue>>;
}

/** False where the condition does not hold any more: somebody was faster. */
const change = async (services: Services, region: string, { expression, condition, values }: Change) => {
  try {
    await database(services).send(
      new UpdateItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Key: { pk: text(HEARTBEATS), sk: text(region) },
        UpdateExpression: expression,
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/**
 * Writes down that a sample is about to be asked for, before it is: what GuardDuty makes from now on answers it. False where another run of ours
 * did so since the row was read.
 */
export const beginHeartbeat = (services: Services, region: string, before: HeartbeatRow): Promise<boolean> =>
  change(services, region, {
    expression: 'SET askedAt = :now REMOVE sentAt, cameAt, madeAt',
    condition: before.askedAt === undefined ? 'attribute_not_exists(askedAt)' : 'askedAt = :before',
    values: {
      ':now': number(services.now()),
      ...(before.askedAt === undefined ? {} : { ':before': number(before.askedAt) }),
    },
  });

/** Writes down that GuardDuty took the request; without it, the next run asks again. */
export const heartbeatSent = (services: Services, region: string): Promise<boolean> =>
  change(services, region, { expression: 'SET sentAt = :now', values: { ':now': number(services.now()) } });

/** Keeps what is the matter with a Region since people were told of it. */
export const keepProblem = (services: Services, region: string, problem: RegionProblem): Promise<boolean> =>
  change(services, region, {
    expression: 'SET problem = :problem, toldAt = :now',
    values: { ':problem': text(problem), ':now': number(services.now()) },
  });

/** All is well with it again. */
export const forgetProblem = (services: Services, region: string): Promise<boolean> =>
  change(services, region, { expression: 'REMOVE problem, toldAt' });

/**
 * Notes a sample as the answer to the one that is out; `again` where the same sample comes a second time, `none` where no sample is out or this one
 * was made before it was asked for: then it is somebody else's.
 *
 * @param madeAt epoch milliseconds at which GuardDuty says that it last saw it
 */
export const heartbeatCame = async (
  services: Services,
  { region, madeAt }: { readonly region: string; readonly madeAt: number },
): Promise<'first' | 'again' | 'none'> => {
  const [made, latest] = [number(madeAt), number(madeAt + SKEW_MS)];
  const first = await change(services, region, {
    expression: 'SET cameAt = :now, madeAt = :made',
    condition: 'askedAt <= :latest AND attribute_not_exists(cameAt)',
    values: { ':now': number(services.now()), ':made': made, ':latest': latest },
  });
  if (first) return 'first';
  // Nothing is changed: the condition alone is the question.
  const again = await change(services, region, {
    expression: 'SET madeAt = :made',
    condition: 'madeAt = :made',
    values: { ':made': made },
  });
  return again ? 'again' : 'none';
};
