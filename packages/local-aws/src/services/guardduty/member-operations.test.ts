import type { GetMemberDetectorsCommandOutput } from '@aws-sdk/client-guardduty';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { enableDetector } from './build.ts';
import { guarddutyService } from './service.ts';

const STRANGER = '333333333333';

const setUp = () => {
  const on = bench(guarddutyService);
  const making = { ids: on.ids, now: START };
  const enable = (account: string, members?: readonly string[]) =>
    enableDetector(on.world, { account, region: REGION, ...(members ? { members } : {}) }, making);
  const administrator = enable(ACCOUNT, [OTHER_ACCOUNT]);
  const { detectorId: DetectorId } = administrator;
  const ask = (AccountIds: readonly string[]) =>
    on.perform<GetMemberDetectorsCommandOutput>('GetMemberDetectors', { DetectorId, AccountIds });
  return { ...on, administrator, DetectorId, enable, ask };
};

describe('protection plans', () => {
  it('of a new detector are all but Runtime Monitoring, beside the data sources that are always on', async () => {
    const on = setUp();
    const { Features } = await on.perform<{ Features: { Name: string; Status: string }[] }>('GetDetector', {
      DetectorId: on.DetectorId,
    });
    const enabled = Features.filter(({ Status }) => Status === 'ENABLED').map(({ Name }) => Name);
    expect(enabled).toEqual(expect.arrayContaining(['CLOUD_TRAIL', 'DNS_LOGS', 'FLOW_LOGS']));
    expect(enabled).toContain('EBS_MALWARE_PROTECTION');
    expect(Features).toContainEqual({ Name: 'RUNTIME_MONITORING', Status: 'DISABLED' });
  });

  it('of a member are those of its own detector, and the data sources are not among them', async () => {
    const on = setUp();
    const member = on.enable(OTHER_ACCOUNT);
    member.features.add('RUNTIME_MONITORING');
    member.features.delete('EBS_MALWARE_PROTECTION');
    const { MemberDataSourceConfigurations: found, UnprocessedAccounts } = await on.ask([OTHER_ACCOUNT]);
    expect(UnprocessedAccounts).toEqual([]);
    expect(found).toMatchObject([{ AccountId: OTHER_ACCOUNT }]);
    expect(found?.[0]?.Features).toEqual(
      expect.arrayContaining([
        { Name: 'RUNTIME_MONITORING', Status: 'ENABLED' },
        { Name: 'EBS_MALWARE_PROTECTION', Status: 'DISABLED' },
      ]),
    );
    expect(found?.[0]?.Features?.map(({ Name }) => Name)).not.toContain('FLOW_LOGS');
  });

  it('of who is no member, or has no detector, are not told', async () => {
    const on = setUp();
    on.enable(STRANGER);
    expect(await on.ask([OTHER_ACCOUNT, STRANGER])).toMatchObject({
      MemberDataSourceConfigurations: [],
      UnprocessedAccounts: [{ AccountId: OTHER_ACCOUNT }, { AccountId: STRANGER }],
    });
  });

  it.each([0, 51])('are told of one to fifty accounts at a time, not of %d', async (count) => {
    const on = setUp();
    const ids = Array.from({ length: count }, (_, index) => String(100_000_000_000 + index));
    await expect(on.ask(ids)).rejects.toMatchObject({ code: 'BadRequestException' });
    await expect(on.ask(ids.slice(0, 50).concat(OTHER_ACCOUNT).slice(0, 50))).resolves.toBeDefined();
  });

  it('are given to accounts that join where the administrator chose so', async () => {
    const on = setUp();
    on.administrator.autoEnableFeatures.set('RUNTIME_MONITORING', 'NEW');
    const { Features } = await on.perform<{ Features: object[] }>('DescribeOrganizationConfiguration', {
      DetectorId: on.DetectorId,
    });
    expect(Features).toContainEqual({ Name: 'RUNTIME_MONITORING', AutoEnable: 'NEW' });
    expect(Features).toContainEqual({ Name: 'S3_DATA_EVENTS', AutoEnable: 'NONE' });
  });
});
