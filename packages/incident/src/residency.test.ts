import { describe, expect, it } from 'vitest';
import { CONTAIN_ONLY } from './plan/posture.ts';
import { plan } from './plan/plan.ts';
import { instance } from './plan/plan.fixture.ts';
import { decidePolicy } from './policy/decide-policy.ts';
import { parsePolicy } from './policy/policy.ts';
import { strengthen } from './policy/strengthen.ts';
import { contentsRegion, regionOfVault, residing, vaultIn } from './residency.ts';

const deployed = {
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1', 'eu-central-1'],
  accounts: { evidence: '602011150003' },
};
const rule = (name: string, when: object, residency: 'home' | 'region') => ({
  name,
  when,
  set: { residency },
  because: name,
});
const facts = {
  account: '602011160001',
  findingType: 'Backdoor:EC2/C&CActivity.B',
  severity: 8,
  units: ['ou-ab12-payments1'],
  accountTags: {},
  instanceTags: {},
};
const residencyOf = (rules: readonly object[], more: object = {}) =>
  decidePolicy(
    parsePolicy({
      schemaVersion: 2,
      rules: [...rules, { name: 'all', when: {}, set: { mode: 'contain' }, because: 'all' }],
    }),
    { ...facts, ...more },
  ).settings.residency;

describe('where contents lie', () => {
  it('is the incident’s Region, or the home Region where the policy says so', () => {
    const at = (region: string, residency?: 'home') =>
      contentsRegion(deployed as never, { region, residency });
    expect(at('eu-central-1')).toBe('eu-central-1');
    expect(at('eu-central-1', 'home')).toBe('eu-west-1');
    expect(at('eu-west-1')).toBeUndefined();
    // A Region that the deployment has no vault in.
    expect(at('us-east-1')).toBeUndefined();
  });

  it('is a bucket of its own, which tells its Region', () => {
    for (const region of deployed.regions)
      expect(regionOfVault(deployed, vaultIn(deployed, region).bucket)).toBe(region);
    expect(regionOfVault(deployed, undefined)).toBe('eu-west-1');
    for (const none of [
      'cordon-vault-602011150009',
      'cordon-vault-602011150003-',
      'cordon-trail-602011150003',
    ])
      expect(regionOfVault(deployed, none)).toBeUndefined();
  });
});

describe('the rule about it', () => {
  const here = { units: ['ou-ab12-payments1'] };

  it('takes contents home only where it is sure to apply', () => {
    expect(residencyOf([])).toBeUndefined();
    expect(residencyOf([rule('r', here, 'home')])).toBe('home');
    expect(residencyOf([rule('r', here, 'home')], { units: ['ou-ab12-other0001'] })).toBeUndefined();
    expect(residencyOf([rule('r', here, 'home')], { units: undefined })).toBeUndefined();
    expect(residencyOf([rule('r', here, 'region'), rule('the-rest', {}, 'home')])).toBeUndefined();
  });

  it('keeps them in the Region by a tag, and takes none home by one', () => {
    const tagged = { instanceTags: { 'cordon:policy': ['strict'] } };
    const strict = { instanceTags: { 'cordon:policy': 'strict' } };
    expect(residencyOf([rule('t', tagged, 'home')], strict)).toBeUndefined();
    expect(residencyOf([rule('the-rest', {}, 'home'), rule('t', tagged, 'region')], strict)).toBeUndefined();
    expect(residencyOf([rule('the-rest', {}, 'home'), rule('t', tagged, 'region')])).toBe('home');
  });

  it('holds over findings only where each says so', () => {
    const home = { ...CONTAIN_ONLY, residency: 'home' as const };
    expect(strengthen(home, home).residency).toBe('home');
    expect(strengthen(home, CONTAIN_ONLY)).not.toHaveProperty('residency');
    expect(strengthen(CONTAIN_ONLY, home)).not.toHaveProperty('residency');
    expect(residing({ residency: 'home' as const }, CONTAIN_ONLY).residency).toBeUndefined();
    expect(residing({}, home)).toEqual({ residency: 'home' });
  });
});

describe('a plan', () => {
  const at = (region: string, posture: object = {}) =>
    plan({
      incidentId: 'inc-0123456789abcdef0123',
      facts: { ...instance(), region: region as never },
      posture: { ...CONTAIN_ONLY, ...posture },
      places: deployed as never,
    });

  it('says where contents go, and its hash holds it', () => {
    expect(at('eu-west-1').contentsIn).toBeUndefined();
    expect(at('eu-central-1')).toMatchObject({
      contentsIn: 'eu-central-1',
      reasons: expect.arrayContaining([expect.stringMatching(/is kept in eu-central-1/)]),
    });
    const home = at('eu-central-1', { residency: 'home' });
    expect(home).toMatchObject({
      contentsIn: 'eu-west-1',
      reasons: expect.arrayContaining([expect.stringMatching(/taken to the home Region eu-west-1/)]),
    });
    expect(home.hash).not.toBe(at('eu-central-1').hash);
  });
});
