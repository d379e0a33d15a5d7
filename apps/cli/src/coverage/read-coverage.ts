import { ScanCommand, type DynamoDBClient, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import {
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { CordonConfig } from '@cordon/incident';
import {
  COVERAGE_TABLE_NAME,
  readCoverageRow,
  type CoverageRow,
  type SeenAccount,
  type SeenUnit,
} from '@cordon/incident/coverage';
import { listAccounts } from '@cordon/responder/list-accounts';
import { wordsOf } from '../replay/read-history.ts';
import { UsageError } from '../usage-error.ts';

/** Clients as the SDK makes them of the caller's own environment: credentials, profile, endpoint. */
export interface CoverageClients {
  readonly dynamodb: (region: string) => DynamoDBClient;
  readonly organizations: () => OrganizationsClient;
}

/** What was read. */
export interface ReadCoverage {
  readonly rows: readonly CoverageRow[];
  readonly accounts: readonly SeenAccount[];
  readonly units: readonly SeenUnit[];
  /** What could not be read, each in one line. */
  readonly gaps: readonly string[];
}

/** All rows of the table. Throws UsageError where it cannot be read: without it there is nothing to say. */
const readRows = async (
  client: DynamoDBClient,
): Promise<{ readonly rows: readonly CoverageRow[]; readonly unread: number }> => {
  const rows: CoverageRow[] = [];
  let unread = 0;
  let from: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client
      .send(
        new ScanCommand({
          TableName: COVERAGE_TABLE_NAME,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      )
      .catch((error: unknown) => {
        throw new UsageError(
          'not-reached',
          `the table ${COVERAGE_TABLE_NAME} was not read: ${wordsOf(error)}`,
          'sign in to the security account as an operator, and see that cordon.config.ts has `coverage` and is deployed (docs/coverage.md)',
        );
      });
    for (const item of page.Items ?? []) {
      const row = readCoverageRow(item['body']?.S);
      if (row === undefined) unread += 1;
      else rows.push(row);
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return { rows, unread };
};

/** Root and units with their paths, level by level. A page may be empty and still not be the last. */
const readUnits = async (
  client: OrganizationsClient,
  organizationId: string,
): Promise<readonly SeenUnit[]> => {
  const { Roots = [] } = await client.send(new ListRootsCommand({}));
  const units: SeenUnit[] = [];
  const waiting = Roots.flatMap(({ Id: id, Name: name = 'Root' }) =>
    id === undefined ? [] : [{ id, name, path: `${organizationId}/${id}/` }],
  );
  for (const { id, name, path } of waiting) {
    units.push({ name, path });
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListOrganizationalUnitsForParentCommand({
          ParentId: id,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      for (const unit of page.OrganizationalUnits ?? [])
        if (unit.Id !== undefined)
          waiting.push({ id: unit.Id, name: unit.Name ?? unit.Id, path: `${path}${unit.Id}/` });
      token = page.NextToken;
    } while (token !== undefined);
  }
  return units;
};

/**
 * Reads the table, the accounts, and for a page the tree. Only the table is needed: without the accounts those that have rows are shown, by
 * their ids.
 */
export const readCoverage = async (
  { homeRegion, organizationId }: CordonConfig,
  clients: CoverageClients,
  { withTree }: { readonly withTree: boolean },
): Promise<ReadCoverage> => {
  const { rows, unread } = await readRows(clients.dynamodb(homeRegion));
  const gaps: string[] =
    unread === 0 ? [] : [`${unread} row(s) of the table cannot be read; the next run writes them anew`];
  const organizations = clients.organizations();
  const orElse = async <Value>(
    what: string,
    read: () => Promise<readonly Value[]>,
  ): Promise<readonly Value[]> => {
    try {
      return await read();
    } catch (error) {
      gaps.push(`${what}: ${wordsOf(error)}`);
      return [];
    }
  };
  const listed = await orElse('accounts of the organization', () => listAccounts(organizations));
  const units = withTree
    ? await orElse('units of the organization', () => readUnits(organizations, organizationId))
    : [];
  const accounts =
    listed.length > 0
      ? listed
      : [...new Set(rows.map(({ account }) => account))].map((id) => ({ id, name: '', path: '' }));
  return { rows, accounts, units, gaps };
};
