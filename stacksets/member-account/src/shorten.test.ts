import { describe, expect, it } from 'vitest';
import { shorten } from './shorten.ts';

const ref = (name: string) => ({ Ref: name });
const join = (...parts: readonly unknown[]) => ({ 'Fn::Join': ['', parts] });

describe('shorten', () => {
  it('writes joined strings and references as one text, wherever they stand', () => {
    const arn = join('arn:', ref('AWS::Partition'), ':iam::', ref('AWS::AccountId'), ':role/x');
    expect(shorten({ a: [{ b: arn }] })).toEqual({
      a: [{ b: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x' } }],
    });
  });

  it('keeps a policy variable a variable of the policy', () => {
    expect(shorten(join('inc/${aws:PrincipalTag/incident}/', ref('AWS::Region')))).toEqual({
      'Fn::Sub': 'inc/${!aws:PrincipalTag/incident}/${AWS::Region}',
    });
  });

  it.each([
    ['a delimiter', { 'Fn::Join': [',', ['a', ref('B')]] }],
    ['an attribute', join('a', { 'Fn::GetAtt': ['Role', 'Arn'] })],
    ['a list that is a reference', { 'Fn::Join': ['', ref('List')] }],
    ['more beside it', { ...join('a'), Other: 1 }],
    ['nothing joined', { Ref: 'X', n: 1, off: false, none: null }],
  ])('leaves %s as it is', (_what, value) => {
    expect(shorten(value)).toEqual(value);
  });
});
