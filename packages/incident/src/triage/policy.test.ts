import { describe, expect, it } from 'vitest';
import { defaultPolicy, parsePolicy } from './policy.ts';

describe('policy', () => {
  it('responds from severity 7 on, excludes nothing and stops nothing unless it is told to', () => {
    expect(defaultPolicy).toEqual({
      schemaVersion: 1,
      respondAtSeverity: 7,
      containment: 'contain',
      neverContainAccounts: [],
      excludeAccounts: [],
      excludeTypes: [],
      stop: 'never',
      crash: 'never',
      detachVolumes: 'never',
    });
  });

  it.each([
    ['a misspelt key', { schemaVersion: 1, excludeAcounts: [] }, 'excludeAcounts'],
    ['no version', {}, 'schemaVersion'],
    ['another version', { schemaVersion: 2 }, 'schemaVersion'],
    ['a threshold in text', { schemaVersion: 1, respondAtSeverity: '7' }, 'respondAtSeverity'],
    ['a threshold that nothing reaches', { schemaVersion: 1, respondAtSeverity: 70 }, 'respondAtSeverity'],
    ['an account that is none', { schemaVersion: 1, neverContainAccounts: ['123'] }, '12 digits'],
    ['a way to stop that is none', { schemaVersion: 1, stop: 'at-once' }, 'stop'],
  ])('refuses %s and names it', (_name, value, named) => {
    expect(() => parsePolicy(value)).toThrow(named);
  });
});
