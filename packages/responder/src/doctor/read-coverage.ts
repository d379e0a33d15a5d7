import { DynamoDBClient, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { COVERAGE_TABLE_NAME, readCoverageRow } from '@cordon/incident/coverage';
import type { DoctorFacts } from '@cordon/incident/doctor';
import { clientFor } from '../aws/connection.ts';
import { ask, askOr, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

const scan = async (client: DynamoDBClient) => {
  const items: Record<string, AttributeValue>[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await ask('dynamodb:Scan', () =>
      client.send(new ScanCommand({ TableName: COVERAGE_TABLE_NAME, ExclusiveStartKey })),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
};

/** How members were found when they were last tried. */
export const readCoverage = (stage: Stage): Promise<DoctorFacts['coverage']> =>
  asViewer(
    stage,
    { viewer: 'security', region: stage.config.homeRegion },
    async (connection): Promise<DoctorFacts['coverage']> => {
      const client = clientFor(DynamoDBClient, connection);
      const first = await reading(() =>
        askOr(
          'dynamodb:Scan',
          () => client.send(new ScanCommand({ TableName: COVERAGE_TABLE_NAME, Limit: 1 })),
          {
            codes: /^ResourceNotFoundException$/,
            instead: undefined,
          },
        ),
      );
      if (first.status !== 'read') return first;
      if (first.value === undefined) return { status: 'read', value: undefined };
      return reading(async () => {
        const rows = (await scan(client)).map(({ body }) => readCoverageRow(body?.S));
        return {
          rows: rows.flatMap((row) => row ?? []),
          unreadable: rows.filter((row) => row === undefined).length,
        };
      });
    },
  );
