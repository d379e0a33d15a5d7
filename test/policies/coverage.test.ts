import { dutyRoleArn, functionName, type StepName } from '@cordon/incident';
import {
  acquireStatements,
  coverageStatements,
  simulateStatement,
  tryLogStatements,
  tryTransitStatement,
  type Statement,
} from '@cordon/responder/needs';
import { describe, expect, it } from 'vitest';
import { allowedBy, securityNames, type Asked } from './allowed-by.ts';
import { coveringConfig, coveringTemplates } from '../simulation/covering.ts';

const config = coveringConfig();
const { security, evidence } = config.accounts;
const MEMBER = '602011160021';
const HOME = config.homeRegion;
const names = securityNames(config);
const home = (service: string, rest: string, account = security): string =>
  `arn:aws:${service}:${HOME}:${account}:${rest}`;

const allows = (statements: readonly Statement[], asked: Asked): boolean =>
  allowedBy(statements, asked, config);

describe('the function of coverage', () => {
  const needs = coverageStatements(names);
  it.each<[string, Asked, boolean]>([
    ['list accounts', { action: 'organizations:ListAccounts', resource: '*' }, true],
    ['move an account', { action: 'organizations:MoveAccount', resource: '*' }, false],
    [
      'have a duty tried',
      { action: 'lambda:InvokeFunction', resource: home('lambda', 'function:cordon-try-contain') },
      true,
    ],
    [
      'have an instance isolated',
      { action: 'lambda:InvokeFunction', resource: home('lambda', 'function:cordon-isolate-network') },
      false,
    ],
    [
      'have a containment released',
      { action: 'lambda:InvokeFunction', resource: home('lambda', 'function:cordon-release') },
      false,
    ],
    [
      'ask the recorder',
      { action: 'lambda:InvokeFunction', resource: home('lambda', 'function:cordon-recorder', evidence) },
      false,
    ],
    ['act as a duty', { action: 'sts:AssumeRole', resource: dutyRoleArn('aws', MEMBER, 'inspect') }, false],
    [
      'write its table',
      { action: 'dynamodb:PutItem', resource: home('dynamodb', 'table/cordon-coverage') },
      true,
    ],
    [
      'write the table of incidents',
      { action: 'dynamodb:PutItem', resource: home('dynamodb', 'table/cordon-incidents') },
      false,
    ],
    [
      'read the table of incidents',
      { action: 'dynamodb:Scan', resource: home('dynamodb', 'table/cordon-incidents') },
      false,
    ],
    ['start a response', { action: 'states:StartExecution', resource: '*' }, false],
    ['tell machines', { action: 'events:PutEvents', resource: home('events', 'event-bus/cordon') }, true],
    ['tell people', { action: 'sns:Publish', resource: home('sns', 'cordon-notifications') }, true],
  ])('may %s: %#', (_what, asked, expected) => {
    expect(allows(needs, asked)).toBe(expected);
  });
});

describe('a role by which a duty is tried', () => {
  const stream = (name: string): Asked => ({
    action: 'logs:PutLogEvents',
    resource: home('logs', `log-group:/aws/lambda/${name}:log-stream:2026/11/21/[$LATEST]0a1b`),
  });

  it.each<[StepName, string]>([
    ['inspect', 'cordon-try-inspect'],
    ['isolate-network', 'cordon-try-contain'],
    ['freeze', 'cordon-try-acquire'],
    ['lift-due', 'cordon-try-release'],
  ])('of %s writes one log more, that of %s', (step, name) => {
    const statements = tryLogStatements(names, step);
    expect(allows(statements, stream(name))).toBe(true);
    expect(allows(statements, stream('cordon-coverage'))).toBe(false);
    expect(allows(statements, stream(functionName('seal')))).toBe(false);
  });

  it('is none of the others', () => {
    expect(tryLogStatements(names, 'protect')).toEqual([]);
    expect(tryLogStatements(names, 'release')).toEqual([]);
  });
});

describe('the acquire duty', () => {
  const member = { ...names, account: MEMBER };
  const tried = [tryTransitStatement(member)];
  const key = (account: string): string => `arn:aws:kms:eu-central-1:${account}:key/0a1b`;

  it.each<[string, Asked, boolean]>([
    [
      'make a data key that it cannot read',
      { action: 'kms:GenerateDataKeyWithoutPlaintext', resource: key(evidence) },
      true,
    ],
    [
      'do so under a key of the member',
      { action: 'kms:GenerateDataKeyWithoutPlaintext', resource: key(MEMBER) },
      false,
    ],
    ['decrypt', { action: 'kms:Decrypt', resource: key(evidence) }, false],
    ['make one that it can read', { action: 'kms:GenerateDataKey', resource: key(evidence) }, false],
    ['make a grant', { action: 'kms:CreateGrant', resource: key(evidence) }, false],
  ])('may, without EC2, %s: %#', (_what, asked, expected) => {
    const all = [...acquireStatements(member, { ...config.evidence, keyPaths: [] }), ...tried];
    expect(allows(all, asked)).toBe(expected);
  });
});

describe('duties of which more is simulated than tried', () => {
  const member = { ...names, account: MEMBER };

  it.each([
    ['revoke', 'revoke', true],
    ['acquire', 'acquire', true],
    ['revoke', 'acquire', false],
    ['acquire', 'contain', false],
  ] as const)('%s may ask IAM about the role of %s: %s', (duty, about, expected) => {
    const needs = [simulateStatement(member, duty)];
    const asked = (account: string, action = 'iam:SimulatePrincipalPolicy'): Asked => ({
      action,
      resource: dutyRoleArn('aws', account, about),
    });
    expect(allows(needs, asked(MEMBER))).toBe(expected);
    expect(allows(needs, asked(evidence))).toBe(false);
    expect(allows(needs, asked(MEMBER, 'iam:GetRole'))).toBe(false);
    expect(allows(needs, asked(MEMBER, 'iam:SimulateCustomPolicy'))).toBe(false);
  });
});

describe('the key policy of the transit key', () => {
  const statementsOf = (templates: Readonly<Record<string, unknown>>): string =>
    JSON.stringify(templates['CordonEvidenceRegion']);

  it('admits acquire duties of the organization to that one action, where accounts are tried', () => {
    const template = statementsOf(coveringTemplates(config));
    const statement = /\{"Sid":"MembersTry".*?\}\}\}/.exec(template)?.[0] ?? '';
    expect(statement).toContain('"Action":"kms:GenerateDataKeyWithoutPlaintext"');
    expect(statement).toContain(`"aws:PrincipalOrgID":"${config.organizationId}"`);
    expect(statement).toContain(':iam::*:role/cordon/cordon-acquire');
    // Of the two keys the transit key alone.
    expect(template.split('"MembersTry"')).toHaveLength(2);
  });

  it('admits nobody to it where they are not', () => {
    expect(statementsOf(coveringTemplates({ ...config, coverage: undefined }))).not.toContain('MembersTry');
  });
});
