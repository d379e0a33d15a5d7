import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { applyUpdate } from './apply-update.ts';
import { readItem, writeItem } from './attribute-value.ts';
import { readCondition, readProjection } from './condition-expression.ts';
import { addNumbers, canonicalNumber } from './decimal.ts';
import { project } from './document-path.ts';
import { placeholdersOf } from './expression-reader.ts';
import { holds } from './holds.ts';
import { readUpdate } from './update-expression.ts';

/** The item of https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html, shortened. */
const PRODUCT: Record<string, AttributeValue> = {
  Id: { N: '123' },
  Title: { S: 'Bicycle 123' },
  Brand: { S: 'Brand-Company C' },
  Price: { N: '500' },
  Color: { SS: ['Red', 'Black'] },
  InStock: { BOOL: true },
  QuantityOnHand: { NULL: true },
  RelatedItems: { L: [{ N: '341' }, { N: '472' }, { N: '649' }] },
  Pictures: { M: { FrontView: { S: 'front.jpg' }, RearView: { S: 'rear.jpg' } } },
};

const NAMES = { '#p': 'Pictures', '#missing': 'Missing' };
const VALUES: Record<string, AttributeValue> = {
  ':500': { N: '500.00' },
  ':100': { N: '100' },
  ':600': { N: '6E2' },
  ':bi': { S: 'Bi' },
  ':red': { S: 'Red' },
  ':341': { N: '341' },
  ':three': { N: '3' },
  ':true': { BOOL: true },
  ':s': { S: 'S' },
  ':colors': { SS: ['Black', 'Red'] },
  ':one': { N: '1' },
  ':list': { L: [{ N: '7' }] },
  ':green': { SS: ['Green'] },
  ':both': { SS: ['Red', 'Black'] },
};
const placeholders = () =>
  placeholdersOf({ ExpressionAttributeNames: NAMES, ExpressionAttributeValues: VALUES });

describe('conditions', () => {
  const cases: readonly [string, boolean][] = [
    ['Price = :500', true],
    ['Price <> :500', false],
    ['#missing <> :500', true],
    ['#missing = :500', false],
    ['NOT #missing = :500', true],
    ['Price < :600 AND Price > :100', true],
    ['Price BETWEEN :100 AND :600', true],
    ['Price IN (:100, :600)', false],
    ['Price IN (:100, :500)', true],
    ['Title < :500', false],
    ['begins_with(Title, :bi)', true],
    ['contains(Title, :bi)', true],
    ['contains(Color, :red)', true],
    ['contains(RelatedItems, :341)', true],
    ['size(RelatedItems) = :three', true],
    ['size(Brand) > :100', false],
    ['attribute_exists(#p.FrontView)', true],
    ['attribute_exists(#p.SideView)', false],
    ['attribute_exists(RelatedItems[2])', true],
    ['attribute_not_exists(RelatedItems[3])', true],
    ['attribute_type(Title, :s)', true],
    ['InStock = :true', true],
    ['Color = :colors', true],
    ['Price = :100 OR Price = :500 AND InStock = :true', true],
    ['(Price = :500 OR Price = :100) AND NOT InStock = :true', false],
    ['#missing <= :500 or price = :500', false],
  ];
  it.each(cases)('%s is %s', (text, expected) => {
    expect(holds(readCondition(text, 'ConditionExpression', placeholders()), readItem(PRODUCT))).toBe(
      expected,
    );
  });

  const refused: readonly [string, string][] = [
    ['Price =', 'Syntax error; token: "<EOF>"'],
    ['Price = :none', 'attribute value: :none'],
    ['#none = :500', 'attribute name: #none'],
    ['status = :500', 'reserved keyword: status'],
    ['Price < :true', 'operand type: BOOL'],
    ['attribute_missing(Price)', 'function: attribute_missing'],
    ['Price = :500 Price', 'token: "Price"'],
    ['Price ! :500', 'Syntax error'],
    ['attribute_exists(:500)', 'Syntax error'],
  ];
  it.each(refused)('refuses %s', (text, message) => {
    expect(() => readCondition(text, 'ConditionExpression', placeholders())).toThrow(message);
  });
});

describe('updates', () => {
  const after = (text: string) => writeItem(applyUpdate(readItem(PRODUCT), readUpdate(text, placeholders())));
  const cases: readonly [string, Record<string, AttributeValue | undefined>][] = [
    ['SET Price = Price - :100', { Price: { N: '400' } }],
    ['SET Stock = if_not_exists(Stock, :three) + :one', { Stock: { N: '4' } }],
    ['SET Price = if_not_exists(Price, :one)', { Price: { N: '500' } }],
    [
      'SET RelatedItems = list_append(:list, RelatedItems)',
      { RelatedItems: { L: [{ N: '7' }, { N: '341' }, { N: '472' }, { N: '649' }] } },
    ],
    [
      'SET RelatedItems[9] = :one',
      { RelatedItems: { L: [{ N: '341' }, { N: '472' }, { N: '649' }, { N: '1' }] } },
    ],
    [
      'SET #p.TopView = :bi',
      {
        Pictures: { M: { FrontView: { S: 'front.jpg' }, RearView: { S: 'rear.jpg' }, TopView: { S: 'Bi' } } },
      },
    ],
    ['REMOVE RelatedItems[0], RelatedItems[1]', { RelatedItems: { L: [{ N: '649' }] } }],
    ['REMOVE Brand SET Price = :100', { Brand: undefined, Price: { N: '100' } }],
    [
      'ADD Price :100, Color :green, Seen :one',
      { Price: { N: '600' }, Color: { SS: ['Red', 'Black', 'Green'] }, Seen: { N: '1' } },
    ],
    ['DELETE Color :both', { Color: undefined }],
    ['SET Price = Id, Former = Price', { Price: { N: '123' }, Former: { N: '500' } }],
  ];
  it.each(cases)('%s', (text, expected) => {
    const item = after(text);
    for (const [name, value] of Object.entries(expected)) expect(item[name]).toEqual(value);
    const untouched = Object.keys(PRODUCT).filter((name) => !(name in expected) && name !== 'Pictures');
    for (const name of untouched) expect(item[name]).toEqual(PRODUCT[name]);
  });

  const refused: readonly [string, string][] = [
    ['SET Price = #missing', 'does not exist in the item'],
    ['SET #missing.Part = :one', 'document path provided in the update expression is invalid'],
    ['SET Price = :one SET Brand = :bi', 'can only be used once'],
    ['SET #p = :one, #p.FrontView = :bi', 'overlap'],
    ['SET Title = Title + :one', 'incorrect data type'],
    ['ADD Price :bi', 'operand type: S'],
    ['PUT Price :one', 'Syntax error'],
  ];
  it.each(refused)('refuses %s', (text, message) => {
    expect(() => after(text)).toThrow(message);
  });
});

describe('projections and numbers', () => {
  it('keeps the named places and moves list elements up', () => {
    const paths = readProjection(
      'Title, RelatedItems[2], RelatedItems[0], #p.RearView, #missing',
      placeholders(),
    );
    expect(writeItem(project(readItem(PRODUCT), paths))).toEqual({
      Title: { S: 'Bicycle 123' },
      RelatedItems: { L: [{ N: '341' }, { N: '649' }] },
      Pictures: { M: { RearView: { S: 'rear.jpg' } } },
    });
  });

  it('refuses projections that overlap', () => {
    expect(() => readProjection('#p, #p.RearView', placeholders())).toThrow('overlap');
  });

  it.each([
    ['1.50', '1.5'],
    ['-0', '0'],
    ['1E5', '100000'],
    ['0.00012', '0.00012'],
    ['+7', '7'],
  ])('writes %s as %s', (given, expected) => {
    expect(canonicalNumber(given)).toBe(expected);
  });

  it('adds exactly, with 38 digits', () => {
    expect(addNumbers('0.1', '0.2')).toBe('0.3');
    expect(addNumbers('99999999999999999999999999999999999998', '1')).toBe(
      '99999999999999999999999999999999999999',
    );
  });

  it.each([['1.2.3'], [''], ['123456789012345678901234567890123456789'], ['1E126'], ['1E-131']])(
    'refuses the number %j',
    (text) => {
      expect(() => canonicalNumber(text)).toThrow(/Number|numeric/);
    },
  );
});
