import { describe, expect, it } from 'vitest';
import { compileEventPattern } from './event-pattern.ts';

const event = {
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  resources: ['arn:aws:ec2:eu-west-1:111111111111:instance/i-1'],
  detail: {
    state: 'running',
    'instance-id': 'i-1',
    count: 5,
    nested: { deep: null },
    list: [{ name: 'a' }, { name: 'b' }],
    file: 'photo.PNG',
  },
};

// After https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
const MATCHING: readonly (readonly [string, object])[] = [
  ['one of several values', { source: ['aws.s3', 'aws.ec2'] }],
  ['a nested field', { detail: { state: ['running'] } }],
  ['null', { detail: { nested: { deep: [null] } } }],
  ['an element of a list', { resources: ['arn:aws:ec2:eu-west-1:111111111111:instance/i-1'] }],
  ['an object of a list', { detail: { list: { name: ['b'] } } }],
  ['a prefix', { resources: [{ prefix: 'arn:aws:ec2:' }] }],
  ['a suffix whatever its case', { detail: { file: [{ suffix: { 'equals-ignore-case': '.png' } }] } }],
  ['text whatever its case', { detail: { state: [{ 'equals-ignore-case': 'RUNNING' }] } }],
  ['anything but a value', { detail: { state: [{ 'anything-but': 'stopped' }] } }],
  ['anything but a prefix', { detail: { state: [{ 'anything-but': { prefix: 'stop' } }] } }],
  ['a range of numbers', { detail: { count: [{ numeric: ['>', 0, '<=', 5] }] } }],
  ['a field that exists', { detail: { state: [{ exists: true }] } }],
  ['a field that does not exist', { detail: { absent: [{ exists: false }] } }],
  ['a field that does not exist in an absent object', { detail: { none: { absent: [{ exists: false }] } } }],
  ['a wildcard', { detail: { file: [{ wildcard: 'ph*.PNG' }] } }],
  [
    'one of two alternatives',
    { source: ['aws.ec2'], $or: [{ detail: { count: [1] } }, { detail: { state: ['running'] } }] },
  ],
];

const OTHER: readonly (readonly [string, object])[] = [
  ['another value', { source: ['aws.s3'] }],
  ['a value and another field that differs', { source: ['aws.ec2'], detail: { state: ['stopped'] } }],
  ['the text of a number', { detail: { count: ['5'] } }],
  ['another case', { detail: { file: [{ suffix: '.png' }] } }],
  ['anything but its value', { detail: { state: [{ 'anything-but': ['running', 'stopped'] }] } }],
  ['anything but, on an absent field', { detail: { absent: [{ 'anything-but': 'x' }] } }],
  ['a range without it', { detail: { count: [{ numeric: ['>', 5] }] } }],
  ['a field that should not exist', { detail: { state: [{ exists: false }] } }],
  ['exists on an object, which is no leaf', { detail: { nested: [{ exists: true }] } }],
  ['neither alternative', { $or: [{ detail: { count: [1] } }, { source: ['aws.s3'] }] }],
];

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['an empty pattern', {}, 'at least one field'],
  ['a bare value', { source: 'aws.ec2' }, 'source'],
  ['an empty list', { source: [] }, 'at least one value'],
  ['an unknown filter', { source: [{ regex: '.*' }] }, 'regex'],
  ['a filter that is not implemented', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, 'cidr'],
  ['a single alternative', { $or: [{ source: ['a'] }] }, '$or'],
  ['a broken range', { detail: { count: [{ numeric: ['>>', 1] }] } }, 'numeric'],
];

describe('an event pattern', () => {
  it.each(MATCHING)('matches %s', (_name, pattern) => {
    expect(compileEventPattern(pattern)(event)).toBe(true);
  });

  it.each(OTHER)('does not match %s', (_name, pattern) => {
    expect(compileEventPattern(pattern)(event)).toBe(false);
  });

  it.each(REFUSED)('refuses %s', (_name, pattern, text) => {
    expect(() => compileEventPattern(pattern)).toThrow(text);
  });
});
