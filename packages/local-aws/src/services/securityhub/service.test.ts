import type { BatchUpdateFindingsCommandOutput, GetFindingsCommandOutput } from '@aws-sdk/client-securityhub';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, START } from '../testing.ts';
import { addSecurityHubFinding, enableSecurityHub, type HubFindingSpec } from './build.ts';
import { securityHubService } from './service.ts';

const SPEC: HubFindingSpec = {
  administrator: ACCOUNT,
  account: OTHER_ACCOUNT,
  region: REGION,
  detectorId: '0123456789abcdef0123456789abcdef',
  findingId: 'fedcba9876543210fedcba9876543210',
};
const HUB = `arn:aws:securityhub:${REGION}:${ACCOUNT}:hub/default`;

const hub = () => {
  const on = bench(securityHubService);
  enableSecurityHub(on.world, { account: ACCOUNT, region: REGION });
  const add = (more: Partial<HubFindingSpec> = {}, now = START) =>
    addSecurityHubFinding(on.world, { ...SPEC, ...more }, now);
  const get = (input: object = {}) => on.perform<GetFindingsCommandOutput>('GetFindings', input);
  const update = (input: object) =>
    on.perform<BatchUpdateFindingsCommandOutput>('BatchUpdateFindings', input);
  return { on, add, get, update };
};
const where = (Comparison: string, Value: string) => [{ Comparison, Value }];

// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html
describe('GetFindings', () => {
  it('filters by account, product and the beginning of the id, the newest first', async () => {
    const { add, get } = hub();
    const { Id = '', ProductArn = '' } = add();
    const later = add({ findingId: '00'.repeat(16) }, START + 1_000).Id;
    add({ account: ACCOUNT });
    const { Findings = [] } = await get({
      Filters: {
        AwsAccountId: where('EQUALS', OTHER_ACCOUNT),
        ProductArn: where('EQUALS', ProductArn),
        Id: where('PREFIX', `arn:aws:guardduty:${REGION}:${OTHER_ACCOUNT}:detector/`),
      },
      SortCriteria: [{ Field: 'UpdatedAt', SortOrder: 'desc' }],
    });
    expect(Findings.map((one) => one.Id)).toEqual([later, Id]);
  });

  it('comes by pages', async () => {
    const { add, get } = hub();
    for (const one of ['1', '2', '3']) add({ findingId: one.repeat(32) });
    const { Findings, NextToken } = await get({ MaxResults: 2 });
    expect(Findings).toHaveLength(2);
    expect((await get({ MaxResults: 2, NextToken })).Findings).toHaveLength(1);
  });

  it('refuses an account that is not subscribed, and what is not implemented', async () => {
    await expect(bench(securityHubService).perform('GetFindings', {})).rejects.toMatchObject({
      code: 'InvalidAccessException',
    });
    const { get } = hub();
    await expect(get({ MaxResults: 101 })).rejects.toMatchObject({ code: 'InvalidInputException' });
    await expect(get({ NextToken: 'x' })).rejects.toMatchObject({ code: 'InvalidInputException' });
    await expect(get({ Filters: { Title: where('EQUALS', 'x') } })).rejects.toThrow('Filters.Title');
    await expect(get({ SortCriteria: [{ Field: 'Title' }] })).rejects.toThrow('SortCriteria');
    const { add, get: other } = hub();
    add();
    await expect(other({ Filters: { Id: where('NOT_EQUALS', 'x') } })).rejects.toThrow('Filters.Id');
  });

  it('is checked on the hub', () => {
    expect(hub().on.checksOf('GetFindings', {})).toEqual([
      { action: 'securityhub:GetFindings', resource: HUB, assumed: true },
    ]);
  });
});

// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html
describe('BatchUpdateFindings', () => {
  it('writes note and status, leaves UpdatedAt, and says which findings it does not know', async () => {
    const { on, add, get, update } = hub();
    const { Id, ProductArn, UpdatedAt } = add();
    await on.pass(60_000);
    const answer = await update({
      FindingIdentifiers: [
        { Id, ProductArn },
        { Id: `${Id}0`, ProductArn },
        { Id, ProductArn: 'another' },
      ],
      Note: { Text: 'contained', UpdatedBy: 'us' },
      Workflow: { Status: 'NOTIFIED' },
    });
    expect(answer.ProcessedFindings).toEqual([{ Id, ProductArn }]);
    expect(answer.UnprocessedFindings?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'FindingNotFound',
      'FindingNotFound',
    ]);
    expect((await get()).Findings).toMatchObject([
      { UpdatedAt, Note: { Text: 'contained', UpdatedBy: 'us' }, Workflow: { Status: 'NOTIFIED' } },
    ]);
  });

  it.each([
    [{ FindingIdentifiers: [] }, 'InvalidInputException'],
    [{ Note: { Text: '', UpdatedBy: 'us' } }, 'InvalidInputException'],
    [{ Note: { Text: 'x'.repeat(513), UpdatedBy: 'us' } }, 'InvalidInputException'],
    [{ Severity: { Label: 'LOW' } }, 'UnsupportedOperation'],
  ])('refuses %j', async (more, code) => {
    const { add, update } = hub();
    const { Id, ProductArn } = add();
    await expect(update({ FindingIdentifiers: [{ Id, ProductArn }], ...more })).rejects.toMatchObject({
      code,
    });
  });

  it('is checked with a key for each field that it writes', () => {
    const input = {
      FindingIdentifiers: [],
      Note: { Text: 'a', UpdatedBy: 'us' },
      Workflow: { Status: 'NEW' },
    };
    expect(hub().on.checksOf('BatchUpdateFindings', input)).toEqual([
      {
        action: 'securityhub:BatchUpdateFindings',
        resource: HUB,
        assumed: true,
        context: {
          'securityhub:ASFFSyntaxPath/Note.Text': 'a',
          'securityhub:ASFFSyntaxPath/Note.UpdatedBy': 'us',
          'securityhub:ASFFSyntaxPath/Workflow.Status': 'NEW',
        },
      },
    ]);
  });
});
