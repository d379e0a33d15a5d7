import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { lint } from './lint.ts';
import type { Problem } from './lint.ts';

const base = { Sid: 'S', Effect: 'Allow', Action: '*', Resource: '*' };

function rulesOf(
  statement: Readonly<Record<string, unknown>>,
  version = '2012-10-17',
): readonly Problem['rule'][] {
  return lint(compile({ Version: version, Statement: { ...base, ...statement } }, 'p')).map(
    ({ rule }) => rule,
  );
}

const forAll = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } };

describe('lint', () => {
  it.each([
    ['resource-type-wildcard', { Resource: 'arn:aws:ec2:*:*:*/*' }],
    ['resource-type-wildcard', { Resource: 'arn:aws:logs:*:*:log-*:x' }],
    ['arn-operator-bare-wildcard', { Condition: { ArnNotLike: { 'aws:PrincipalArn': '*' } } }],
    ['not-principal', { Effect: 'Deny', NotPrincipal: { AWS: '111111111111' } }],
    ['public-principal', { Principal: '*' }],
    ['public-principal', { Principal: { AWS: ['111111111111', '*'] } }],
    ['for-all-values-allow', { Condition: forAll }],
    ['for-all-values-allow', { Condition: { ...forAll, Null: { 'aws:TagKeys': 'true' } } }],
    ['for-all-values-allow', { Condition: { ...forAll, Null: { 'aws:RequestTag/a': 'false' } } }],
    [
      'set-operator-single-value',
      { Condition: { 'ForAnyValue:StringEquals': { 'aws:PrincipalTag/Team': 'a' } } },
    ],
    [
      'set-operator-single-value',
      { Condition: { 'ForAnyValue:ArnLike': { 'AWS:PrincipalArn': 'arn:aws:iam::*:role/a' } } },
    ],
    ['for-any-value-if-exists', { Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': 'a' } } }],
    ['literal-wildcard', { Condition: { StringEquals: { 'aws:userid': 'AROA*' } } }],
    ['literal-wildcard', { Condition: { StringNotEqualsIgnoreCase: { 'aws:userid': ['a', 'b?'] } } }],
    ['not-action-allow', { Action: undefined, NotAction: 'iam:*' }],
    ['not-resource-allow', { Resource: undefined, NotResource: 'arn:aws:s3:::vault/*' }],
  ] as const)('reports %s for %j', (rule, statement) => {
    expect(rulesOf(statement)).toEqual([rule]);
  });

  it.each([
    [{}],
    [{ Resource: 'arn:aws:ec2:*:*:instance/*' }],
    [{ Resource: 'arn:aws:ec2:*:*:*' }],
    [{ Resource: 'arn:aws:s3:::evidence-*/INC-7/*' }],
    [{ Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/cordon/*' } } }],
    [{ Condition: { StringLike: { 'aws:userid': '*' } } }],
    [{ Effect: 'Deny', Principal: '*' }],
    [{ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abc' } } }],
    [{ Condition: { ...forAll, Null: { 'AWS:tagkeys': 'false' } } }],
    [{ Effect: 'Deny', Condition: forAll }],
    [{ Effect: 'Deny', Action: undefined, NotAction: 'iam:*' }],
    [{ Effect: 'Deny', Resource: undefined, NotResource: 'arn:aws:s3:::vault/*' }],
    [{ Condition: { StringLike: { 'aws:userid': 'AROA*' } } }],
    [{ Condition: { StringEquals: { 'aws:userid': 'AROA${*}' } } }],
    [{ Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a/r-b/*' } } }],
  ])('finds nothing in %j', (statement) => {
    expect(rulesOf(statement)).toEqual([]);
  });

  it('reports a variable that the older language takes for text', () => {
    expect(rulesOf({ Resource: 'arn:aws:s3:::b/${aws:userid}' }, '2008-10-17')).toEqual(['literal-variable']);
  });

  it('names the policy and the statement', () => {
    const [problem] = lint(compile({ Statement: { ...base, Principal: '*' } }, 'bucket-policy'));
    expect(problem).toMatchObject({
      policy: 'bucket-policy',
      sid: 'S',
      message: expect.stringContaining('lets anyone in'),
    });
  });
});
