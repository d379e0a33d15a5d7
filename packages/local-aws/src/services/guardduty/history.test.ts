import type { GetFindingsCommandOutput, ListFindingsCommandOutput } from '@aws-sdk/client-guardduty';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { enableDetector, plantFinding } from './build.ts';
import { guarddutyService } from './service.ts';

const TYPES = ['CryptoCurrency:EC2/BitcoinTool.B!DNS', 'Backdoor:EC2/C&CActivity.B'];

/** Every third is archived, every second of the second type, and severity goes from 1 to 9. */
const findingOf = (day: number, updatedAt: string) => ({
  schemaVersion: '2.0',
  accountId: OTHER_ACCOUNT,
  region: REGION,
  partition: 'aws',
  id: `day-${day}`,
  arn: `arn:aws:guardduty:${REGION}:${OTHER_ACCOUNT}:detector/d/finding/day-${day}`,
  type: TYPES[day % 2],
  severity: (day % 9) + 1,
  createdAt: updatedAt,
  updatedAt,
  resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0abc' } },
  service: { serviceName: 'guardduty', archived: day % 3 === 0, count: 1 },
});

describe('a history of ninety days', () => {
  const DAY_MS = 86_400_000;

  /** 130 findings, one for each day back from the start. */
  const history = async () => {
    const on = bench(guarddutyService);
    const making = { ids: on.ids, now: START };
    const place = { account: ACCOUNT, region: REGION, members: [OTHER_ACCOUNT] };
    const { detectorId: DetectorId } = enableDetector(on.world, place, making);
    for (let day = 0; day < 130; day += 1) {
      const updatedAt = new Date(START - day * DAY_MS).toISOString();
      await plantFinding(on.world, {
        administrator: ACCOUNT,
        region: REGION,
        finding: findingOf(day, updatedAt),
        generatedAt: START - day * DAY_MS,
      });
    }
    const all = async (Criterion: object, SortCriteria?: object): Promise<readonly string[]> => {
      const ids: string[] = [];
      let NextToken: string | undefined;
      do {
        const page: ListFindingsCommandOutput = await on.perform('ListFindings', {
          DetectorId,
          FindingCriteria: { Criterion },
          MaxResults: 50,
          ...(SortCriteria === undefined ? {} : { SortCriteria }),
          ...(NextToken === undefined ? {} : { NextToken }),
        });
        ids.push(...(page.FindingIds ?? []));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return ids;
    };
    return { on, all, DetectorId };
  };

  it('is listed page by page, oldest first, and no further', async () => {
    const { all } = await history();
    const ids = await all({}, { AttributeName: 'updatedAt', OrderBy: 'ASC' });
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([91, 'day-90', 'day-0']);
  });

  it('is cut by time, severity, type and archive', async () => {
    const { all } = await history();
    const since = { updatedAt: { GreaterThanOrEqual: START - 10 * DAY_MS, LessThan: START } };
    expect(await all(since)).toHaveLength(10);
    expect(await all({ ...since, severity: { GreaterThanOrEqual: 7 } })).toEqual(['day-6', 'day-7', 'day-8']);
    expect(await all({ ...since, type: { Equals: [TYPES[1]] } })).toEqual([
      'day-1',
      'day-3',
      'day-5',
      'day-7',
      'day-9',
    ]);
    expect(await all({ ...since, 'service.archived': { Equals: ['false'] } })).toEqual([
      'day-1',
      'day-2',
      'day-4',
      'day-5',
      'day-7',
      'day-8',
      'day-10',
    ]);
  });

  it('is read in fifties, without what is too old', async () => {
    const { on, DetectorId } = await history();
    const FindingIds = Array.from({ length: 50 }, (_, index) => `day-${index + 80}`);
    const { Findings } = await on.perform<GetFindingsCommandOutput>('GetFindings', {
      DetectorId,
      FindingIds,
    });
    expect(Findings).toHaveLength(11);
  });
});
