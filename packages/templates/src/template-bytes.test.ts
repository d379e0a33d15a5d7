import { describe, expect, it } from 'vitest';

import { INLINE_TEMPLATE_LIMIT_BYTES, templateBytes } from './index.ts';

describe('templateBytes', () => {
  it('counts bytes of minimal JSON, not characters', () => {
    expect(templateBytes({ a: [1, 'x'] })).toBe('{"a":[1,"x"]}'.length);
    expect(templateBytes('é')).toBe(4);
  });

  it('finds the largest inline template at the limit that AWS documents', () => {
    expect(templateBytes('x'.repeat(51_198))).toBe(INLINE_TEMPLATE_LIMIT_BYTES);
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => templateBytes(undefined)).toThrow(TypeError);
  });
});
