import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { makeApp } from '@cordon/constructs';
import { codeRootWith } from '@cordon/constructs/testing';
import { defineConfig, STEPS, type CordonConfig } from '@cordon/incident';
import { config } from '../../../cordon.config.ts';
import { SecurityHomeStack } from './security-home-stack.ts';

const work = mkdtempSync(join(tmpdir(), 'cordon-notifications-'));
afterAll(() => rmSync(work, { recursive: true }));
const codeRoot = codeRootWith(work, [...STEPS, 'operator', 'notifier']);

const webhook = { url: 'https://hooks.example.com/x', secretParameter: '/cordon/webhook-secret' };
const synthesize = (folder: string, notifications?: Partial<NonNullable<CordonConfig['notifications']>>) => {
  const app = makeApp({ outdir: join(work, folder), delivery: 'account' });
  const of = defineConfig({ ...config, notifications });
  return Template.fromStack(new SecurityHomeStack(app, 'CordonSecurityHome', { config: of, codeRoot }));
};
const namesOf = (template: Template, type: string, property: string): readonly unknown[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties[property]);

const off = synthesize('off');
const mail = synthesize('mail', { email: ['a@example.com', 'b@example.com'] });
const all = synthesize('all', { email: [], chat: true, webhook, securityHub: true });

describe('notifications', () => {
  it('that are left out leave nothing behind', () => {
    off.resourceCountIs('AWS::SNS::Subscription', 0);
    off.resourceCountIs('AWS::SNS::Topic', 1);
    expect(namesOf(off, 'AWS::Lambda::Function', 'FunctionName')).not.toContain('cordon-notifier');
  });

  it('by mail subscribe each address, and need no function', () => {
    expect(namesOf(mail, 'AWS::SNS::Subscription', 'Endpoint')).toEqual(['a@example.com', 'b@example.com']);
    expect(namesOf(mail, 'AWS::Lambda::Function', 'FunctionName')).not.toContain('cordon-notifier');
  });

  it('have a queue for each way, which the topic alone may send to, and one for what was not sent', () => {
    const queues = namesOf(all, 'AWS::SQS::Queue', 'QueueName').filter((name) =>
      /notices/.test(String(name)),
    );
    expect(queues.map(String).toSorted()).toEqual([
      'cordon-notices-chat',
      'cordon-notices-security-hub',
      'cordon-notices-undelivered',
      'cordon-notices-webhook',
    ]);
    expect(namesOf(all, 'AWS::SNS::Subscription', 'Protocol')).toEqual(['sqs', 'sqs', 'sqs']);
    const [people] = Object.keys(
      all.findResources('AWS::SNS::Topic', { Properties: { TopicName: 'cordon-notifications' } }),
    );
    const admitted = Object.values(all.findResources('AWS::SQS::QueuePolicy'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Sid }) => Sid === 'FromTopic');
    expect(admitted).toHaveLength(3);
    for (const { Principal, Condition } of admitted) {
      expect(Principal).toEqual({ Service: 'sns.amazonaws.com' });
      expect(Condition).toEqual({ ArnEquals: { 'aws:SourceArn': { Ref: people } } });
    }
  });

  it('try for an hour, far longer than the function runs, then give up where somebody sees it', () => {
    const notices = Object.values(all.findResources('AWS::SQS::Queue')).filter(({ Properties }) =>
      /^cordon-notices-(chat|webhook|security-hub)$/.test(String(Properties.QueueName)),
    );
    for (const { Properties } of notices) {
      const { VisibilityTimeout, RedrivePolicy } = Properties;
      expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBe(3_600);
      expect(VisibilityTimeout).toBe(6 * 20);
    }
    expect(namesOf(all, 'AWS::CloudWatch::Alarm', 'AlarmName')).toEqual(
      expect.arrayContaining(['cordon-notifier-failed', 'cordon-notices-undelivered']),
    );
  });

  it('have their alarms on the dashboard', () => {
    const shown = JSON.stringify(all.findResources('AWS::CloudWatch::Dashboard'));
    expect(shown).toContain('cordon-notices-undelivered');
    expect(JSON.stringify(off.findResources('AWS::CloudWatch::Dashboard'))).not.toContain('notices');
  });

  it('let nobody but the notifier publish what a chat renders', () => {
    const policies = Object.values(all.findResources('AWS::SNS::TopicPolicy')).map(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    expect(policies).toContainEqual([
      expect.objectContaining({ Sid: 'OnlyNotifier', Effect: 'Deny', Principal: { AWS: '*' } }),
      expect.objectContaining({ Sid: 'OnlyEncryptedTransport', Effect: 'Deny' }),
    ]);
  });
});
