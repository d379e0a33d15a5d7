import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { codeRootWith } from '@cordon/constructs/testing';
import { defineConfig, STEPS, type CordonConfig } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { SecurityHomeStack } from './security-home-stack.ts';

const RUNBOOKS = join(import.meta.dirname, '../../../docs/runbooks');
const work = mkdtempSync(join(tmpdir(), 'cordon-coverage-'));
afterAll(() => rmSync(work, { recursive: true }));
const codeRoot = codeRootWith(work, [...STEPS, 'operator', 'coverage', 'try-duty']);

const synthesize = (folder: string, more: Partial<CordonConfig>) => {
  const app = makeApp({ outdir: join(work, folder), delivery: 'account' });
  const of = defineConfig({ ...config, ...more });
  return Template.fromStack(new SecurityHomeStack(app, 'CordonSecurityHome', { config: of, codeRoot }));
};
const namesOf = (template: Template, type: string, property: string): readonly string[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => String(Properties[property]));
const isOurs = (name: string): boolean => /coverage|cordon-try-|accounts-late/.test(name);
const TYPES = [
  ['AWS::Lambda::Function', 'FunctionName'],
  ['AWS::DynamoDB::Table', 'TableName'],
  ['AWS::Events::Rule', 'Name'],
  ['AWS::CloudWatch::Alarm', 'AlarmName'],
  ['AWS::IAM::Role', 'RoleName'],
] as const;

const off = synthesize('off', { coverage: undefined });
const on = synthesize('on', { coverage: { withinMinutes: 60 } });
const few = synthesize('few', {
  coverage: { withinMinutes: 60 },
  containment: { ...config.containment, replacement: undefined },
  evidence: { ...config.evidence, memory: undefined },
});

const TRIES = ['inspect', 'contain', 'acquire', 'revoke', 'release', 'replace', 'capture'].map(
  (duty) => `cordon-try-${duty}`,
);

describe('coverage', () => {
  it('that is left out leaves nothing behind', () => {
    expect(TYPES.flatMap(([type, name]) => namesOf(off, type, name)).filter(isOurs)).toEqual([]);
    expect(JSON.stringify(off.toJSON())).not.toContain('cordon-try-');
  });

  it('has one function on a clock, and one for each duty that the deployment has', () => {
    expect(namesOf(on, 'AWS::Lambda::Function', 'FunctionName').filter(isOurs).toSorted()).toEqual(
      ['cordon-coverage', ...TRIES].toSorted(),
    );
    const without = namesOf(few, 'AWS::Lambda::Function', 'FunctionName').filter(isOurs);
    expect(without).not.toContain('cordon-try-replace');
    expect(without).not.toContain('cordon-try-capture');
    expect(without).toHaveLength(TRIES.length - 1);
  });

  it('makes one role, and tries by roles of functions that perform the duties', () => {
    expect(namesOf(on, 'AWS::IAM::Role', 'RoleName').filter(isOurs)).toEqual(['cordon-coverage']);
    const roles = new Map(
      Object.entries(on.findResources('AWS::IAM::Role')).map(([id, { Properties }]) => [
        id,
        Properties.RoleName,
      ]),
    );
    const tries = Object.values(on.findResources('AWS::Lambda::Function')).flatMap(({ Properties }) =>
      TRIES.includes(Properties.FunctionName)
        ? [[Properties.FunctionName, roles.get(Properties.Role['Fn::GetAtt'][0])]]
        : [],
    );
    expect(Object.fromEntries(tries)).toEqual({
      'cordon-try-inspect': 'cordon-inspect',
      'cordon-try-contain': 'cordon-isolate-network',
      'cordon-try-acquire': 'cordon-freeze',
      'cordon-try-revoke': 'cordon-revoke-credentials',
      'cordon-try-release': 'cordon-lift-due',
      'cordon-try-replace': 'cordon-replace',
      'cordon-try-capture': 'cordon-capture-memory',
    });
  });

  it('ends a run before its clock begins the next', () => {
    const [rule] = Object.values(
      on.findResources('AWS::Events::Rule', { Properties: { Name: 'cordon-coverage' } }),
    );
    expect(rule?.['Properties'].ScheduleExpression).toBe('rate(10 minutes)');
    on.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'cordon-coverage', Timeout: 540 });
  });

  it('alarms where an account is late, over two runs, and where a function fails, each with a runbook', () => {
    on.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'cordon-accounts-late',
      Namespace: 'Cordon',
      MetricName: 'Coverage',
      Dimensions: [{ Name: 'Verdict', Value: 'late' }],
      Period: 1_200,
    });
    const names = namesOf(on, 'AWS::CloudWatch::Alarm', 'AlarmName').filter(isOurs);
    expect(names.toSorted()).toEqual(
      ['cordon-accounts-late', ...['cordon-coverage', ...TRIES].map((name) => `${name}-failed`)].toSorted(),
    );
    for (const file of ['accounts-late', 'coverage-failed'])
      expect(existsSync(join(RUNBOOKS, `${file}.md`))).toBe(true);
    const shown = JSON.stringify(on.findResources('AWS::CloudWatch::Dashboard'));
    for (const name of names) expect(shown).toContain(name);
    expect(shown).toContain('Accounts times Regions');
  });
});
