import { describe, expect, it } from 'vitest';
import { classify, faultLine } from './classify.ts';

const sdkError = (name: string, message = 'no'): Error =>
  Object.assign(new Error(message), { name, $metadata: { requestId: 'r-1' } });

describe('classify', () => {
  it.each([
    ['RequestLimitExceeded', true],
    ['ThrottlingException', true],
    ['ResourceLimitExceeded', true],
    ['IncorrectState', true],
    ['UnauthorizedOperation', false],
    ['InvalidInstanceID.NotFound', false],
    ['InvalidParameterValue', false],
  ])('says whether trying %s again can help: %s', (code, retryable) => {
    expect(classify(sdkError(code))).toMatchObject({ code, retryable, requestId: 'r-1' });
  });

  it('tells what to do about a denial', () => {
    expect(classify(sdkError('UnauthorizedOperation')).hint).toContain('policy');
  });

  it('throws a bug of ours on instead of calling it a fault of AWS', () => {
    expect(() => classify(new TypeError('x is not a function'))).toThrow(TypeError);
    expect(() => classify('a string')).toThrow('a string');
  });

  it('keeps a message from forging a line of a record', () => {
    expect(faultLine(sdkError('X', 'first\nsecond: contained'))).not.toContain('\n');
  });
});
