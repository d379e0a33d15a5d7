import { describe, expect, it } from 'vitest';
import { afterDrift, boundedSteps } from './after-drift.ts';
import { liftedBy, type ApprovedLifts } from './lifted.ts';
import { AT, instance, journalOf, made } from './release.fixture.ts';
import { CONTAIN_ONLY } from '../plan/posture.ts';

const NOW = Date.parse(AT);
const MINUTE = 60_000;
const ID = 'restore-groups:eni-1';
const first = made(instance());
const lifts = (said?: ApprovedLifts['steps'][number]['said']): ApprovedLifts => ({
  revision: 0,
  approvedAt: AT,
  steps: [{ id: ID, ...(said === undefined ? {} : { said }) }],
});

describe('what people lifted', () => {
  it('is what a release said that it did, for good', () => {
    const lifted = liftedBy(journalOf(first), [lifts({ status: 'done', at: AT })], NOW + 1e9);
    expect([...lifted]).toEqual([ID]);
  });

  it.each([
    ['before its first word', undefined],
    ['between its attempt and its word', { status: 'failed', at: AT } as const],
  ])('is also what a release may be at work on, %s, and no longer', (_when, said) => {
    expect(liftedBy(journalOf(first), [lifts(said)], NOW + 9 * MINUTE).size).toBe(1);
    expect(liftedBy(journalOf(first), [lifts(said)], NOW + 10 * MINUTE).size).toBe(0);
  });

  it('is not what a release refused', () => {
    expect(liftedBy(journalOf(first), [lifts({ status: 'refused', at: AT })], NOW).size).toBe(0);
  });

  it('ends when a later plan contains it again, and not by a plan that left it', () => {
    const done = [lifts({ status: 'done', at: AT })];
    const bounded = made(instance());
    const bounds = { lifted: [ID], beyond: [] };
    const kept = { ...bounded, steps: [...boundedSteps(bounded.steps, bounds)] };
    expect(liftedBy(journalOf(first, kept), done, NOW).size).toBe(1);
    expect(liftedBy(journalOf(first, made(instance())), done, NOW).size).toBe(0);
  });
});

const inSubnets = (...ids: readonly string[]) =>
  instance({
    subnets: ids.map((subnetId) => ({
      subnetId,
      vpcId: 'vpc-1',
      ownerId: instance().account,
      networkAclId: `acl-${subnetId}`,
      routes: [],
    })),
  });

describe('a plan after drift', () => {
  const journal = journalOf(made(inSubnets('subnet-1'), { stop: 'never' }));

  it('does what was done, and nothing that never was', () => {
    const { posture } = afterDrift(journal, new Set(), undefined);
    expect(posture).toMatchObject({
      containment: 'contain',
      subnetAcl: 'automatic',
      stop: 'never',
      crash: 'never',
      detachVolumes: 'never',
      metadataOff: 'never',
      routeTable: 'never',
      remoteAddresses: 'never',
    });
  });

  it('cuts the subnet that was cut, and another one only where the policy allows it by itself', () => {
    const wider = made(inSubnets('subnet-1', 'subnet-2')).steps;
    const cut = (allowed: typeof CONTAIN_ONLY | undefined) =>
      boundedSteps(wider, afterDrift(journal, new Set(), allowed).bounds)
        .filter(({ kind }) => kind === 'cut-subnet')
        .map(({ id }) => id);
    expect(cut(undefined)).toEqual(['cut-subnet:subnet-1']);
    expect(cut({ ...CONTAIN_ONLY, subnetAcl: 'ask' })).toEqual(['cut-subnet:subnet-1']);
    expect(cut({ ...CONTAIN_ONLY, containment: 'tripped', subnetAcl: 'automatic' })).toEqual([
      'cut-subnet:subnet-1',
    ]);
    expect(cut({ ...CONTAIN_ONLY, subnetAcl: 'automatic' })).toEqual([
      'cut-subnet:subnet-1',
      'cut-subnet:subnet-2',
    ]);
  });

  it('leaves what people lifted, registrations by name too', () => {
    const { bounds } = afterDrift(journal, new Set([ID, 'register-target:shop/1:i-1:80']), undefined);
    const steps = boundedSteps(made(instance()).steps, bounds);
    expect(steps.some(({ kind }) => kind === 'isolate-interface')).toBe(false);
    expect(steps.find(({ kind }) => kind === 'leave-balancers')).toMatchObject({
      except: ['register-target:shop/1:i-1:80'],
    });
  });
});
