import { describe, expect, it } from 'vitest';
import { attributesOf } from './request-attributes.ts';

describe('attributesOf', () => {
  it('names the attributes of key and item', () => {
    expect(attributesOf({ Key: { id: {} }, Item: { id: {}, name: {} } })).toEqual(['id', 'name']);
  });

  it('names the heads of paths in every expression, placeholders by what they stand for', () => {
    expect(
      attributesOf({
        UpdateExpression: 'SET #s = if_not_exists(opened.at, :zero), notes[0].#deep = :v REMOVE gone',
        ConditionExpression: 'attribute_exists(held) AND NOT begins_with(prefix, :p)',
        ProjectionExpression: 'shown, #s',
        ExpressionAttributeNames: { '#s': 'status', '#deep': 'within' },
      }),
    ).toEqual(['status', 'opened', 'notes', 'gone', 'held', 'prefix', 'shown']);
  });

  it('names nothing for a request that names nothing, and does not fail on a placeholder without a name', () => {
    expect(attributesOf({})).toEqual([]);
    expect(attributesOf({ FilterExpression: '#x = :y' })).toEqual([]);
  });
});
