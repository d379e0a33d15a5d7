import { describe, expect, it } from 'vitest';
import { normalize } from './normalize.ts';

const plain = (answer: object, names: readonly (readonly [string, string])[] = [], ordered = false) =>
  normalize(answer, { names, ordered });

describe('normalize', () => {
  it('leaves out what differs by chance: times, ids, request ids, bytes', () => {
    expect(
      plain({
        $metadata: { httpStatusCode: 200, requestId: 'r-1', attempts: 1 },
        CreateTime: new Date(0),
        GroupId: 'sg-0123456789abcdef0',
        AssociationId: 'vpc-cidr-assoc-0123456789abcdef0',
        Note: 'stopped (2026-01-01T00:00:00Z)',
        Cause: 'stopped (2026-01-01 00:00:00 UTC), seen at 2026-01-01 00:00:09.125496',
        Random: ['w8k2wzsyzed8nfuqjev4', '40b05f0c'],
        Token: '5f0c2ab4-0000-4000-8000-00000000000a',
        RoleId: 'AROAEXAMPLEEXAMPLE123',
        ReceiptHandle: 'whatever it is',
        CiphertextBlob: new Uint8Array(3),
      }),
    ).toEqual({
      status: 200,
      CreateTime: '<time>',
      GroupId: '<sg>',
      AssociationId: '<vpc-cidr-assoc>',
      Note: 'stopped (<time>)',
      Cause: 'stopped (<time>), seen at <time>',
      Random: ['<random>', '<random>'],
      Token: '<uuid>',
      RoleId: '<AROA>',
      ReceiptHandle: '<opaque>',
      CiphertextBlob: '<bytes>',
    });
  });

  it('gives what is known its name, the longest first, so that an answer about another thing differs', () => {
    const names = [
      ['sg-0123456789abcdef0', 'isolation group'],
      ['111111111111', 'member'],
    ] as const;
    expect(
      plain({ Arn: 'arn:aws:ec2:eu-west-1:111111111111:security-group/sg-0123456789abcdef0' }, names),
    ).toEqual({
      Arn: 'arn:aws:ec2:eu-west-1:<member>:security-group/<isolation group>',
    });
    expect(plain({ Owner: '222222222222' }, names)).toEqual({ Owner: '222222222222' });
  });

  it('orders lists where AWS promises no order, and leaves them where it does', () => {
    const answer = { Items: [{ k: 'b' }, { k: 'a' }] };
    expect(plain(answer)).toEqual({ Items: [{ k: 'a' }, { k: 'b' }] });
    expect(plain(answer, [], true)).toEqual({ Items: [{ k: 'b' }, { k: 'a' }] });
  });

  it('takes an empty list for no list, and keeps an empty text', () => {
    expect(plain({ Tags: [], Description: '' })).toEqual({ Description: '' });
  });

  it('reads documents within texts, and keeps whether they were encoded', () => {
    const document = { Version: '2012-10-17' };
    expect(plain({ a: JSON.stringify(document), b: encodeURIComponent(JSON.stringify(document)) })).toEqual({
      a: { '<JSON>': document },
      b: { '<JSON, URL-encoded>': document },
    });
    expect(plain({ a: '{ no document' })).toEqual({ a: '{ no document' });
  });

  it('refuses what cannot be compared, such as a body that nobody has read', () => {
    expect(() => plain({ Body: () => 'later' })).toThrow(/holds a function/);
  });
});
