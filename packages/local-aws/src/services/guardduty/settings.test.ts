import type {
  DescribeOrganizationConfigurationCommandOutput,
  GetDetectorCommandOutput,
  ListMembersCommandOutput,
} from '@aws-sdk/client-guardduty';
import { expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { enableDetector } from './build.ts';
import { guarddutyService } from './service.ts';

const setUp = (autoEnable?: 'ALL' | 'NONE') => {
  const on = bench(guarddutyService);
  const detector = enableDetector(
    on.world,
    {
      account: ACCOUNT,
      region: REGION,
      members: [OTHER_ACCOUNT],
      ...(autoEnable === undefined ? {} : { autoEnable }),
    },
    { ids: on.ids, now: START },
  );
  return { ...on, detector, input: { DetectorId: detector.detectorId } };
};

it('GetDetector tells status and frequency, which is six hours until somebody says otherwise', async () => {
  const on = setUp();
  expect(await on.perform<GetDetectorCommandOutput>('GetDetector', on.input)).toMatchObject({
    Status: 'ENABLED',
    FindingPublishingFrequency: 'SIX_HOURS',
  });
  expect(on.checks).toEqual([
    {
      action: 'guardduty:GetDetector',
      resource: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/${on.detector.detectorId}`,
    },
  ]);
  on.detector.frequency = 'FIFTEEN_MINUTES';
  on.detector.status = 'DISABLED';
  expect(await on.perform<GetDetectorCommandOutput>('GetDetector', on.input)).toMatchObject({
    Status: 'DISABLED',
    FindingPublishingFrequency: 'FIFTEEN_MINUTES',
  });
});

it.each([
  ['ALL', true],
  ['NONE', false],
] as const)('DescribeOrganizationConfiguration tells that %s are enabled', async (how, AutoEnable) => {
  const on = setUp(how);
  expect(
    await on.perform<DescribeOrganizationConfigurationCommandOutput>(
      'DescribeOrganizationConfiguration',
      on.input,
    ),
  ).toMatchObject({ AutoEnableOrganizationMembers: how, AutoEnable });
});

it('DescribeOrganizationConfiguration is refused to whoever administers nothing', async () => {
  const on = setUp();
  await expect(on.perform('DescribeOrganizationConfiguration', on.input)).rejects.toThrow(
    'not the delegated administrator',
  );
});

it('ListMembers shows who is no longer monitored', async () => {
  const on = setUp();
  on.detector.notEnabled.set(OTHER_ACCOUNT, 'Disabled');
  const { Members } = await on.perform<ListMembersCommandOutput>('ListMembers', on.input);
  expect(Members).toMatchObject([{ AccountId: OTHER_ACCOUNT, RelationshipStatus: 'Disabled' }]);
});

it.each(['GetDetector', 'DescribeOrganizationConfiguration'])(
  '%s refuses a detector that is not the own one, and members that are not there',
  async (operation) => {
    const on = setUp('ALL');
    await expect(on.perform(operation, { DetectorId: 'f'.repeat(32) })).rejects.toThrow(
      'not owned by the current account',
    );
    await expect(on.perform(operation, { ...on.input, Strange: 1 })).rejects.toThrow('not implemented');
  },
);
