import { describe, expect, it } from 'vitest';
import { isAbsentObject } from './is-absent-object.ts';

const answered = (httpStatusCode: number | undefined): Error =>
  Object.assign(new Error('UnknownError'), { name: 'Unknown', $metadata: { httpStatusCode } });

describe('an object that is not there', () => {
  it.each([
    [403, true],
    [404, true],
    [503, false],
    [undefined, false],
  ])('is known by the status alone, for a HEAD has no body: %s', (status, absent) => {
    expect(isAbsentObject(answered(status))).toBe(absent);
  });

  it('is nothing that a bug of ours says', () => {
    expect(() => isAbsentObject(new Error('a bug'))).toThrow('a bug');
  });
});
