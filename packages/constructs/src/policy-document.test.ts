import { describe, expect, it } from 'vitest';
import { policyDocument } from './policy-document.ts';

const read = { Sid: 'Read', Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' };
const denyAll = { Sid: 'DenyAll', Effect: 'Deny', Action: '*', Resource: '*' };

describe('policyDocument', () => {
  it('keeps statements as they are and in their order', () => {
    expect(policyDocument([denyAll, read])).toEqual({ Version: '2012-10-17', Statement: [denyAll, read] });
  });

  it.each([
    ['as text', { ...denyAll, Sid: 'Admin', Effect: 'Allow' }],
    [
      'as lists',
      { Sid: 'Admin', Effect: 'Allow', Action: ['ec2:RunInstances', '*'], Resource: ['arn:aws:s3:::a', '*'] },
    ],
  ])('refuses to allow every action on everything, written %s', (_case, statement) => {
    expect(() => policyDocument([read, statement])).toThrow(
      'statement Admin allows every action on everything',
    );
  });

  it('refuses a Sid that is used twice', () => {
    expect(() => policyDocument([read, { ...denyAll, Sid: 'Read' }])).toThrow('Sid Read is used twice');
  });
});
