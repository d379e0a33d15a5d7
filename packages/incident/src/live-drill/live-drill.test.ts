import { describe, expect, it } from 'vitest';
import { defineConfig } from '../config.ts';
import { PLAIN } from '../config.fixture.ts';
import { parseAccountId } from '../ids.ts';
import {
  drillCosts,
  endRefusal,
  judgeLiveDrill,
  outlookOf,
  PHASES,
  reachedPhases,
  type SeenDrill,
} from './index.ts';

const at = { account: '602011160021', region: 'eu-west-1' };
const rule = (set: object, when: object = { severityAtLeast: 7 }) => ({
  name: 'one',
  when,
  set,
  because: 'a test',
});
const configWith = (policy: object = {}) =>
  defineConfig({
    ...PLAIN,
    policy: { schemaVersion: 2, rules: [rule({ mode: 'contain' })], ...policy } as never,
  });
const code = (policy: object, place = at, known?: object) => {
  const outlook = outlookOf(configWith(policy), place, known);
  return outlook.status === 'refused' ? outlook.code : outlook.mode;
};

describe('where a decoy would be contained', () => {
  it('says what the policy does, and that it asks first where it does', () => {
    expect(code({})).toBe('contain');
    expect(code({ rules: [rule({ mode: 'ask' })] })).toBe('ask');
    const outlook = outlookOf(configWith({ rules: [rule({ mode: 'contain', stop: 'automatic' })] }), at, {});
    expect(JSON.stringify(outlook)).toContain('stopping the instance is done without asking');
  });

  it.each(Object.values(PLAIN.accounts))('refuses the own account %s', (account) => {
    const outlook = outlookOf(configWith(), { ...at, account }, undefined);
    expect(outlook).toMatchObject({ status: 'refused', code: 'never-contained' });
    expect(JSON.stringify(outlook)).toContain(account);
  });

  it('refuses accounts that the policy names, with the reason, and a Region that is not protected', () => {
    const account = parseAccountId(at.account);
    expect(outlookOf(configWith({ neverContainAccounts: [account] }), at, undefined)).toMatchObject({
      because: expect.stringContaining('the policy never contains it'),
    });
    expect(outlookOf(configWith({ excludeAccounts: [account] }), at, undefined)).toMatchObject({
      because: expect.stringContaining('the policy excludes it'),
    });
    expect(code({}, { ...at, region: 'eu-north-1' })).toBe('region-not-protected');
  });

  it('refuses where the finding would only be observed: by its type, its severity, or its place', () => {
    expect(code({ excludeTypes: ['Backdoor:EC2/C&CActivity.B!DNS'] })).toBe('only-observed');
    expect(code({ rules: [rule({ mode: 'contain' }, { severityAtLeast: 9 })] })).toBe('only-observed');
    const inUnit = { rules: [rule({ mode: 'contain' }, { units: ['ou-ab12-prod0001'] })] };
    expect(code(inUnit, at, { units: ['r-ab12', 'ou-ab12-test0001'] })).toBe('only-observed');
    expect(code(inUnit, at, { units: ['r-ab12', 'ou-ab12-prod0001'] })).toBe('contain');
  });
});

const T = (seconds: number): string =>
  new Date(Date.parse('2026-11-22T03:00:00Z') + seconds * 1_000).toISOString();
const opened = { id: 'inc-1', status: 'contained', openedAt: T(1), securedAt: [], disks: 1 };
const whole: SeenDrill = {
  standsSince: T(-600),
  finding: { id: 'f', madeAt: T(0) },
  incident: {
    ...opened,
    status: 'sealed',
    frozenAt: T(4),
    isolatedAt: T(3),
    containedAt: T(5),
    securedAt: [T(300)],
  },
  workflow: { status: 'SUCCEEDED', endedAt: T(1_900) },
};

describe('how a live drill stands', () => {
  it('is reached when every phase was, each with its seconds from the finding', () => {
    expect(judgeLiveDrill(whole, false).status).toBe('reached');
    expect(
      reachedPhases(whole).map(({ phase, afterFindingSeconds }) => [phase, afterFindingSeconds]),
    ).toEqual([
      ['decoy-stands', -600],
      ['finding-made', 0],
      ['incident-opened', 1],
      ['disks-frozen', 4],
      ['interfaces-isolated', 3],
      ['contained', 5],
      ['evidence-secured', 300],
      ['incident-sealed', 1_900],
    ]);
  });

  it('goes on until its time is over, and then names what is missing and where to look', () => {
    const early: SeenDrill = { standsSince: T(-600) };
    expect(judgeLiveDrill(early, false)).toEqual({ status: 'goes-on', waitsFor: 'finding-made' });
    expect(judgeLiveDrill(early, true)).toMatchObject({
      status: 'not-reached',
      missing: PHASES.slice(1),
      hint: expect.stringContaining('GuardDuty'),
    });
  });

  it('waits for every disk, not for the first', () => {
    const two: SeenDrill = { ...whole, incident: { ...opened, disks: 2, securedAt: [T(300)] } };
    expect(reachedPhases(two).map(({ phase }) => phase)).not.toContain('evidence-secured');
    const none: SeenDrill = { ...whole, incident: { ...opened, disks: 0 } };
    expect(reachedPhases(none).map(({ phase }) => phase)).not.toContain('evidence-secured');
  });

  it.each([
    [{ openedNothing: ['the policy only observes'] }, 'opened no incident: the policy only observes'],
    [{ incident: opened, workflow: { status: 'FAILED', endedAt: T(9) } }, 'the workflow ended FAILED'],
    [
      { incident: { ...opened, status: 'needs-a-person' }, workflow: { status: 'SUCCEEDED', endedAt: T(9) } },
      'the incident is needs-a-person',
    ],
  ])('is not reached as soon as it cannot be any more: %j', (more, because) => {
    const verdict = judgeLiveDrill(
      { standsSince: T(-1), finding: { id: 'f', madeAt: T(0) }, ...more },
      false,
    );
    expect(verdict).toMatchObject({ status: 'not-reached', because: expect.stringContaining(because) });
  });

  it('does not count a seal of an incident that somebody has to look at', () => {
    const bad: SeenDrill = { ...whole, incident: { ...whole.incident, ...opened, status: 'refused' } };
    expect(judgeLiveDrill(bad, false).status).toBe('not-reached');
  });
});

it('keeps a decoy from being removed while an incident holds it', () => {
  expect(endRefusal(undefined)).toBeUndefined();
  expect(endRefusal({ incident: 'inc-1', status: 'contained' })).toContain(
    'inc-1 holds the decoy (contained)',
  );
});

it('says what a drill costs, and what it does not know', () => {
  const config = configWith();
  expect(drillCosts(config).join('\n')).toContain('forensics.hourlyUsd in cordon.config.ts says');
  const priced = { ...config, forensics: { ...config.forensics, hourlyUsd: 0.2 } };
  expect(drillCosts(priced).join('\n')).toContain('USD 14.40 for its 72 hours');
});
