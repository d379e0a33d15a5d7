import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { PolicyError } from '../errors.ts';

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const document = (...statements: readonly unknown[]): unknown => ({
  Version: '2012-10-17',
  Statement: statements,
});

describe('compile', () => {
  it.each([
    ['text instead of an object', '{}', 'want a JSON object'],
    ['a missing Statement', { Version: '2012-10-17' }, 'no Statement'],
    ['an unknown version', { Version: '2020-01-01', Statement: [] }, '2020-01-01'],
    ['an unknown document element', { Version: '2012-10-17', Statement: [], Comment: 'x' }, '"Comment"'],
    ['an unknown statement element', document({ ...allow, Condtion: {} }), '"Condtion"'],
    ['a statement that is no object', document('Allow'), 'want an object'],
    ['an effect in lower case', document({ ...allow, Effect: 'allow' }), '"allow"'],
    [
      'a statement without an action',
      document({ Effect: 'Allow', Resource: '*' }),
      'neither Action nor NotAction',
    ],
    ['both Action and NotAction', document({ ...allow, NotAction: 's3:*' }), 'both Action and NotAction'],
    [
      'both Resource and NotResource',
      document({ ...allow, NotResource: '*' }),
      'both Resource and NotResource',
    ],
    [
      'both Principal and NotPrincipal',
      document({ ...allow, Principal: '*', NotPrincipal: '*' }),
      'both Principal',
    ],
    ['an action without a service', document({ ...allow, Action: 'GetObject' }), '"GetObject"'],
    ['a wildcard in the service', document({ ...allow, Action: 's*:GetObject' }), '"s*:GetObject"'],
    ['an empty action list', document({ ...allow, Action: [] }), 'empty array'],
    ['an action that is no string', document({ ...allow, Action: [7] }), 'got 7'],
    ['a resource that is no ARN', document({ ...allow, Resource: 'vault/*' }), '"vault/*"'],
    ['a resource ARN without a service', document({ ...allow, Resource: 'arn:aws' }), '"arn:aws"'],
    [
      'a resource ARN cut short in a policy that names principals',
      document({ ...allow, Principal: '*', Resource: 'arn:aws:s3' }),
      '"arn:aws:s3"',
    ],
    [
      'a wildcard in the service of a resource',
      document({ ...allow, Resource: 'arn:aws:s*:::vault' }),
      '"arn:aws:s*:::vault"',
    ],
    [
      'a resource of an unknown partition',
      document({ ...allow, Resource: 'arn:amazon:s3:::vault' }),
      '"arn:amazon:s3:::vault"',
    ],
    [
      'a variable in the account of a resource',
      document({ ...allow, Resource: 'arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:intake' }),
      'before the fifth colon',
    ],
    ['an action with two colons', document({ ...allow, Action: 's3:Get:Object' }), '"s3:Get:Object"'],
    ['a variable in an action', document({ ...allow, Action: 's3:${aws:username}' }), '"s3:${aws:username}"'],
    ['an Id that is no string', { Version: '2012-10-17', Id: 5, Statement: allow }, 'Id 5'],
    [
      'a missing Resource outside a trust policy',
      document({ Effect: 'Allow', Action: 's3:*' }),
      'neither Resource',
    ],
    ['a Sid that is no string', document({ ...allow, Sid: 3 }), 'Sid 3'],
    ['a Sid with a blank in an IAM policy', document({ ...allow, Sid: 'a b' }), 'letters and digits'],
    ['the same Sid twice', document({ ...allow, Sid: 'A' }, { ...allow, Sid: 'A' }), '"A" is used twice'],
    ['a condition that is no object', document({ ...allow, Condition: [] }), 'want an object of operators'],
    [
      'an operator without keys',
      document({ ...allow, Condition: { Bool: 'true' } }),
      'want an object of keys',
    ],
    ['a key without a service', document({ ...allow, Condition: { Bool: { Secure: 'true' } } }), '"Secure"'],
    [
      'a condition without values',
      document({ ...allow, Condition: { Bool: { 'aws:x': [] } } }),
      'empty array',
    ],
    [
      'one key twice under one operator in different case',
      document({ ...allow, Condition: { StringEquals: { 'aws:x': 'a', 'AWS:X': 'b' } } }),
      'differing only in case',
    ],
    [
      'Null with a set operator',
      document({ ...allow, Condition: { 'ForAllValues:Null': { 'aws:x': 'true' } } }),
      'no prefix',
    ],
    [
      'Null with IfExists',
      document({ ...allow, Condition: { NullIfExists: { 'aws:x': 'true' } } }),
      'no suffix',
    ],
    ['a condition value of null', document({ ...allow, Condition: { Bool: { 'aws:x': null } } }), 'got null'],
    ['a Bool value that is none', document({ ...allow, Condition: { Bool: { 'aws:x': 'yes' } } }), '"yes"'],
    ['a Null value that is none', document({ ...allow, Condition: { Null: { 'aws:x': 'yes' } } }), '"yes"'],
    [
      'a binary value that is no base64',
      document({ ...allow, Condition: { BinaryEquals: { 'x:y': '*' } } }),
      'base64',
    ],
    ['an unknown variable form', document({ ...allow, Resource: 'arn:aws:s3:::b/${user}' }), '${user}'],
    [
      'a principal that is a bare ARN',
      document({ ...allow, Principal: 'arn:aws:iam::111111111111:root' }),
      'object of AWS',
    ],
    ['a principal object without members', document({ ...allow, Principal: {} }), 'at least one principal'],
    [
      'a variable in a principal',
      document({ ...allow, Principal: { AWS: 'arn:aws:iam::111111111111:user/${aws:username}' } }),
      'holds a variable',
    ],
    [
      'a variable in a condition key',
      document({ ...allow, Condition: { StringEquals: { 'aws:ResourceTag/${aws:username}': 'x' } } }),
      'values only',
    ],
    ['a service that is no service', document({ ...allow, Principal: { Service: 'lambda' } }), '"lambda"'],
    [
      'a mix of statements with and without Principal',
      document(allow, { ...allow, Principal: '*' }),
      'one kind',
    ],
  ])('refuses %s', (_, source, message) => {
    expect(() => compile(source, 'duty-contain')).toThrow(PolicyError);
    expect(() => compile(source, 'duty-contain')).toThrow(message);
    expect(() => compile(source, 'duty-contain')).toThrow('policy duty-contain: ');
  });

  it('numbers the statements that have no Sid', () => {
    const { statements } = compile(document({ ...allow, Sid: 'First' }, allow), 'p');
    expect(statements.map(({ sid }) => sid)).toEqual(['First', '#2']);
  });

  it('takes a Sid with blanks where a service other than IAM keeps the policy', () => {
    const { statements } = compile(document({ ...allow, Principal: '*', Sid: 'Enable IAM access' }), 'p');
    expect(statements[0]?.sid).toBe('Enable IAM access');
  });

  it('fills up an ARN cut short in a policy attached to a principal', () => {
    const patterns = (Resource: string): unknown =>
      compile(document({ ...allow, Resource }), 'p').statements[0]?.resource?.patterns;
    expect(patterns('arn:aws:sqs')).toEqual(['arn:aws:sqs:*:*:*']);
    expect(patterns('arn:aws:sqs:eu-west-1')).toEqual(['arn:aws:sqs:eu-west-1:*:*']);
    expect(patterns('arn:aws:s3:::vault')).toEqual(['arn:aws:s3:::vault']);
    expect(patterns('*')).toEqual(['*']);
  });

  it('accepts one statement that is not in a list, and an empty list', () => {
    expect(compile({ Statement: allow }, 'p').statements).toHaveLength(1);
    expect(compile({ Statement: [] }, 'p').shape).toBe('empty');
  });

  it('reads a document without Version as the older language, whose variables are text', () => {
    const older = compile({ Statement: { ...allow, Resource: 'arn:aws:s3:::b/${aws:userid}' } }, 'p');
    const none = { values: () => undefined, single: () => undefined };
    expect(older.version).toBe('2008-10-17');
    expect(older.statements[0]?.matchesResource('arn:aws:s3:::b/${aws:userid}', none)).toBe(true);
  });
});
