import { expect, it } from 'vitest';
import { patternOf } from './pattern-of.ts';

it.each([
  ['*', '*'],
  ['arn:aws:ec2:eu-west-1::snapshot/snap-0abc', 'arn:aws:ec2:eu-west-1::snapshot/*'],
  [
    'arn:aws:ec2:eu-west-1:123412341234:network-interface/eni-0123456789abcdef0',
    'arn:aws:ec2:eu-west-1:123412341234:network-interface/*',
  ],
  [
    'arn:aws:kms:eu-west-1:123412341234:key/1f0c3a52-9f0d-4a8e-b4a3-0a0e6b1d7c11',
    'arn:aws:kms:eu-west-1:123412341234:key/*',
  ],
  ['arn:aws:s3:::vault/incidents/inc-1/report.md', 'arn:aws:s3:::vault/*'],
  ['arn:aws:s3:::vault', 'arn:aws:s3:::vault'],
  [
    'arn:aws:iam::123412341234:role/cordon/cordon-quarantine',
    'arn:aws:iam::123412341234:role/cordon/cordon-quarantine',
  ],
])('says %s as %s', (arn, pattern) => {
  expect(patternOf(arn)).toBe(pattern);
});
