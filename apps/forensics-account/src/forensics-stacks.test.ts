import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { config } from '../../../cordon.config.ts';
import { ForensicsHomeStack } from './forensics-home-stack.ts';
import { ForensicsRegionStack } from './forensics-region-stack.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-forensics-'));
afterAll(() => rmSync(work, { recursive: true }));
const app = makeApp({ outdir: work, delivery: 'account' });
const stacks = {
  home: new ForensicsHomeStack(app, 'CordonForensicsHome', config),
  region: new ForensicsRegionStack(app, 'CordonForensicsRegion', config),
};
app.synth();
const home = Template.fromStack(stacks.home);
const region = Template.fromStack(stacks.region);

const idOf = (type: string, properties: object): string => {
  const [id, ...others] = Object.keys(region.findResources(type, { Properties: properties }));
  if (id === undefined || others.length > 0)
    throw new Error(`want one ${type}, got ${[id, ...others].join(', ')}`);
  return id;
};

/** Properties of the one resource of a type that has `properties`. */
const propertiesOf = (template: Template, type: string, properties: object = {}) => {
  const [found, ...others] = Object.values(template.findResources(type, { Properties: properties }));
  if (found === undefined || others.length > 0)
    throw new Error(`want one ${type} with ${JSON.stringify(properties)}`);
  return found['Properties'];
};

describe('the isolated network', () => {
  it.each([
    'AWS::EC2::InternetGateway',
    'AWS::EC2::NatGateway',
    'AWS::EC2::Route',
    'AWS::EC2::VPCPeeringConnection',
  ])('has no %s', (type) => {
    expect(region.findResources(type)).toEqual({});
  });

  it('has two subnets in two zones, neither of which gives public addresses', () => {
    const subnets = Object.values(region.findResources('AWS::EC2::Subnet')).map(
      (found) => found['Properties'],
    );
    expect(subnets.map(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toEqual([false, false]);
    expect(new Set(subnets.map(({ AvailabilityZone }) => JSON.stringify(AvailabilityZone))).size).toBe(2);
  });

  it('lets the machine reach the endpoints on 443 and nothing else', () => {
    const machine = idOf('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Forensic machine: to the endpoints only',
    });
    const endpoints = idOf('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Endpoints: from the forensic machine only',
    });
    const groupId = (id: string): object => ({ 'Fn::GetAtt': [id, 'GroupId'] });
    const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
    region.resourcePropertiesCountIs('AWS::EC2::SecurityGroupEgress', {}, 1);
    region.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      ...https,
      GroupId: groupId(machine),
      DestinationSecurityGroupId: groupId(endpoints),
    });
    region.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', {}, 1);
    region.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      ...https,
      GroupId: groupId(endpoints),
      SourceSecurityGroupId: groupId(machine),
    });
    const inline = Object.values(region.findResources('AWS::EC2::SecurityGroup')).map(
      (found) => found['Properties'],
    );
    expect(inline.map(({ SecurityGroupEgress }) => SecurityGroupEgress[0].CidrIp)).toEqual([
      '127.0.0.1/32',
      '127.0.0.1/32',
    ]);
    expect(inline.every(({ SecurityGroupIngress }) => SecurityGroupIngress === undefined)).toBe(true);
  });

  it('has private endpoints for the agent that serve principals of this account only', () => {
    const endpoints = Object.values(region.findResources('AWS::EC2::VPCEndpoint')).map(
      (found) => found['Properties'],
    );
    expect(endpoints.map(({ ServiceName }) => ServiceName['Fn::Join'][1].at(-1))).toEqual([
      '.ssm',
      '.ssmmessages',
      '.logs',
      '.kms',
    ]);
    for (const { PrivateDnsEnabled, VpcEndpointType, PolicyDocument } of endpoints) {
      expect([PrivateDnsEnabled, VpcEndpointType]).toEqual([true, 'Interface']);
      for (const { Effect, Condition } of PolicyDocument.Statement)
        expect([Effect, Condition]).toEqual([
          'Allow',
          { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
        ]);
    }
  });
});

describe('the forensic machine', () => {
  const [template] = Object.values(region.findResources('AWS::EC2::LaunchTemplate'));
  const data = template?.['Properties'].LaunchTemplateData;

  it('is started by name, from the configured image and in the isolated network', () => {
    expect(template?.['Properties'].LaunchTemplateName).toBe('cordon-forensic-machine');
    expect(data).toMatchObject({
      ImageId: `resolve:ssm:${config.forensics.imageParameter}`,
      InstanceType: config.forensics.instanceType,
      IamInstanceProfile: { Name: 'cordon-forensic-machine' },
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          AssociatePublicIpAddress: false,
          SubnetId: { Ref: Object.keys(region.findResources('AWS::EC2::Subnet'))[0] },
        },
      ],
    });
  });

  it('asks for tokens at its metadata, has no key pair, and encrypts its disk under the working key', () => {
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
    expect(data).not.toHaveProperty('KeyName');
    const key = idOf('AWS::KMS::Key', { Description: 'Cordon: working volumes of the forensic machine' });
    expect(data.BlockDeviceMappings).toMatchObject([
      { Ebs: { Encrypted: true, KmsKeyId: { 'Fn::GetAtt': [key, 'Arn'] } } },
    ]);
  });

  it('has sessions streamed into a log group that expires, by a document that ends them in time', () => {
    const { Content: content, DocumentType } = propertiesOf(region, 'AWS::SSM::Document', {
      Name: 'cordon-session',
    });
    const sessionsKey = idOf('AWS::KMS::Key', {
      Description: 'Cordon: sessions on forensic machines, on their way and as recorded',
    });
    expect(DocumentType).toBe('Session');
    expect(content).toMatchObject({
      sessionType: 'Standard_Stream',
      inputs: {
        cloudWatchLogGroupName: '/cordon/sessions',
        cloudWatchStreamingEnabled: true,
        // Under a key of ours, or the session does not start.
        cloudWatchEncryptionEnabled: true,
        kmsKeyId: { 'Fn::GetAtt': [sessionsKey, 'Arn'] },
        idleSessionTimeout: '20',
        maxSessionDuration: '480',
      },
    });
    expect(propertiesOf(region, 'AWS::Logs::LogGroup').LogGroupName).toBe('/cordon/sessions');
    expect(propertiesOf(region, 'AWS::Logs::LogGroup')).toMatchObject({
      RetentionInDays: 400,
      KmsKeyId: { 'Fn::GetAtt': [sessionsKey, 'Arn'] },
    });
  });

  it('has a role for the agent channel and its recordings that denies everything else', () => {
    home.hasResourceProperties('AWS::IAM::InstanceProfile', {
      InstanceProfileName: 'cordon-forensic-machine',
    });
    const role = propertiesOf(home, 'AWS::IAM::Role', { RoleName: 'cordon-forensic-machine' });
    const statements = role.Policies[0].PolicyDocument.Statement;
    const deny = statements.at(-1);
    const allowed: readonly string[] = statements
      .slice(0, -1)
      .flatMap(({ Action }: { Action: string | readonly string[] }) => Action);
    expect(deny).toMatchObject({ Effect: 'Deny', NotAction: allowed, Resource: '*' });
    expect(allowed.filter((action) => !/^(ssm|ssmmessages|ec2messages):/.test(action))).toEqual([
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'logs:DescribeLogGroups',
      'kms:Decrypt',
    ]);
  });
});

describe('the key of sessions', () => {
  it('is used by CloudWatch Logs for the one log group, opened by the machine, and by nobody to read', () => {
    const key = propertiesOf(region, 'AWS::KMS::Key', {
      Description: 'Cordon: sessions on forensic machines, on their way and as recorded',
    });
    const [logs, machine, people, ...others] = key.KeyPolicy.Statement.slice(2);
    expect(others).toEqual([]);
    expect(JSON.stringify(logs.Condition)).toContain(':log-group:/cordon/sessions');
    expect(JSON.stringify(machine.Condition)).toContain(':role/cordon/cordon-forensic-machine');
    expect([machine.Action, people.Action]).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
  });
});

describe('the stacks', () => {
  it('use the working key for the examiner through EC2 only', () => {
    const key = propertiesOf(region, 'AWS::KMS::Key', {
      Description: 'Cordon: working volumes of the forensic machine',
    });
    const [use, grant, read, readGrant, ...others] = key.KeyPolicy.Statement.slice(2);
    expect(others).toEqual([]);
    expect([use, grant, read, readGrant].map(({ Sid }) => Sid)).toEqual([
      'ExaminerUse',
      'ExaminerGrant',
      'CustodianUse',
      'CustodianGrant',
    ]);
    // Results are read from under it for their copy; nothing of the evidence account writes under it.
    expect(read.Action).toEqual(['kms:DescribeKey', 'kms:Decrypt', 'kms:ReEncryptFrom']);
    expect(readGrant.Condition.Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' });
    expect(use.Condition.StringLike).toEqual({ 'kms:ViaService': 'ec2.*.amazonaws.com' });
    expect(grant.Condition.Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' });
  });

  it('name no Region', () => {
    const text = JSON.stringify([home.toJSON(), region.toJSON()]);
    for (const name of config.regions) expect(text).not.toContain(name);
  });

  it('give the examiner its contract name', () => {
    expect(propertiesOf(home, 'AWS::IAM::Role', { RoleName: 'cordon-examiner' }).Path).toBe('/cordon/');
  });
});
