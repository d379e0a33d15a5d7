import { describe, expect, it } from 'vitest';
import { defaultPolicy, parsePolicy } from './policy.ts';

const rule = (over: object) => ({
  schemaVersion: 2,
  rules: [{ name: 'a', when: {}, set: { mode: 'contain' }, because: 'we said so', ...over }],
});

describe('a policy of the first form', () => {
  it('means what it meant: contains from severity 7 on, without limits, and stops nothing unless it is told to', () => {
    expect(defaultPolicy).toMatchObject({
      schemaVersion: 2,
      neverContainAccounts: [],
      excludeAccounts: [],
      excludeTypes: [],
      rules: [{ when: { severityAtLeast: 7 }, set: { mode: 'contain' } }],
      limits: 'off',
    });
    expect(defaultPolicy.rules[0]?.set).not.toHaveProperty('stop');
  });

  it('stops after the freeze where it said so', () => {
    const { rules } = parsePolicy({ schemaVersion: 1, respondAtSeverity: 4, stop: 'after-freeze' });
    expect(rules.map(({ when, set }) => [when, set])).toEqual([
      [{ severityAtLeast: 4 }, { mode: 'contain', stop: 'automatic' }],
    ]);
  });
});

describe('a policy of the second form', () => {
  it('has no rules and the limits that ship where it says nothing', () => {
    expect(parsePolicy({ schemaVersion: 2, rules: [] })).toMatchObject({
      rules: [],
      limits: { windowMinutes: 60, ordinary: { account: 5, unit: 10, organization: 20 } },
    });
  });

  it('is the same after it was written as JSON and read again, from either form', () => {
    for (const written of [{ schemaVersion: 1, stop: 'after-freeze' }, rule({})]) {
      const policy = parsePolicy(written);
      expect(parsePolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
    }
  });
});

describe('what is refused, by name', () => {
  it.each([
    ['a misspelt key', { schemaVersion: 1, excludeAcounts: [] }, 'excludeAcounts'],
    ['no version', {}, 'schemaVersion'],
    ['another version', { schemaVersion: 3 }, 'schemaVersion'],
    ['a threshold in text', { schemaVersion: 1, respondAtSeverity: '7' }, 'respondAtSeverity'],
    ['a threshold that nothing reaches', { schemaVersion: 1, respondAtSeverity: 70 }, 'respondAtSeverity'],
    ['an account that is none', { schemaVersion: 1, neverContainAccounts: ['123'] }, '12 digits'],
    ['a way to stop that is none', { schemaVersion: 1, stop: 'at-once' }, 'stop'],
    ['a rule that sets nothing', rule({ set: {} }), 'sets nothing'],
    ['a condition that is none', rule({ when: { unit: ['r-root'] } }), 'unit'],
    ['a unit that is none', rule({ when: { units: ['root'] } }), 'units'],
    ['an empty list, which nothing would fit', rule({ when: { accounts: [] } }), 'accounts'],
    [
      'a pattern with a regular expression in it',
      rule({ when: { findingTypes: ['(a+)+$'] } }),
      'findingTypes',
    ],
    ['a crash where something is open', rule({ set: { crash: 'if-open' } }), 'crash'],
    ['memory first without memory', rule({ set: { order: 'memory-first' } }), 'set memory to automatic'],
    [
      'memory first where a person is asked for it',
      rule({ set: { order: 'memory-first', memory: 'ask' } }),
      'set memory to automatic',
    ],
    [
      'a tag that has the cut wait for memory',
      rule({
        when: { instanceTags: { 'cordon:policy': ['x'] } },
        set: { order: 'memory-first', memory: 'automatic' },
      }),
      'no tag delays isolation',
    ],
    ['untracking without a person', rule({ set: { untracking: 'automatic' } }), 'never automatic'],
    ['a reason that forges a line', rule({ because: 'fine\nrule b: contain' }), 'control characters'],
    ['a rule without a reason', rule({ because: '' }), 'because'],
    ['a tag that members can write', rule({ when: { instanceTags: { team: ['shop'] } } }), 'cordon:policy'],
    [
      'a tag that would have an instance only observed',
      rule({ when: { instanceTags: { 'cordon:policy': ['spare'] } }, set: { mode: 'observe' } }),
      'no tag delays isolation',
    ],
    [
      'two rules of one name',
      { schemaVersion: 2, rules: [rule({}).rules[0], rule({}).rules[0]] },
      'share a name',
    ],
    [
      'a budget that one account could use up',
      { schemaVersion: 2, rules: [], limits: { ordinary: { account: 5, unit: 5, organization: 9 } } },
      'account < unit < organization',
    ],
  ])('%s', (_name, value, named) => {
    expect(() => parsePolicy(value)).toThrow(named);
  });
});
