import { describe, expect, it } from 'vitest';
import { instanceFacts, type InstanceFacts } from './facts.ts';
import { instance } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import type { ReplacementRight } from './replacement.ts';
import { stepsOf } from './steps.ts';

const launchedFrom = { imageId: 'ami-0123456789abcdef0', subnetId: 'subnet-1' };
const machine = { rootDevice: 'ebs', hibernation: false, launchedFrom } as const;

const facts = (more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  ...instance({
    instanceType: 'm5.large',
    networkInterfaces: [
      {
        networkInterfaceId: 'eni-1',
        vpcId: 'vpc-1',
        groupIds: ['sg-web'],
        requesterManaged: false,
        primary: true,
      },
    ],
    machine,
  }),
  ...more,
});

const planOf = (
  more: Partial<InstanceFacts> = {},
  posture: Partial<Posture> = {},
  right: ReplacementRight = { mayLaunch: true },
) =>
  plan({
    incidentId: 'inc-0123456789',
    facts: facts(more),
    posture: { ...CONTAIN_ONLY, replacement: 'automatic', ...posture },
    replacement: right,
  });
const stepIn = (...of: Parameters<typeof planOf>) => stepsOf(planOf(...of), 'launch-replacement')[0];
const reasonsIn = (...of: Parameters<typeof planOf>): string => planOf(...of).reasons.join('\n');

describe('a lone instance, where the deployment lets one be launched in its place', () => {
  it('is replaced from its image, after all that contains it', () => {
    const made = planOf();
    const kinds = made.steps.map(({ kind }) => kind);
    expect(stepIn()).toMatchObject({
      gate: 'automatic',
      imageId: launchedFrom.imageId,
      instanceType: 'm5.large',
      subnetId: 'subnet-1',
      networkInterfaceId: 'eni-1',
      undo: { kind: 'keep-replacement' },
    });
    expect(kinds.indexOf('launch-replacement')).toBeGreaterThan(kinds.indexOf('isolate-interface'));
    expect(made.reasons.join('\n')).not.toMatch(/run-instances/);
  });

  it('is replaced by the version of the template that launched it', () => {
    const template = { id: 'lt-0123456789abcdef0', version: '3' };
    const step = stepIn({ machine: { ...machine, launchedFrom: { ...launchedFrom, template } } });
    expect(step).toMatchObject({ template });
    expect(step?.because).toMatch(/version 3 of lt-0123456789abcdef0/);
  });

  it('says what a person must know: the cost, the hole, the address, what is missing', () => {
    const said = stepIn({
      spot: true,
      machine: { ...machine, rootDevice: 'instance-store' },
    })?.effectOnOthers;
    for (const caveat of [
      /paid for/,
      /hole/,
      /another private address/,
      /no Elastic IP/,
      /On-Demand/,
      /instance store/,
    ])
      expect(said).toMatch(caveat);
  });

  it.each([
    ['ask', 'contain', 'approve'],
    ['automatic', 'contain', 'automatic'],
    // While the cut itself waits for a person, it is no time to launch anything without one.
    ['automatic', 'ask', 'approve'],
    ['automatic', 'tripped', 'approve'],
  ] as const)(
    'waits, where the policy says %s and the posture %s, for %s',
    (replacement, containment, gate) => {
      expect(stepIn({}, { replacement, containment })?.gate).toBe(gate);
    },
  );

  it('names the owner of a shared subnet, and nobody of its own', () => {
    const subnet = { subnetId: 'subnet-1', vpcId: 'vpc-1', routes: [] };
    const ownedBy = (ownerId: InstanceFacts['account']) => stepIn({ subnets: [{ ...subnet, ownerId }] });
    const { account } = facts();
    const other = instanceFacts.shape.account.parse('602011160099');
    expect([ownedBy(account)?.subnetOwnerId, ownedBy(other)?.subnetOwnerId]).toEqual([undefined, other]);
  });

  it('is planned the same once it is cut off, so that a yes still fits', () => {
    const isolated = facts().networkInterfaces.map((nic) => ({ ...nic, groupIds: ['sg-isolation'] }));
    expect(stepIn({ networkInterfaces: isolated })).toEqual(stepIn());
    expect(stepIn({ state: 'stopped' }, {}, { mayLaunch: true, sofar: 'prepared' })).toEqual(stepIn());
  });
});

describe('no replacement is planned', () => {
  it.each([
    ['where there is one', { mayLaunch: true, sofar: 'launched' }],
    ['where the Auto Scaling group that it left launches one', { mayLaunch: true, sofar: 'by-group' }],
  ] as const)('%s, nor spoken of', (_where, right) => {
    expect(stepIn({}, {}, right)).toBeUndefined();
    expect(reasonsIn({}, {}, right)).not.toMatch(/replacement/);
  });

  it.each([
    ['in an Auto Scaling group', { autoScalingGroup: 'shop' }, /^(?!.*policy wants a replacement)/s],
    [
      'of a Spot Fleet',
      { machine: { ...machine, fleet: 'spot-fleet' } },
      /Spot Fleet maintains the capacity/,
    ],
    ['of an EC2 Fleet', { machine: { ...machine, fleet: 'ec2-fleet' } }, /nodes of Karpenter/],
    ['that is a node of EKS', { nodeOf: 'eks' }, /starts its nodes itself/],
    ['that is stopped', { state: 'stopped' }, /none is launched: it is stopped/],
    [
      'that was itself launched in place of another',
      { machine: { ...machine, replaces: true } },
      /another would fare no better/,
    ],
    [
      'of which nobody knows the image',
      { machine: { rootDevice: 'ebs', hibernation: false } },
      /does not say what it was launched from/,
    ],
    [
      'whose image has no id of an image',
      { machine: { ...machine, launchedFrom: { ...launchedFrom, imageId: 'ami-1; reboot' } } },
      /does not say what it was launched from/,
    ],
  ] as const)('for an instance %s, and it says why', (_which, more, why) => {
    expect(stepIn(more)).toBeUndefined();
    expect(reasonsIn(more)).toMatch(why);
  });

  it('where the policy wants none', () => {
    expect(stepIn({}, { replacement: 'never' })).toBeUndefined();
  });

  it('where the deployment gave nobody the right: then a person is told the command', () => {
    expect(stepIn({}, {}, { mayLaunch: false })).toBeUndefined();
    expect(reasonsIn({}, {}, { mayLaunch: false })).toMatch(/lets nobody launch.*run-instances/);
  });
});
