import type { ListFindingsCommandOutput } from '@aws-sdk/client-inspector2';
import { describe, expect, it } from 'vitest';
import { MEMBER, organizationWith, REGION, SECURITY } from '../../organization-testing.ts';
import { ACCOUNT, bench } from '../testing.ts';
import { addInspectorFinding, enableInspector, type InspectorSpec } from './build.ts';
import { inspectorService } from './service.ts';

const SPEC: InspectorSpec = {
  administrator: SECURITY,
  account: MEMBER,
  region: REGION,
  instanceId: 'i-0123456789abcdef0',
  severity: 'CRITICAL',
  vulnerabilityId: 'CVE-2026-1234',
  title: 'CVE-2026-1234 - kernel',
  exploitAvailable: true,
};

const furnished = async () => {
  const organization = await organizationWith({});
  organization.credentialsFor(MEMBER, 'administrator');
  organization.credentialsFor(SECURITY, 'administrator');
  enableInspector(organization.world, { account: SECURITY, region: REGION, members: [MEMBER] });
  const list = async (account: string, input: object = {}) => {
    const caller = organization.host.callerForRole(
      `arn:aws:iam::${account}:role/OrganizationAdministrator`,
      'test',
    );
    return (await organization.host.perform({
      caller,
      region: REGION,
      service: 'inspector2',
      operation: 'ListFindings',
      input,
    })) as ListFindingsCommandOutput;
  };
  return { organization, list };
};

const equals = (value: string) => [{ comparison: 'EQUALS', value }];

// https://docs.aws.amazon.com/inspector/v2/APIReference/API_ListFindings.html
describe('findings of Amazon Inspector', () => {
  it('are seen by the administrator and by the member, by resource, account, ARN and status', async () => {
    const { organization, list } = await furnished();
    const arn = addInspectorFinding(organization, SPEC);
    addInspectorFinding(organization, { ...SPEC, instanceId: 'i-0fedcba9876543210', status: 'SUPPRESSED' });
    for (const account of [SECURITY, MEMBER]) expect((await list(account)).findings).toHaveLength(2);
    const criteria = [
      { resourceId: equals(SPEC.instanceId) },
      { findingArn: equals(arn) },
      { findingStatus: equals('ACTIVE'), awsAccountId: equals(MEMBER) },
    ];
    for (const filterCriteria of criteria)
      expect((await list(SECURITY, { filterCriteria })).findings).toMatchObject([
        { findingArn: arn, severity: 'CRITICAL', exploitAvailable: 'YES' },
      ]);
    expect((await list(SECURITY, { filterCriteria: { awsAccountId: equals(SECURITY) } })).findings).toEqual(
      [],
    );
  });

  it('come by pages', async () => {
    const { organization, list } = await furnished();
    for (const _ of [1, 2, 3]) addInspectorFinding(organization, SPEC);
    const { findings, nextToken } = await list(SECURITY, { maxResults: 2 });
    expect(findings).toHaveLength(2);
    expect((await list(SECURITY, { maxResults: 2, nextToken })).findings).toHaveLength(1);
  });

  it('are refused where Inspector is not enabled, and for what is not implemented', async () => {
    const on = bench(inspectorService);
    await expect(on.perform('ListFindings', {})).rejects.toMatchObject({ code: 'AccessDeniedException' });
    enableInspector(on.world, { account: ACCOUNT, region: REGION });
    await expect(on.perform('ListFindings', { maxResults: 101 })).rejects.toThrow('want 1 to 100');
    await expect(on.perform('ListFindings', { sortCriteria: {} })).rejects.toThrow('sortCriteria');
    await expect(
      on.perform('ListFindings', { filterCriteria: { severity: equals('HIGH') } }),
    ).rejects.toThrow('filterCriteria.severity');
    await expect(on.perform('ListFindings', { nextToken: 'x' })).rejects.toMatchObject({
      code: 'ValidationException',
    });
    expect(on.checksOf('ListFindings', {})).toEqual([{ action: 'inspector2:ListFindings', resource: '*' }]);
  });

  it('are of members alone', async () => {
    const { organization } = await furnished();
    expect(() => addInspectorFinding(organization, { ...SPEC, account: '999999999999' })).toThrow(
      'no member',
    );
  });
});
