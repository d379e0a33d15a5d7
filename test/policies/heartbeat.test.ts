import { functionName } from '@cordon/incident';
import { HEARTBEATS } from '@cordon/incident/heartbeat';
import { heartbeatStatements } from '@cordon/responder/needs';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowedBy, securityNames, type Asked } from './allowed-by.ts';

const { security, evidence } = config.accounts;
const statements = heartbeatStatements(securityNames(config));
const home = (service: string, rest: string, account = security): string =>
  `arn:aws:${service}:${config.homeRegion}:${account}:${rest}`;
const detector = (account: string): string =>
  `arn:aws:guardduty:eu-central-1:${account}:detector/0123456789abcdef0123456789abcdef`;
const onTable = (operation: string, keys?: readonly string[]): Asked => ({
  action: `dynamodb:${operation}`,
  resource: home('dynamodb', 'table/cordon-incidents'),
  context: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys },
});

// What it is allowed is what runs of it call: test/steps/heartbeat.test.ts.
describe('the function that listens to Regions', () => {
  it.each<[string, Asked, boolean]>([
    ['ask for samples', { action: 'guardduty:CreateSampleFindings', resource: '*' }, true],
    [
      'read the detector of its account',
      { action: 'guardduty:GetDetector', resource: detector(security) },
      true,
    ],
    [
      'read the detector of another',
      { action: 'guardduty:GetDetector', resource: detector(evidence) },
      false,
    ],
    ['suspend a detector', { action: 'guardduty:UpdateDetector', resource: detector(security) }, false],
    ['read findings', { action: 'guardduty:GetFindings', resource: '*' }, false],
    ['archive findings', { action: 'guardduty:ArchiveFindings', resource: '*' }, false],
    ['take delegation away', { action: 'guardduty:DisableOrganizationAdminAccount', resource: '*' }, false],
    ...['Query', 'UpdateItem'].flatMap((operation): readonly [string, Asked, boolean][] => [
      [`${operation} its rows`, onTable(operation, [HEARTBEATS]), true],
      [`${operation} the rows of an incident`, onTable(operation, ['incident#inc-20261121-cases']), false],
      [`${operation} beside the halt switch`, onTable(operation, [HEARTBEATS, 'limit#halt']), false],
      [`${operation} nowhere in particular`, onTable(operation), false],
    ]),
    ['delete its rows', onTable('DeleteItem', [HEARTBEATS]), false],
    ['tell machines', { action: 'events:PutEvents', resource: home('events', 'event-bus/cordon') }, true],
    [
      'make findings up on the bus of findings',
      { action: 'events:PutEvents', resource: home('events', 'event-bus/default') },
      false,
    ],
    ['tell people', { action: 'sns:Publish', resource: home('sns', 'cordon-notifications') }, true],
    [
      'write its log',
      {
        action: 'logs:PutLogEvents',
        resource: home('logs', 'log-group:/aws/lambda/cordon-heartbeat:log-stream:2026/11/21/[$LATEST]0a1b'),
      },
      true,
    ],
    [
      'write the log of intake',
      {
        action: 'logs:PutLogEvents',
        resource: home('logs', 'log-group:/aws/lambda/cordon-intake:log-stream:2026/11/21/[$LATEST]0a1b'),
      },
      false,
    ],
    [
      'call another function',
      { action: 'lambda:InvokeFunction', resource: home('lambda', `function:${functionName('release')}`) },
      false,
    ],
    [
      'take a duty',
      { action: 'sts:AssumeRole', resource: 'arn:aws:iam::602011160021:role/cordon/cordon-inspect' },
      false,
    ],
    ['start a response', { action: 'states:StartExecution', resource: '*' }, false],
  ])('may %s: %#', (_what, asked, expected) => {
    expect(allowedBy(statements, asked, config)).toBe(expected);
  });
});
