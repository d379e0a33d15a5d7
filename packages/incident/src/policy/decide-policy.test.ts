import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAVES } from '../plan/posture.ts';
import { decidePolicy, postureOf } from './decide-policy.ts';
import { explainPolicy } from './explain-policy.ts';
import type { PolicyFacts } from './match-rule.ts';
import { parsePolicy, type PolicyRule } from './policy.ts';
import { MODES } from './settings.ts';

const PRODUCTION = 'ou-ab12-prod0001';
const SANDBOX = 'ou-ab12-sandbox1';
const ACCOUNT = '222233334444';

const facts: PolicyFacts = {
  findingType: 'Backdoor:EC2/C&CActivity.B!DNS',
  severity: 8,
  account: ACCOUNT,
  units: ['r-root', PRODUCTION],
  accountTags: {},
  instanceTags: {},
};

const policyOf = (...rules: readonly object[]) =>
  parsePolicy({
    schemaVersion: 2,
    rules: rules.map((one, index) => ({
      name: `rule-${index}`,
      when: {},
      because: `reason ${index}`,
      ...one,
    })),
  });
const decide = (rules: readonly object[], over: Partial<PolicyFacts> = {}) =>
  decidePolicy(policyOf(...rules), { ...facts, ...over }).settings;

const contain = { set: { mode: 'contain' } };
const tagged = (value: string, set: object) => ({
  when: { instanceTags: { 'cordon:policy': [value] } },
  set,
});

describe('which rule decides', () => {
  it('is none where there is none: every unit starts in observe', () => {
    const { settings, because } = decidePolicy(policyOf(), facts);
    expect(settings.mode).toBe('observe');
    expect(LEAVES.map((name) => settings[name])).toEqual(
      LEAVES.map((name) => (name === 'remoteAddresses' || name === 'dnsFirewall' ? 'automatic' : 'never')),
    );
    expect(because).toEqual(['no rule of the policy applies, so the instance is only observed']);
  });

  it('is the first that matches, for each setting by itself', () => {
    const rules = [
      { when: { units: [SANDBOX] }, set: { mode: 'observe' } },
      { when: { units: [PRODUCTION] }, set: { mode: 'ask' } },
      { set: { mode: 'contain', stop: 'automatic' } },
    ];
    expect(decide(rules)).toMatchObject({ mode: 'ask', stop: 'automatic' });
    expect(decide(rules, { units: ['r-root', SANDBOX, PRODUCTION] }).mode).toBe('observe');
    expect(decide(rules, { units: ['r-root'] }).mode).toBe('contain');
  });

  it.each([
    [{ units: ['r-root'] }, true],
    [{ units: [SANDBOX] }, false],
    [{ accounts: ['999988887777'] }, false],
    [{ accounts: ['999988887777', ACCOUNT] }, true],
    [{ severityAtLeast: 8 }, true],
    [{ severityAtLeast: 8.1 }, false],
    [{ findingTypes: ['Backdoor:EC2/*'] }, true],
    [{ findingTypes: ['*!DNS'] }, true],
    [{ findingTypes: ['Backdoor:*C&C*!DNS'] }, true],
    [{ findingTypes: ['Backdoor:EC2/C&CActivity.B'] }, false],
    [{ findingTypes: ['backdoor:ec2/*'] }, false],
    [{ units: ['r-root'], severityAtLeast: 9 }, false],
  ])('a rule on %j applies: %s', (when, applies) => {
    expect(decide([{ when, ...contain }]).mode).toBe(applies ? 'contain' : 'observe');
  });
});

describe('rules on tags', () => {
  it('make the response stronger, wherever they stand', () => {
    const rules = [{ set: { mode: 'ask' } }, tagged('crown', { mode: 'contain', stop: 'ask' })];
    expect(decide(rules, { instanceTags: { 'cordon:policy': 'crown' } })).toMatchObject({
      mode: 'contain',
      stop: 'ask',
    });
    expect(decide(rules)).toMatchObject({ mode: 'ask', stop: 'never' });
  });

  it('never make it weaker, and the explanation says so', () => {
    const policy = policyOf(tagged('careful', { mode: 'ask' }), contain);
    const here = { ...facts, instanceTags: { 'cordon:policy': 'careful' } };
    expect(decidePolicy(policy, here).settings.mode).toBe('contain');
    expect(explainPolicy(policy, here).sentences.join('\n')).toContain(
      'rule rule-0 would have the mode ask, but a rule on tags can only make the response stronger',
    );
  });
});

describe('a fact that could not be read', () => {
  const rules = [
    { when: { units: [SANDBOX] }, set: { mode: 'observe', stop: 'never' } },
    { set: { mode: 'contain', stop: 'automatic' } },
  ];

  it('leaves the strongest mode that could be meant, and what is costly to a person', () => {
    expect(decide(rules, { units: undefined })).toMatchObject({ mode: 'contain', stop: 'ask' });
    expect(decide(rules, { units: [SANDBOX] })).toMatchObject({ mode: 'observe', stop: 'never' });
  });

  it('is named among the reasons', () => {
    const { because } = decidePolicy(policyOf(...rules), { ...facts, units: undefined });
    expect(because.join('\n')).toContain("the account's organizational units could not be read");
  });

  it('changes nothing where no rule hangs on it', () => {
    const blind = { units: undefined, accountTags: undefined, instanceTags: undefined };
    expect(decide([contain], blind)).toEqual(decide([contain]));
  });
});

describe('the posture', () => {
  it('carries mode, techniques and reasons; there is none for what is only observed', () => {
    const policy = policyOf({ set: { mode: 'ask', crash: 'ask' } });
    expect(postureOf(decidePolicy(policy, facts))).toMatchObject({
      containment: 'ask',
      crash: 'ask',
      stop: 'never',
      because: ['rule rule-0: reason 0'],
    });
    expect(postureOf(decidePolicy(policyOf(), facts))).toBeUndefined();
  });
});

const leave = fc.constantFrom('never', 'ask', 'if-open', 'automatic');
const settings = (modes: readonly string[]) =>
  fc
    .record({ mode: fc.constantFrom(...modes), stop: leave, subnetAcl: leave }, { requiredKeys: ['mode'] })
    .map((one) => ({ ...one }));
const units = fc.subarray(['r-root', PRODUCTION, SANDBOX], { minLength: 1 });
const values = fc.subarray(['x', 'y'], { minLength: 1 });
const plainRule = fc.record({
  when: fc.record({ units, severityAtLeast: fc.integer({ min: 1, max: 10 }) }, { requiredKeys: [] }),
  set: settings(MODES),
});
const tagRule = fc.record({
  when: fc.oneof(
    fc.record({ instanceTags: fc.record({ 'cordon:policy': values }) }),
    fc.record({ accountTags: fc.record({ 'cordon:policy': values }), units }),
  ),
  set: settings(['ask', 'contain']),
});
const tags = fc.option(fc.record({ 'cordon:policy': fc.constantFrom('x', 'y', 'z') }, { requiredKeys: [] }), {
  nil: undefined,
});
const someFacts = fc
  .record({
    severity: fc.integer({ min: 1, max: 10 }),
    units: fc.option(fc.subarray(['r-root', PRODUCTION, SANDBOX]), { nil: undefined }),
    accountTags: tags,
    instanceTags: tags,
  })
  .map((over) => ({ ...facts, ...over }));

const LEAVE_RANK = ['never', 'ask', 'if-open', 'automatic'];
const rules = fc.array(fc.oneof(plainRule, tagRule), { maxLength: 6 });

it('a rule on tags more, wherever it is put, never makes anything weaker', () => {
  fc.assert(
    fc.property(rules, tagRule, fc.nat(6), someFacts, (before, added, at, here) => {
      const without = decidePolicy(policyOf(...before), here).settings;
      const after = decidePolicy(policyOf(...before.toSpliced(at, 0, added)), here).settings;
      expect(MODES.indexOf(after.mode)).toBeGreaterThanOrEqual(MODES.indexOf(without.mode));
      for (const name of LEAVES)
        expect(LEAVE_RANK.indexOf(after[name])).toBeGreaterThanOrEqual(LEAVE_RANK.indexOf(without[name]));
    }),
  );
});

it('a fact that cannot be read never makes the mode weaker than it is with the fact, and nothing costly automatic', () => {
  const hidden = fc.subarray(['units', 'accountTags', 'instanceTags']);
  fc.assert(
    fc.property(rules, someFacts, hidden, (written, here, names) => {
      const policy = policyOf(...written);
      const blind = { ...here, ...Object.fromEntries(names.map((name) => [name, undefined])) };
      const seen = decidePolicy(policy, here).settings;
      const unseen = decidePolicy(policy, blind).settings;
      expect(MODES.indexOf(unseen.mode)).toBeGreaterThanOrEqual(MODES.indexOf(seen.mode));
      const automatic = LEAVES.filter((name) => unseen[name] === 'automatic');
      expect(automatic.map((name) => seen[name])).toEqual(automatic.map(() => 'automatic'));
      for (const name of LEAVES.filter((one) => unseen[one] === 'if-open'))
        expect(['if-open', 'automatic']).toContain(seen[name]);
    }),
  );
});

it('an explanation has a sentence for the mode and gives every rule its place', () => {
  fc.assert(
    fc.property(rules, someFacts, (written, here) => {
      const policy = policyOf(...written);
      const told = explainPolicy(policy, here);
      expect(told.rules.map(({ name }) => name)).toEqual(policy.rules.map(({ name }: PolicyRule) => name));
      expect(told.sentences[0]).toContain(`mode ${told.settings.mode}:`);
    }),
  );
});
