import { describe, expect, it } from 'vitest';
import { partitionOf, partitionProblem } from './partition.ts';

describe('the partition of a Region', () => {
  it.each([
    ['eu-west-1', 'aws'],
    ['ap-southeast-2', 'aws'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-gov-east-1', 'aws-us-gov'],
  ])('is told by its code: %s is in %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });

  it.each([
    ['cn-north-1', /no service-managed StackSets/],
    ['us-isob-east-1', /isolated Regions/],
    ['eu-isoe-west-1', /isolated Regions/],
  ])('is refused with the reason: %s', (region, reason) => {
    expect(() => partitionOf(region)).toThrow(reason);
    expect(partitionProblem('eu-west-1', ['eu-west-1', region])).toMatch(reason);
    expect(partitionProblem(region, [region])).toMatch(reason);
  });

  it('is one for a deployment', () => {
    expect(partitionProblem('us-gov-west-1', ['us-gov-west-1', 'us-gov-east-1'])).toBeUndefined();
    expect(partitionProblem('us-gov-west-1', ['us-gov-west-1', 'us-west-2'])).toMatch(/one partition/);
  });
});
