import type { ListServiceQuotasCommandOutput } from '@aws-sdk/client-service-quotas';
import { expect, it } from 'vitest';
import { ACCOUNT, bench, REGION } from '../testing.ts';
import { serviceQuotasService } from './service.ts';
import { setQuota } from './state.ts';

const SNAPSHOTS = 'Snapshots per Region';

it("ListServiceQuotas tells AWS's defaults, and in their place what was applied in this account and Region", async () => {
  const on = bench(serviceQuotasService);
  const read = async (region: string) => {
    const { Quotas = [] } = await on.perform<ListServiceQuotasCommandOutput>(
      'ListServiceQuotas',
      { ServiceCode: 'ebs' },
      { region },
    );
    return Quotas.map(({ QuotaName, Value }) => `${QuotaName}: ${Value}`);
  };
  setQuota(on.world, { account: ACCOUNT, region: REGION }, { service: 'ebs', name: SNAPSHOTS, value: 7 });
  expect(await read(REGION)).toEqual([
    'Snapshots per Region: 7',
    'Concurrent snapshot copies per destination Region: 20',
  ]);
  expect(on.checks[0]).toEqual({ action: 'servicequotas:ListServiceQuotas', resource: '*' });
  expect(await read('us-east-1')).toContain('Snapshots per Region: 100000');
});

it('comes in pages', async () => {
  const on = bench(serviceQuotasService);
  const first = await on.perform<ListServiceQuotasCommandOutput>('ListServiceQuotas', {
    ServiceCode: 'ebs',
    MaxResults: 1,
  });
  const second = await on.perform<ListServiceQuotasCommandOutput>('ListServiceQuotas', {
    ServiceCode: 'ebs',
    NextToken: first.NextToken,
  });
  expect([first, second].map(({ Quotas = [] }) => Quotas.length)).toEqual([1, 1]);
  expect(second.NextToken).toBeUndefined();
});

it.each([
  [{ ServiceCode: 'none' }, 'The service none does not exist.'],
  [
    { ServiceCode: 'ebs', QuotaCode: 'L-309BACF6' },
    'member QuotaCode of ListServiceQuotas is not implemented',
  ],
  [{ ServiceCode: 'ebs', MaxResults: 101 }, 'MaxResults is 101: want 1 to 100'],
  [{ ServiceCode: 'ebs', NextToken: 'x' }, 'NextToken is not valid'],
])('refuses %j', async (input, message) => {
  await expect(bench(serviceQuotasService).perform('ListServiceQuotas', input)).rejects.toThrow(message);
});

it('knows no quota that it does not name', () => {
  const { world } = bench(serviceQuotasService);
  expect(() =>
    setQuota(world, { account: ACCOUNT, region: REGION }, { service: 'ebs', name: 'Others', value: 1 }),
  ).toThrow('quota Others of ebs is not known here');
});
