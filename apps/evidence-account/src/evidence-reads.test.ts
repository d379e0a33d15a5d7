import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { codeRootIn } from './code-root.fixture.ts';
import { EvidenceHomeStack } from './evidence-home-stack.ts';
import { EvidenceRegionStack } from './evidence-region-stack.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-reads-'));
afterAll(() => rmSync(work, { recursive: true }));
const codeRoot = codeRootIn(work);
const app = makeApp({ outdir: join(work, 'out'), delivery: 'account' });
// Nobody is let in: reads are told all the same.
const bare = {
  ...config,
  evidence: { ...config.evidence, readers: [], keepers: [], blockHashes: undefined },
};
const stacks = {
  home: new EvidenceHomeStack(app, 'Home', { config, codeRoot }),
  region: new EvidenceRegionStack(app, 'Region', { config, codeRoot }),
  bareHome: new EvidenceHomeStack(app, 'BareHome', { config: bare, codeRoot }),
};
app.synth();
const home = Template.fromStack(stacks.home);
const region = Template.fromStack(stacks.region);

const only = (template: Template, type: string, properties: object = {}) => {
  const [found, ...others] = Object.entries(template.findResources(type, { Properties: properties }));
  if (found === undefined || others.length > 0) throw new Error(`want one ${type}`);
  return { id: found[0], dependsOn: found[1]['DependsOn'] as unknown, ...found[1]['Properties'] };
};
const BUCKET = 'cordon-trail-602011150003';

describe('the trail of reads', () => {
  const trail = only(home, 'AWS::CloudTrail::Trail');

  it('records objects of the vault, blocks of snapshots and changes, in every Region, with files that can be verified', () => {
    expect(trail).toMatchObject({
      TrailName: 'cordon-reads',
      IsLogging: true,
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
    });
    const [vault, snapshots, changes] = trail.AdvancedEventSelectors;
    expect(vault.FieldSelectors[2]).toEqual({
      Field: 'resources.ARN',
      StartsWith: ['', '-eu-central-1', '-us-east-1', '-us-west-2', '-ap-southeast-2'].map((of) => ({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::cordon-vault-602011150003${of}/`]],
      })),
    });
    expect(snapshots.FieldSelectors).toEqual([
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::EC2::Snapshot'] },
    ]);
    expect(changes.FieldSelectors).toEqual([
      { Field: 'eventCategory', Equals: ['Management'] },
      { Field: 'readOnly', Equals: ['false'] },
    ]);
  });

  it('is made after the policy that lets it write', () => {
    expect(trail.dependsOn).toContain(only(home, 'AWS::S3::BucketPolicy', { Bucket: trail.S3BucketName }).id);
  });

  it('is there where nobody is let in, too', () => {
    expect(only(Template.fromStack(stacks.bareHome), 'AWS::CloudTrail::Trail').TrailName).toBe(
      'cordon-reads',
    );
  });
});

describe("the trail's bucket", () => {
  it('is versioned, locked as evidence is, and never public', () => {
    expect(only(home, 'AWS::S3::Bucket', { BucketName: BUCKET })).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: config.evidence.lockDays } },
      },
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
  });
});

describe('the rule of every Region', () => {
  it('leaves out the roles that read all day, and takes callers that are no session', () => {
    const { EventPattern: pattern } = only(region, 'AWS::Events::Rule', { Name: 'cordon-reads' });
    const [but, none] = pattern.detail.userIdentity.sessionContext.sessionIssuer.arn;
    expect(none).toEqual({ exists: false });
    expect(JSON.stringify(but['anything-but'])).toMatch(/cordon-recorder.*cordon-hasher.*cordon-custodian/);
    expect(but['anything-but']).toHaveLength(3);
  });

  it('fits into what EventBridge takes', () => {
    const { EventPattern: pattern } = only(region, 'AWS::Events::Rule', { Name: 'cordon-reads' });
    expect(JSON.stringify(pattern).length).toBeLessThan(2_048);
  });
});
