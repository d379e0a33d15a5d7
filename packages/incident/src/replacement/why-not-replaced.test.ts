import { describe, expect, it } from 'vitest';
import { firstActivityOf, mayPass, whyNotReplaced, type ReplacementFacts } from './why-not-replaced.ts';

const ACCOUNT = '602011160021';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/shop/web`;
const SINCE = '2026-11-21T02:51:07.000Z';
const BEFORE = '2026-10-01T00:00:00.000Z';
const allowed = { account: ACCOUNT, passRoles: ['shop/*'], imageOwners: ['amazon', '602011160099'] };

const good: ReplacementFacts = {
  state: 'running',
  startedAt: BEFORE,
  image: { createdAt: BEFORE, ownerId: ACCOUNT, available: true },
  madeFromVolumes: ['vol-builder'],
  ownVolumes: ['vol-1'],
  spot: false,
  groupIds: ['sg-web'],
  hadProfile: true,
  roleArn: ROLE,
};
const why = (more: Partial<ReplacementFacts> = {}) => whyNotReplaced({ ...good, ...more }, allowed, SINCE);
const image = (more: object) => ({ image: { ...good.image, available: true, ...more } });
const template = { found: true, createdAt: BEFORE, ofOneInstance: false };

describe('whether an instance may be launched again', () => {
  it.each([
    ['its own image', {}],
    ['an image of Amazon', image({ ownerId: '801119661308', ownerAlias: 'amazon' })],
    ['an image of an account that is named', image({ ownerId: '602011160099' })],
    ['a version of a template from before', { template }],
    ['no profile', { hadProfile: false, roleArn: undefined }],
    ['a Spot request that ends with it', { spot: true, spotRequest: 'one-time' }],
  ])('is yes with %s', (_with, more) => {
    expect(why(more as Partial<ReplacementFacts>)).toBeUndefined();
  });

  it('is no where it had a profile and no role may be passed at all', () => {
    const none = { ...allowed, passRoles: [] };
    expect(whyNotReplaced(good, none, SINCE)).toMatch(/names no role/);
    expect(whyNotReplaced({ ...good, hadProfile: false }, none, SINCE)).toBeUndefined();
  });

  it.each([
    ['is stopped', { state: 'stopped' }, /may have been changed/],
    ['was started after the attacker came', { startedAt: SINCE }, /started after the first activity/],
    ['has no known start', { startedAt: undefined }, /started after/],
    ['has an image that is gone', image({ available: false }), /gone/],
    ['has an image of nobody known', image({ ownerId: undefined }), /nobody that EC2 names/],
    ['has an image of a stranger', image({ ownerId: '999900001111' }), /999900001111/],
    [
      'has a marketplace image that nobody allowed',
      image({ ownerId: '602011160099', ownerAlias: 'aws-marketplace' }),
      /aws-marketplace/,
    ],
    ['has an image that the attacker may have made', image({ createdAt: SINCE }), /may be the attacker's/],
    ['has an image of no known age', image({ createdAt: undefined }), /may be the attacker's/],
    ['came from a version that is gone', { template: { ...template, found: false } }, /version .* is gone/],
    [
      'came from a version that is younger',
      { template: { ...template, createdAt: SINCE } },
      /version .* was made after/,
    ],
    [
      'came from a version of no known age',
      { template: { found: true, ofOneInstance: false } },
      /does not say when/,
    ],
    [
      'came from a template of one interface',
      { template: { ...template, ofOneInstance: true } },
      /only one instance/,
    ],
    ['would get what was on its own disk', { madeFromVolumes: ['vol-1'] }, /its own disk vol-1/],
    ['comes back by a persistent Spot request', { spot: true, spotRequest: 'persistent' }, /cancel it first/],
    ['may come back by a Spot request', { spot: true }, /not known to be one-time/],
    ['had groups that nobody wrote down', { groupIds: undefined }, /no plan of the incident/],
    ['had a profile whose role is not known', { roleArn: undefined }, /could not be read/],
    ['had a role that may not be passed', { roleArn: `arn:aws:iam::${ACCOUNT}:role/admin` }, /passRoles/],
  ])('is no where it %s', (_where, more, says) => {
    expect(why(more as Partial<ReplacementFacts>)).toMatch(says);
  });
});

describe('which roles may be passed', () => {
  it('is the named one, those below a named path, and none of another account', () => {
    const may = (role: string, passRoles: readonly string[]) => mayPass(role, { ...allowed, passRoles });
    expect(may(ROLE, ['shop/web'])).toBe(true);
    expect(may(ROLE, ['shop/*'])).toBe(true);
    expect(may(ROLE, ['shop/we'])).toBe(false);
    expect(may(ROLE, [])).toBe(false);
    expect(may('arn:aws:iam::602011160099:role/shop/web', ['shop/*'])).toBe(false);
  });
});

describe('when the attacker was first seen', () => {
  it('is the earliest of what findings tell, and the opening at the latest', () => {
    const opened = '2026-11-21T03:00:00.000Z';
    expect(firstActivityOf([SINCE, undefined, '2026-11-21T02:59:00.000Z'], opened)).toBe(SINCE);
    expect(firstActivityOf([undefined, 'yesterday'], opened)).toBe(opened);
  });
});
