import { notifierStatements } from '@cordon/responder/needs';
import { addParameter } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { allowedBy, securityNames, type Asked } from './allowed-by.ts';
import { notifying } from '../simulation/notifying.ts';
import { securityHome } from '../simulation/security-home.ts';
import { play } from '../steps/play.ts';

const { security } = notifying.accounts;
const HOME = notifying.homeRegion;
const names = securityNames(notifying);
const ALL = { ...notifying.notifications, email: [], chat: true, securityHub: true };
const home = (service: string, rest: string, account = security): string =>
  `arn:aws:${service}:${HOME}:${account}:${rest}`;
const HUB = `arn:aws:securityhub:eu-central-1:${security}:hub/default`;

const allows = (asked: Asked): boolean => allowedBy(notifierStatements(names, ALL), asked, notifying);

const write = (fields: Readonly<Record<string, string>>): Asked => ({
  action: 'securityhub:BatchUpdateFindings',
  resource: HUB,
  context: Object.fromEntries(
    Object.entries(fields).map(([path, value]) => [`securityhub:ASFFSyntaxPath/${path}`, value]),
  ),
});
const NOTE = { 'Note.Text': 'x', 'Note.UpdatedBy': 'cordon-notifier' };

describe('the notifier', () => {
  it.each<[string, Asked, boolean]>([
    [
      'take messages of the chat',
      { action: 'sqs:ReceiveMessage', resource: home('sqs', 'cordon-notices-chat') },
      true,
    ],
    ['take findings', { action: 'sqs:ReceiveMessage', resource: home('sqs', 'cordon-findings') }, false],
    [
      'empty the queue of what was not sent',
      { action: 'sqs:DeleteMessage', resource: home('sqs', 'cordon-notices-undelivered') },
      false,
    ],
    [
      'write into a queue',
      { action: 'sqs:SendMessage', resource: home('sqs', 'cordon-notices-chat') },
      false,
    ],
    ['publish to the chat', { action: 'sns:Publish', resource: home('sns', 'cordon-chat') }, true],
    [
      'publish to people, and so to itself',
      { action: 'sns:Publish', resource: home('sns', 'cordon-notifications') },
      false,
    ],
    [
      'read the secret',
      { action: 'ssm:GetParameter', resource: home('ssm', 'parameter/cordon/webhook-secret') },
      true,
    ],
    [
      'read another parameter',
      { action: 'ssm:GetParameter', resource: home('ssm', 'parameter/cordon/webhook-secret-2') },
      false,
    ],
    ['decrypt with a key', { action: 'kms:Decrypt', resource: home('kms', 'key/x') }, false],
    ['leave a note', write(NOTE), true],
    ['say that somebody works on it', write({ ...NOTE, 'Workflow.Status': 'NOTIFIED' }), true],
    ['resolve a finding', write({ 'Workflow.Status': 'RESOLVED' }), true],
    ['suppress a finding', write({ ...NOTE, 'Workflow.Status': 'SUPPRESSED' }), false],
    ['make a finding new again', write({ 'Workflow.Status': 'NEW' }), false],
    ['make a finding less severe', write({ ...NOTE, 'Severity.Label': 'LOW' }), false],
    ['call a finding false', write({ ...NOTE, VerificationState: 'FALSE_POSITIVE' }), false],
    ['import findings', { action: 'securityhub:BatchImportFindings', resource: HUB }, false],
    [
      'put events on the bus',
      { action: 'events:PutEvents', resource: home('events', 'event-bus/cordon') },
      false,
    ],
    [
      'take a duty',
      { action: 'sts:AssumeRole', resource: 'arn:aws:iam::602011160021:role/cordon/cordon-contain' },
      false,
    ],
    [
      'read the incident table',
      { action: 'dynamodb:GetItem', resource: home('dynamodb', 'table/cordon-incidents') },
      false,
    ],
  ])('may %s: %#', (_what, asked, expected) => {
    expect(allows(asked)).toBe(expected);
  });

  it.each([
    ['chat', { chat: true, securityHub: false }, ['sns:Publish']],
    ['the webhook', { webhook: ALL.webhook, chat: false, securityHub: false }, ['ssm:GetParameter']],
    [
      'Security Hub',
      { chat: false, securityHub: true },
      ['securityhub:BatchUpdateFindings', 'securityhub:GetFindings'],
    ],
  ])('has of %s what that way needs, and of no other', (_way, settings, rights) => {
    const statements = notifierStatements(names, { email: [], ...settings });
    const actions = statements
      .flatMap(({ Action }) => Action)
      .filter((action) => !/^(sqs|logs):/.test(action));
    expect(actions.toSorted()).toEqual(rights);
  });

  it('is denied nothing that it calls by any way', async () => {
    const played = await play({
      seed: 'notify',
      config: notifying,
      templates: securityHome(notifying),
      post: () => Promise.resolve(200),
      furnish: ({ organization: { world, ids, timeline } }) => {
        addParameter(
          { world, ids },
          { account: security, region: HOME },
          { name: '/cordon/webhook-secret', value: `whsec_${'A'.repeat(43)}=`, now: timeline.now() },
        );
      },
    });
    const calls = played.calls.filter(({ caller }) => caller.includes('/cordon-notifier/'));
    const called = new Set(calls.map(({ service, operation }) => `${service}:${operation}`));
    expect([...called].toSorted()).toEqual(['securityhub:GetFindings', 'sns:Publish', 'ssm:GetParameter']);
    const denied = calls.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'deny');
    expect(denied).toEqual([]);
  });
});
