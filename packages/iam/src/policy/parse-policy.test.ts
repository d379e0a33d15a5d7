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
    ['a resource ARN cut short', document({ ...allow, Resource: 'arn:aws:s3' }), '"arn:aws:s3"'],
    [
      'a missing Resource outside a trust policy',
      document({ Effect: 'Allow', Action: 's3:*' }),
      'neither Resource',
    ],
    ['a Sid that is no string', document({ ...allow, Sid: 3 }), 'Sid 3'],
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
