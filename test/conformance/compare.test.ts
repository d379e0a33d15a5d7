import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';

const S = { name: 's', ordered: false };

describe('compare', () => {
  it('finds nothing between equal answers, in whatever order their members are', () => {
    expect(compare(S, { a: 1, b: { c: 'x' } }, { b: { c: 'x' }, a: 1 })).toEqual([]);
  });

  it('names the place of a value that differs, and of one that is absent', () => {
    expect(compare(S, { a: { b: 1 }, c: 'x' }, { a: { b: 2 } })).toEqual([
      { step: 's', path: 'a.b', local: '1', moto: '2' },
      { step: 's', path: 'c', local: '"x"', moto: 'absent' },
    ]);
  });

  it('pairs the items of lists that are most alike, so that one difference stays one', () => {
    const local = {
      all: [
        { id: 'a', x: 1, y: 1 },
        { id: 'b', x: 2, y: 2 },
      ],
    };
    const moto = {
      all: [
        { id: 'b', x: 2, y: 3 },
        { id: 'a', x: 1, y: 1 },
      ],
    };
    expect(compare(S, local, moto)).toEqual([{ step: 's', path: 'all[].y', local: '2', moto: '3' }]);
  });

  it('tells an item that only one side has', () => {
    expect(compare(S, { all: ['a'] }, { all: ['a', 'b'] })).toEqual([
      { step: 's', path: 'all[]', local: 'absent', moto: '"b"' },
    ]);
  });

  it('tells the same items in another order', () => {
    expect(compare(S, { all: ['a', 'b'] }, { all: ['b', 'a'] })).toEqual([
      { step: 's', path: 'all', local: '["a","b"]', moto: '["b","a"]' },
    ]);
  });

  it('tells another order of items that differ in themselves too, where order counts', () => {
    const local = {
      all: [
        { id: 'b', x: 1 },
        { id: 'a', x: 1 },
      ],
    };
    const moto = { all: [{ id: 'a' }, { id: 'b' }] };
    const inItems = { step: 's', path: 'all[].x', local: '1', moto: 'absent' };
    expect(compare({ name: 's', ordered: true }, local, moto)).toEqual([
      { step: 's', path: 'all[] in order', local: '[0,1]', moto: '[1,0]' },
      inItems,
    ]);
    expect(compare(S, local, moto)).toEqual([inItems]);
  });

  it('tells only the outcome where one side refuses what the other does', () => {
    const refused = { status: 400, refused: { code: 'InvalidGroup.NotFound', text: true } };
    expect(compare(S, refused, { status: 200, GroupId: '<sg>' })).toEqual([
      { step: 's', path: 'outcome', local: 'refused InvalidGroup.NotFound', moto: 'answered' },
    ]);
  });

  it('compares the codes and statuses of two refusals, and whether there is a text, not the text', () => {
    const local = { status: 400, refused: { code: 'A', text: true } };
    expect(compare(S, local, { status: 404, refused: { code: 'B', text: true } })).toEqual([
      { step: 's', path: 'refused.code', local: '"A"', moto: '"B"' },
      { step: 's', path: 'status', local: '400', moto: '404' },
    ]);
  });
});
