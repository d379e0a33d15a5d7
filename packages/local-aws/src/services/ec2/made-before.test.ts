import { describe, expect, it } from 'vitest';
import { madeBefore, madeBy } from './made-before.ts';

const asked = { VpcId: 'vpc-1', ClientToken: 'token-1' };
const made = { id: 'acl-1', ...madeBy(asked) };

describe('a client token', () => {
  it('gives what the same request made before', () => {
    expect(madeBefore([{ id: 'acl-0' }, made], asked)).toBe(made);
  });

  it('of another request, or none, gives nothing', () => {
    expect(madeBefore([made], { ...asked, ClientToken: 'token-2' })).toBeUndefined();
    expect(
      madeBefore([{ id: 'acl-0' }, made], { VpcId: 'vpc-1' } as { ClientToken?: string }),
    ).toBeUndefined();
  });

  it('with other parameters is refused', () => {
    expect(() => madeBefore([made], { ...asked, VpcId: 'vpc-2' } as typeof asked)).toThrow(
      'parameters differ',
    );
  });
});
