import { describe, expect, it } from 'vitest';
import { indexKeys } from './request-keys.ts';

describe('indexKeys', () => {
  it('finds a key whatever its case, and none that is absent or has no values', () => {
    const keys = indexKeys({ 'aws:PrincipalTag/Team': 'red', 'AWS:TagKeys': ['a', 'b'], 'aws:VpcList': [] });
    expect(keys.single('aws:principaltag/team')).toBe('red');
    expect(keys.values('aws:tagkeys')).toEqual(['a', 'b']);
    expect(keys.values('aws:vpclist')).toBeUndefined();
    expect(keys.values('aws:sourceip')).toBeUndefined();
  });

  it('knows a key after more spellings were seen than it remembers', () => {
    const tags = Array.from({ length: 10_000 }, (_, index) => [`aws:RequestTag/T${index}`, String(index)]);
    const keys = indexKeys({ 'aws:UserId': 'u', ...Object.fromEntries(tags) });
    expect(keys.single('aws:userid')).toBe('u');
    expect(keys.single('aws:requesttag/t0')).toBe('0');
    expect(keys.single('aws:requesttag/t9999')).toBe('9999');
    expect(() => indexKeys({ 'aws:UserId': 'u', 'aws:userid': 'v' })).toThrow('given twice');
  });

  it('refuses the only value of a key that has several', () => {
    expect(() => indexKeys({ 'aws:TagKeys': ['a', 'b'] }).single('aws:tagkeys')).toThrow('has 2 values');
  });
});
