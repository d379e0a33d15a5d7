import { describe, expect, it } from 'vitest';
import { deregistrations } from './balancer-steps.ts';
import type { InstanceFacts } from './facts.ts';
import { instance } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { stepsOf } from './steps.ts';

const facts = (more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  ...instance({
    instanceType: 'm5.large',
    networkInterfaces: [
      {
        networkInterfaceId: 'eni-1',
        vpcId: 'vpc-1',
        groupIds: ['sg-web'],
        privateIps: ['10.0.0.7', '10.0.0.8'],
        requesterManaged: false,
      },
      {
        networkInterfaceId: 'eni-2',
        vpcId: 'vpc-2',
        groupIds: ['sg-db'],
        privateIps: ['10.9.0.7'],
        requesterManaged: false,
      },
    ],
  }),
  ...more,
});
const planOf = (more: Partial<InstanceFacts> = {}, posture: Partial<Posture> = {}) =>
  plan({ incidentId: 'inc-0123456789', facts: facts(more), posture: { ...CONTAIN_ONLY, ...posture } });

describe('an instance in an Auto Scaling group', () => {
  it.each(['InService', 'Pending', 'Pending:Wait'])('leaves it from %s, with the cut', (lifecycleState) => {
    const more = { autoScalingGroup: 'shop', scaling: { lifecycleState } };
    const gates = (posture: Partial<Posture>) =>
      stepsOf(planOf(more, posture), 'detach-from-auto-scaling').map(({ gate }) => gate);
    expect([gates({}), gates({ containment: 'ask' })]).toEqual([['automatic'], ['ask']]);
  });

  it.each([
    ['Standby', /on standby/],
    ['EnteringStandby', /on standby/],
    ['Warmed:Stopped', /warm pool/],
    ['Warmed:Running', /warm pool/],
    ['Terminating:Wait', /is ending it/],
    ['Terminating:Retained', /is ending it/],
    ['Detaching', /being detached already/],
  ])('stays in %s, and the plan says why', (lifecycleState, why) => {
    const made = planOf({ autoScalingGroup: 'shop', scaling: { lifecycleState } });
    expect(stepsOf(made, 'detach-from-auto-scaling')).toEqual([]);
    expect(made.reasons.join('\n')).toMatch(why);
  });

  it.each([
    ['eks', /not drained first/],
    ['elastic-beanstalk', /Elastic Beanstalk/],
    ['emr', /EMR cluster/],
  ] as const)('is told to be a node of %s', (nodeOf, says) => {
    expect(planOf({ nodeOf }).reasons.join('\n')).toMatch(says);
  });
});

describe('an instance behind load balancers', () => {
  it('leaves them with the cut, by its id and every private address', () => {
    const [step] = stepsOf(planOf({}, { containment: 'ask' }), 'leave-balancers');
    expect(step).toMatchObject({
      gate: 'ask',
      vpcIds: ['vpc-1', 'vpc-2'],
      addresses: ['10.0.0.7', '10.0.0.8', '10.9.0.7'],
      undo: { kind: 'register-as-found' },
    });
  });

  const arn = 'arn:aws:elasticloadbalancing:eu-central-1:602011160021:targetgroup/web/0123456789abcdef';
  const found = {
    targets: [
      { targetGroupArn: arn, targetId: 'i-0123456789abcdef0', port: 8_080, othersHealthy: 2 },
      { targetGroupArn: arn, targetId: '10.0.0.7', port: 443, availabilityZone: 'all', othersHealthy: 0 },
    ],
    classic: [{ name: 'shop', othersInService: 1 }],
    ambiguous: [],
    unread: [],
  };

  it('is registered again exactly, port and zone included', () => {
    expect(deregistrations(found, 'automatic').map(({ undo }) => undo)).toEqual([
      { kind: 'register-target', targetGroupArn: arn, targetId: 'i-0123456789abcdef0', port: 8_080 },
      {
        kind: 'register-target',
        targetGroupArn: arn,
        targetId: '10.0.0.7',
        port: 443,
        availabilityZone: 'all',
      },
      { kind: 'register-with-classic-balancer', name: 'shop' },
    ]);
  });

  it('is said to be the only healthy target where it is', () => {
    const effects = deregistrations(found, 'automatic').map(({ effectOnOthers }) => effectOnOthers);
    expect(effects[0]).toMatch(/its 2 other healthy/);
    expect(effects[1]).toMatch(/only healthy one/);
    expect(effects[2]).toMatch(/the balancer sends to its 1 other/);
  });
});

describe('a lone instance whose replacement the policy wants', () => {
  const launchedFrom = { imageId: 'ami-0123456789abcdef0', subnetId: 'subnet-1' };
  const machine = { rootDevice: 'ebs', hibernation: false, launchedFrom } as const;
  const reasons = (more: Partial<InstanceFacts>, posture: Partial<Posture> = { replacement: 'automatic' }) =>
    planOf(more, posture).reasons.join('\n');

  it('is told how to launch it from its template, and nothing is launched', () => {
    const template = { id: 'lt-0123456789abcdef0', version: '3' };
    const more = { machine: { ...machine, launchedFrom: { ...launchedFrom, template } } };
    expect(reasons(more)).toMatch(
      /run-instances --region eu-central-1 --launch-template LaunchTemplateId=lt-0123456789abcdef0,Version=3 --subnet-id subnet-1$/m,
    );
    expect(planOf(more, { replacement: 'automatic' }).steps.map(({ kind }) => kind)).toEqual(
      planOf(more).steps.map(({ kind }) => kind),
    );
  });

  it('is told how to launch it from its image otherwise', () => {
    expect(reasons({ machine })).toMatch(
      /--image-id ami-0123456789abcdef0 --instance-type m5.large --subnet-id subnet-1 --security-group-ids sg-web$/m,
    );
  });

  it('has no command with words that are no ids', () => {
    const odd = { ...launchedFrom, imageId: 'ami-1; rm -rf /', template: { id: 'lt-$(id)', version: '1' } };
    expect(reasons({ machine: { ...machine, launchedFrom: odd } })).not.toMatch(/[;$(]rm|\$\(id\)|rm -rf/);
  });

  it('is left alone where the policy does not want it, or its group replaces it', () => {
    expect(reasons({ machine }, {})).not.toMatch(/replacement/);
    expect(reasons({ machine, autoScalingGroup: 'shop' })).not.toMatch(/policy wants a replacement/);
  });
});
