import type { ListRegionsCommandOutput } from '@aws-sdk/client-account';
import { expect, it } from 'vitest';
import { organizationState } from '../organizations/state.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, rootOf } from '../testing.ts';
import { accountService } from './service.ts';

const names = (regions: ListRegionsCommandOutput['Regions'] = []) =>
  regions.map(({ RegionName, RegionOptStatus }) => `${RegionName} ${RegionOptStatus}`);

it('ListRegions tells what the own account has enabled, in pages', async () => {
  const on = bench(accountService);
  on.world.of(organizationState, '', '').disabledRegions.set(ACCOUNT, new Set(['us-east-1']));
  const first = await on.perform<ListRegionsCommandOutput>('ListRegions', { MaxResults: 1 });
  expect(names(first.Regions)).toEqual(['eu-west-1 ENABLED_BY_DEFAULT']);
  expect(on.checks).toEqual([
    { action: 'account:ListRegions', resource: `arn:aws:account::${ACCOUNT}:account` },
  ]);
  const second = await on.perform<ListRegionsCommandOutput>('ListRegions', { NextToken: first.NextToken });
  expect(names(second.Regions)).toEqual(['us-east-1 DISABLED']);
  expect(second.NextToken).toBeUndefined();
  const other = await on.perform<ListRegionsCommandOutput>(
    'ListRegions',
    {},
    { caller: rootOf(OTHER_ACCOUNT) },
  );
  expect(names(other.Regions)).toContain('us-east-1 ENABLED_BY_DEFAULT');
});

it.each([
  [{ AccountId: OTHER_ACCOUNT }, 'member AccountId of ListRegions is not implemented'],
  [{ RegionOptStatusContains: ['ENABLED'] }, 'member RegionOptStatusContains of ListRegions'],
  [{ MaxResults: 51 }, 'MaxResults is 51: want 1 to 50'],
  [{ NextToken: 'x' }, 'NextToken is not valid'],
])('refuses %j', async (input, message) => {
  await expect(bench(accountService).perform('ListRegions', input)).rejects.toThrow(message);
});
