import { describe, expect, it } from 'vitest';
import { coverageOf } from './coverage.ts';
import { passes, textOf, type Report } from './report.ts';
import { STEPS } from './steps/index.ts';

const reasons = [{ what: ['ec2:CopySnapshot', 'ec2:Gone'], because: 'moto has none' }];

const report = (more: Partial<Report> = {}): Report => ({
  moto: '1.2.3',
  steps: 2,
  judged: { open: [], stale: [], known: [] },
  coverage: coverageOf(
    ['ec2:CopySnapshot', 'ec2:RunInstances', 'ec2:StopInstances'],
    new Set(['ec2:RunInstances']),
    [{ what: ['ec2:CopySnapshot'], because: 'moto has none' }],
  ),
  rules: ['nothing is authorized'],
  ...more,
});

describe('coverageOf', () => {
  it('tells each operation that no step asked for, with its reason, and reasons for nothing', () => {
    expect(
      coverageOf(
        ['ec2:CopySnapshot', 'ec2:RunInstances', 'ec2:StopInstances'],
        new Set(['ec2:RunInstances']),
        reasons,
      ),
    ).toEqual({
      witnessed: ['ec2:RunInstances'],
      not: [
        { operation: 'ec2:CopySnapshot', because: 'moto has none' },
        { operation: 'ec2:StopInstances', because: 'no step' },
      ],
      stale: ['ec2:Gone'],
    });
  });

  it('counts no call as witnessed that moto cannot answer', () => {
    expect(coverageOf(['ec2:CopySnapshot'], new Set(['ec2:CopySnapshot']), reasons).witnessed).toEqual([]);
  });
});

describe('the report', () => {
  it('says what was not witnessed, loudly, though all agrees', () => {
    const text = textOf(report());
    expect(passes(report())).toBe(true);
    expect(text).toContain('NOT WITNESSED: 2 of 3 operations');
    expect(text).toContain('  moto has none: ec2:CopySnapshot\n  no step: ec2:StopInstances');
    expect(text).toContain('  nothing is authorized');
  });

  it('does not pass with a new divergence, nor with a stale entry', () => {
    const open = [{ step: 's', path: 'p', local: '1', moto: '2' }];
    const changed = report({ judged: { open, stale: [], known: [] } });
    expect(passes(changed)).toBe(false);
    expect(textOf(changed)).toContain('NEW s: p\n    local-aws  1\n    moto       2');
    expect(passes(report({ judged: { open: [], stale: ['path x'], known: [] } }))).toBe(false);
  });
});

describe('the steps', () => {
  it('have names of their own', () => {
    expect(new Set(STEPS.map(({ name }) => name)).size).toBe(STEPS.length);
  });
});
