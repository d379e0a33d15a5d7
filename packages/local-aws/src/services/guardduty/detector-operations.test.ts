import type { GetFindingsCommandOutput, ListFindingsCommandOutput } from '@aws-sdk/client-guardduty';
import { describe, expect, it } from 'vitest';
import { addBus } from '../events/state.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { enableDetector, removeAdministrator } from './build.ts';
import { guarddutyService } from './service.ts';

const TYPE = 'Backdoor:EC2/C&CActivity.B';
const MINUTE_MS = 60_000;

/** An administrator's detector, and what reaches the default bus of its Region. */
const setUp = () => {
  const events: Readonly<Record<string, unknown>>[] = [];
  const on = bench(guarddutyService, { host: { deliverEvent: (_bus, event) => events.push(event) } });
  const bus = addBus(on.world, { account: ACCOUNT, region: REGION, name: 'default' });
  bus.rules.set('all', { arn: 'rule', name: 'all', enabled: true, pattern: () => true, targets: [] });
  const detector = enableDetector(
    on.world,
    { account: ACCOUNT, region: REGION, members: [OTHER_ACCOUNT] },
    { ids: on.ids, now: START },
  );
  return { ...on, events, detector, DetectorId: detector.detectorId };
};
type On = ReturnType<typeof setUp>;

const sample = (on: On, FindingTypes: readonly string[] = [TYPE]) =>
  on.perform('CreateSampleFindings', { DetectorId: on.DetectorId, FindingTypes });
const found = async (on: On) => {
  const { DetectorId } = on;
  const { FindingIds } = await on.perform<ListFindingsCommandOutput>('ListFindings', { DetectorId });
  const { Findings } = await on.perform<GetFindingsCommandOutput>('GetFindings', { DetectorId, FindingIds });
  return Findings;
};

describe('a detector', () => {
  it('says that it runs and how often it publishes occurrences, and is refused under another id', async () => {
    const on = setUp();
    on.detector.publishes = 'ONE_HOUR';

    expect(await on.perform('GetDetector', { DetectorId: on.DetectorId })).toMatchObject({
      Status: 'ENABLED',
      FindingPublishingFrequency: 'ONE_HOUR',
    });
    on.detector.status = 'DISABLED';
    expect(await on.perform('GetDetector', { DetectorId: on.DetectorId })).toMatchObject({
      Status: 'DISABLED',
    });
    await expect(on.perform('GetDetector', { DetectorId: 'f'.repeat(32) })).rejects.toThrow(/not owned/);
  });

  it('tells of the organization until the delegation is taken away; then it has no members, and runs on', async () => {
    const on = setUp();
    const describeIt = () => on.perform('DescribeOrganizationConfiguration', { DetectorId: on.DetectorId });

    expect(await describeIt()).toMatchObject({ AutoEnableOrganizationMembers: 'ALL' });
    removeAdministrator(on.world, ACCOUNT, REGION);
    await expect(describeIt()).rejects.toMatchObject({ code: 'BadRequestException' });
    expect(on.detector.members.size).toBe(0);
    expect(await on.perform('GetDetector', { DetectorId: on.DetectorId })).toMatchObject({
      Status: 'ENABLED',
    });
  });

  it('is no administrator’s where nobody made it one', async () => {
    const on = bench(guarddutyService);
    const { detectorId } = enableDetector(
      on.world,
      { account: ACCOUNT, region: REGION },
      { ids: on.ids, now: START },
    );
    await expect(on.perform('DescribeOrganizationConfiguration', { DetectorId: detectorId })).rejects.toThrow(
      /not the delegated administrator/,
    );
  });
});

describe('samples', () => {
  it('are findings of the account itself, marked in both shapes, and told soon', async () => {
    const on = setUp();
    await sample(on);

    expect(await found(on)).toMatchObject([
      { AccountId: ACCOUNT, Region: REGION, Type: TYPE, Service: { Count: 1, Archived: false } },
    ]);
    expect((await found(on))?.[0]?.Service?.AdditionalInfo?.Value).toContain('"sample":true');
    expect(on.events).toEqual([]);
    await on.pass(MINUTE_MS);
    expect(on.events).toMatchObject([
      { source: 'aws.guardduty', account: ACCOUNT, detail: { type: TYPE, service: { count: 1 } } },
    ]);
  });

  it('count on the one that is there, and are told as often as occurrences are published', async () => {
    const on = setUp();
    on.detector.publishes = 'ONE_HOUR';
    await sample(on);
    await on.pass(MINUTE_MS);
    await sample(on);

    expect(await found(on)).toMatchObject([{ Service: { Count: 2 } }]);
    await on.pass(59 * MINUTE_MS);
    expect(on.events).toHaveLength(1);
    await on.pass(2 * MINUTE_MS);
    expect(on.events).toHaveLength(2);
  });

  it('are refused of a suspended detector, without a type, and of what is not here', async () => {
    const on = setUp();
    await expect(sample(on, [])).rejects.toThrow(/1 to 50 types/);
    await expect(sample(on, ['Policy:S3/BucketPublicAccessGranted'])).rejects.toThrow(/EC2 types alone/);
    await expect(
      on.perform('CreateSampleFindings', { DetectorId: on.DetectorId, FindingTypes: [TYPE], More: 1 }),
    ).rejects.toThrow(/More/);
    on.detector.status = 'DISABLED';
    await expect(sample(on)).rejects.toThrow(/suspended/);
    expect(on.detector.findings.size).toBe(0);
  });

  it('ask for a right each, of which the reading of a detector alone names it', () => {
    const on = setUp();
    const { DetectorId } = on;
    expect(on.checksOf('GetDetector', { DetectorId })).toEqual([
      {
        action: 'guardduty:GetDetector',
        resource: `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/${DetectorId}`,
      },
    ]);
    expect(on.checksOf('CreateSampleFindings', { DetectorId })).toEqual([
      { action: 'guardduty:CreateSampleFindings', resource: '*' },
    ]);
    expect(on.checksOf('DescribeOrganizationConfiguration', { DetectorId })).toEqual([
      { action: 'guardduty:DescribeOrganizationConfiguration', resource: '*' },
    ]);
  });
});
