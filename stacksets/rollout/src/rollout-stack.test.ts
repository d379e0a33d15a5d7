import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { memberTemplates, type MemberTemplate } from './member-templates.ts';
import { rolloutRegions, RolloutStack, type RolloutProps } from './rollout-stack.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-rollout-'));
afterAll(() => rmSync(work, { recursive: true }));

const built = memberTemplates(join(import.meta.dirname, '../../member-account/cdk.out'));

const synthesize = (
  folder: string,
  more: Partial<RolloutProps['config']> = {},
  templates = built,
): Template => {
  const app = makeApp({ outdir: join(work, folder), delivery: 'account' });
  return Template.fromStack(
    new RolloutStack(app, 'CordonRollout', { config: { ...config, ...more }, templates }),
  );
};

const setsOf = (template: Template): readonly { readonly Properties: Record<string, unknown> }[] =>
  Object.values(template.findResources('AWS::CloudFormation::StackSet')) as never;

describe('the rollout', () => {
  const template = synthesize('built');

  it('has a StackSet for each template of members, retained when an account leaves', () => {
    expect(setsOf(template).map(({ Properties }) => Properties['StackSetName'])).toEqual(
      built.map(({ name }) => name),
    );
    template.allResourcesProperties('AWS::CloudFormation::StackSet', {
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
      ManagedExecution: { Active: true },
      Tags: [{ Key: 'project', Value: 'cordon' }],
    });
  });

  it('leaves the product’s own accounts out, which lie below the root too', () => {
    const { security, evidence, forensics } = config.accounts;
    for (const { Properties } of setsOf(template))
      expect(Properties['StackInstancesGroup']).toMatchObject([
        {
          DeploymentTargets: { AccountFilterType: 'DIFFERENCE', Accounts: [security, evidence, forensics] },
        },
      ]);
  });

  it('carries the templates as they were synthesized', () => {
    expect(setsOf(template).map(({ Properties }) => Properties['TemplateBody'])).toEqual(
      built.map(({ body }) => body),
    );
  });

  it('begins in the home Region, and has the Region of global events', () => {
    const [first] = setsOf(template);
    const { RegionOrder } = Object(first?.Properties['OperationPreferences']) as {
      RegionOrder: readonly string[];
    };
    expect(RegionOrder[0]).toBe(config.homeRegion);
    expect(RegionOrder).toContain('us-east-1');
    expect(rolloutRegions({ ...config, regions: ['eu-west-1'] })).toEqual(['eu-west-1', 'us-east-1']);
  });

  it('stays in its partition, and writes none out', () => {
    const home = 'us-gov-west-1';
    const gov = synthesize('gov', { homeRegion: home, regions: ['us-gov-east-1', home] });
    const text = JSON.stringify(gov.toJSON());
    expect(text).not.toContain('arn:aws');
    expect(rolloutRegions({ ...config, homeRegion: home, regions: ['us-gov-east-1', home] })).toEqual([
      home,
      'us-gov-east-1',
    ]);
  });

  it('is refused in China, with the reason', () => {
    expect(() => synthesize('china', { homeRegion: 'cn-north-1', regions: ['cn-north-1'] })).toThrow(
      /no service-managed StackSets/,
    );
  });

  it('refuses a template that a StackSet would not take', () => {
    const long: MemberTemplate = { name: 'CordonMemberAccount', placement: 'home', body: 'x'.repeat(51_201) };
    expect(() => synthesize('long', {}, [long])).toThrow(/51201 bytes/);
  });

  it('wants the member template synthesized first', () => {
    expect(() => memberTemplates(work)).toThrow(/is missing: synthesize/);
    writeFileSync(join(work, 'CordonMemberAccount.template.json'), '{}');
    expect(memberTemplates(work)).toEqual([
      { name: 'CordonMemberAccount', placement: 'every-region', body: '{}' },
    ]);
  });
});
