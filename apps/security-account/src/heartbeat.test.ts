import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { codeRootWith } from '@cordon/constructs/testing';
import { STEPS } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { SecurityHomeStack } from './security-home-stack.ts';

const RUNBOOKS = join(import.meta.dirname, '../../../docs/runbooks');
const work = mkdtempSync(join(tmpdir(), 'cordon-heartbeat-'));
afterAll(() => rmSync(work, { recursive: true }));
const codeRoot = codeRootWith(work, [...STEPS, 'operator', 'heartbeat']);

const synthesize = (folder: string, heartbeat: typeof config.heartbeat) => {
  const app = makeApp({ outdir: join(work, folder), delivery: 'account' });
  const of = { ...config, heartbeat };
  return Template.fromStack(new SecurityHomeStack(app, 'CordonSecurityHome', { config: of, codeRoot }));
};
const off = synthesize('off', undefined);
const on = synthesize('on', { everyHours: 6 });

/** The names of what there is of a type. */
const namesOf = (template: Template, type: string, property: string): readonly string[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => String(Properties[property]));
/** The resources that the heartbeat has and a deployment without it has not, by type. */
const added = Object.entries(on.toJSON()['Resources'] as Record<string, { readonly Type: string }>)
  .filter(([id]) => !(id in off.toJSON()['Resources']))
  .map(([, { Type }]) => Type);

describe('the heartbeat', () => {
  it('that is left out leaves nothing behind', () => {
    expect(JSON.stringify(off.toJSON())).not.toMatch(
      /heartbeat|region-silent|region-undelegated|SecondsToHeard/,
    );
  });

  it('is one function with its role, its log, a clock that alone may call it, and three alarms', () => {
    expect(added.toSorted()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Alarm',
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
    ]);
    expect(namesOf(on, 'AWS::IAM::Role', 'RoleName')).toContain('cordon-heartbeat');
    const [[ruleId, rule] = []] = Object.entries(
      on.findResources('AWS::Events::Rule', { Properties: { Name: 'cordon-heartbeat' } }),
    );
    const [[functionId] = []] = Object.entries(
      on.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'cordon-heartbeat' } }),
    );
    on.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: { Ref: functionId },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
    });
    // A run ends before the next begins.
    expect(rule?.['Properties'].ScheduleExpression).toBe('rate(15 minutes)');
    on.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'cordon-heartbeat', Timeout: 240 });
  });

  it('calls people where a Region is silent, where delegation is gone, and where it fails; each has a runbook and is shown', () => {
    const names = ['cordon-heartbeat-failed', 'cordon-region-silent', 'cordon-region-undelegated'];
    const topic = Object.keys(
      on.findResources('AWS::SNS::Topic', { Properties: { TopicName: 'cordon-notifications' } }),
    );
    const shown = JSON.stringify(on.findResources('AWS::CloudWatch::Dashboard'));
    for (const AlarmName of names) {
      on.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName, AlarmActions: [{ Ref: topic[0] }] });
      expect(existsSync(join(RUNBOOKS, `${AlarmName.replace('cordon-', '')}.md`))).toBe(true);
      expect(shown).toContain(AlarmName);
    }
    expect(shown).toContain('Seconds from a sample to intake');
  });
});
