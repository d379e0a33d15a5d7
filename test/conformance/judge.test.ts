import { describe, expect, it } from 'vitest';
import type { Divergence } from './divergence.ts';
import { DIVERGENCES } from './divergences/index.ts';
import { judge } from './judge.ts';

const found = { step: 'ec2: creates', path: 'Volumes[].Iops', local: 'absent', moto: '3000' };

const entry = (more: Partial<Divergence> = {}): Divergence => ({
  steps: ['ec2: creates'],
  paths: ['*Iops'],
  local: 'absent',
  moto: 'something',
  right: 'moto',
  page: 'https://docs.aws.amazon.com/x',
  because: 'left out',
  ...more,
});

describe('judge', () => {
  it('finds a divergence that nobody planted in the table', () => {
    const planted = { ...found, path: 'Volumes[].State', local: '"creating"', moto: '"available"' };
    expect(judge([found, planted], [entry()])).toEqual({ open: [planted], known: [found], stale: [] });
  });

  it('finds a known place that says another thing than the table', () => {
    expect(judge([{ ...found, local: '100' }], [entry()]).open).toHaveLength(1);
  });

  it('finds entries, and parts of entries, that are for nothing any more', () => {
    expect(judge([found], [entry({ steps: ['ec2: creates', 'ec2: describes'] })]).stale).toEqual([
      'step ec2: describes of the entry "left out"',
    ]);
    expect(judge([found], [entry({ paths: ['*Iops', 'Owner'] })]).stale).toEqual([
      'path Owner of the entry "left out"',
    ]);
    expect(judge([], [entry()]).stale).toHaveLength(2);
  });

  it('takes no absent value for something', () => {
    expect(
      judge([{ ...found, moto: 'absent', local: '1' }], [entry({ local: 'anything' })]).open,
    ).toHaveLength(1);
  });
});

describe('the table', () => {
  it('names a page of AWS and a reason in every entry', () => {
    for (const { page, because } of DIVERGENCES) {
      expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+$/);
      expect(because.length).toBeGreaterThan(15);
    }
  });
});
