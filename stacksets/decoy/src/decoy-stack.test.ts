import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { TAGS } from '@cordon/incident';
import { DECOY } from '@cordon/incident/live-drill';
import { DecoyStack } from './decoy-stack.ts';
import { userData } from './user-data.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-decoy-'));
afterAll(() => rmSync(work, { recursive: true }));
const app = makeApp({ outdir: work, delivery: 'stack-set' });
const stack = new DecoyStack(app, DECOY.stack);
app.synth();
const template = Template.fromStack(stack);
const [launch] = Object.values(template.findResources('AWS::EC2::LaunchTemplate'));
const data = launch?.['Properties'].LaunchTemplateData;

describe('the decoy', () => {
  it('has no way out but the resolver: no gateway, no route, no rule that lets anything through', () => {
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    expect(types.toSorted()).toEqual([
      'AWS::EC2::Instance',
      'AWS::EC2::LaunchTemplate',
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::Subnet',
      'AWS::EC2::VPC',
      'AWS::IAM::InstanceProfile',
      'AWS::IAM::Role',
    ]);
    template.hasResourceProperties('AWS::EC2::VPC', { EnableDnsSupport: true });
    const [group] = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    expect(group?.['Properties'].SecurityGroupEgress).toMatchObject([{ CidrIp: '127.0.0.1/32' }]);
    expect(group?.['Properties']).not.toHaveProperty('SecurityGroupIngress');
    expect(data.NetworkInterfaces).toMatchObject([{ AssociatePublicIpAddress: false }]);
  });

  it('has a role without any right, tokens at its metadata, and an encrypted disk', () => {
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    expect(Object.keys(role?.['Properties']).toSorted()).toEqual(['AssumeRolePolicyDocument', 'Description']);
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(data.BlockDeviceMappings).toMatchObject([{ Ebs: { Encrypted: true, VolumeSize: DECOY.diskGiB } }]);
    expect(data).not.toHaveProperty('KeyName');
  });

  it('asks a bounded number of times, connects to nothing, and then stops, without ending itself', () => {
    const script = userData();
    expect(data.UserData).toEqual({ 'Fn::Base64': script });
    expect(script.match(/guarddutyc2activityb\.com/g)).toHaveLength(1);
    expect(script).toContain(`seq ${DECOY.asks}`);
    expect(script).toContain(`shutdown -h +${DECOY.runsHours * 60}`);
    expect(script).not.toMatch(/curl|wget|nc |\/dev\/tcp|https?:/);
    expect(data.InstanceInitiatedShutdownBehavior).toBe('stop');
    expect(DECOY.asks / 60).toBeLessThan(DECOY.runsHours);
  });

  it('says what it is, by tags that Cordon does not read', () => {
    const [decoy] = Object.values(template.findResources('AWS::EC2::Instance'));
    expect(decoy?.['Properties'].Tags).toEqual([
      { Key: 'Name', Value: 'cordon-decoy' },
      { Key: 'purpose', Value: expect.stringContaining('live drill') },
    ]);
    const text = JSON.stringify(template.toJSON());
    for (const tag of Object.values(TAGS)) expect(text).not.toContain(`"${tag}"`);
  });
});
