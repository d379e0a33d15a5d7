import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { defineConfig, type CordonConfig } from '@cordon/incident';
import { HandlerFunction } from './handler-function.ts';

const settings = {
  organizationId: 'o-cordondrill',
  accounts: {
    management: '602011150001',
    security: '602011150002',
    evidence: '602011150003',
    forensics: '602011150004',
  },
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1'],
  policy: { schemaVersion: 1 },
  evidence: { lockMode: 'governance', lockDays: 90 },
  forensics: { instanceType: 'm6i.xlarge', imageParameter: '/aws/service/image' },
} satisfies Parameters<typeof defineConfig>[0];

const code = mkdtempSync(join(tmpdir(), 'cordon-code-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = () => "done";\n');
afterAll(() => rmSync(code, { recursive: true }));

const statements = [{ Sid: 'Log', Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }];
const template = (config: CordonConfig, inResponse = false): Template => {
  const stack = new Stack(new App(), 'Test');
  new HandlerFunction(stack, 'Tested', {
    name: 'cordon-tested',
    description: 'tested',
    code,
    timeoutSeconds: 42,
    config,
    statements,
    inResponse,
  });
  return Template.fromStack(stack);
};

describe('HandlerFunction', () => {
  it('makes a function with its own role, a timeout, and a log group that expires and is there first', () => {
    const made = template(defineConfig(settings));
    const [[roleId] = []] = Object.entries(made.findResources('AWS::IAM::Role'));
    const [[logsId, logs] = []] = Object.entries(made.findResources('AWS::Logs::LogGroup'));
    expect(logs?.['Properties']).toEqual({ LogGroupName: '/aws/lambda/cordon-tested', RetentionInDays: 400 });
    made.resourceCountIs('AWS::IAM::Role', 1);
    made.hasResource('AWS::Lambda::Function', {
      Properties: {
        FunctionName: 'cordon-tested',
        Runtime: 'nodejs24.x',
        Architectures: ['x86_64'],
        Handler: 'index.handler',
        Timeout: 42,
        Role: { 'Fn::GetAtt': [roleId, 'Arn'] },
      },
      DependsOn: [logsId],
    });
  });

  it('gives the role the statements it was given, with their Sids, and no managed policy', () => {
    const [role] = Object.values(template(defineConfig(settings)).findResources('AWS::IAM::Role'));
    expect(role?.['Properties']).toMatchObject({
      RoleName: 'cordon-tested',
      Path: '/cordon/',
      Policies: [{ PolicyName: 'needs', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    });
    expect(role?.['Properties']).not.toHaveProperty('ManagedPolicyArns');
  });

  it('hands the configuration over so that the function can parse it again', () => {
    const config = defineConfig(settings);
    const [made] = Object.values(template(config).findResources('AWS::Lambda::Function'));
    const text: unknown = made?.['Properties'].Environment.Variables.CORDON_CONFIG;
    expect(defineConfig(JSON.parse(String(text)))).toEqual(config);
  });

  it.each([
    ['acts in a response, where traces are wanted', true, { xray: {} }, { Mode: 'Active' }],
    ['acts in a response, where they are not', true, {}, undefined],
    ['does not act in one', false, { xray: {} }, undefined],
  ])('has its runs traced, or not, where it %s', (_where, inResponse, more, mode) => {
    const config = defineConfig({ ...settings, ...more });
    const [made] = Object.values(template(config, inResponse).findResources('AWS::Lambda::Function'));
    expect(made?.['Properties'].TracingConfig).toEqual(mode);
  });

  it('refuses a configuration that no environment holds, with both sizes', () => {
    const excludeAccounts = Array.from({ length: 300 }, (_, index) => String(100_000_000_000 + index));
    const config = defineConfig({ ...settings, policy: { schemaVersion: 1, excludeAccounts } });
    expect(() => template(config)).toThrow(/environment of 6\d{3} bytes where Lambda takes 4096/);
  });
});
