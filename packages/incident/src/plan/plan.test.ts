import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from './facts.ts';
import { instance } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { planSchema, stepsOf } from './steps.ts';

const facts = (more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  ...instance({
    networkInterfaces: [
      {
        networkInterfaceId: 'eni-1',
        vpcId: 'vpc-1',
        groupIds: ['sg-web', 'sg-ssh'],
        requesterManaged: false,
      },
      { networkInterfaceId: 'eni-2', vpcId: 'vpc-2', groupIds: ['sg-db'], requesterManaged: false },
    ],
    volumes: [
      { volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true },
      {
        volumeId: 'vol-2',
        deviceName: '/dev/sdf',
        sizeGiB: 40,
        encrypted: true,
        kmsKeyArn: 'arn:aws:kms:eu-central-1:602011160021:key/k',
        isRoot: false,
      },
    ],
    addresses: [
      {
        associationId: 'eipassoc-1',
        allocationId: 'eipalloc-1',
        publicIp: '203.0.113.7',
        networkInterfaceId: 'eni-1',
      },
    ],
    profile: {
      associationId: 'iip-assoc-1',
      profileArn: 'arn:aws:iam::602011160021:instance-profile/shop/Web',
    },
    autoScalingGroup: 'shop',
  }),
  ...more,
});

const planOf = (more: Partial<InstanceFacts> = {}, posture: Partial<Posture> = {}) =>
  plan({ incidentId: 'inc-0123456789', facts: facts(more), posture: { ...CONTAIN_ONLY, ...posture } });
const kinds = (made: ReturnType<typeof planOf>): readonly string[] => made.steps.map((step) => step.kind);

describe('plan', () => {
  it('isolates every interface, also those of another VPC, and remembers the groups to restore', () => {
    const isolate = stepsOf(planOf(), 'isolate-interface');
    expect(isolate.map((step) => [step.networkInterfaceId, step.vpcId])).toEqual([
      ['eni-1', 'vpc-1'],
      ['eni-2', 'vpc-2'],
    ]);
    expect(isolate[0]?.undo).toEqual({
      kind: 'restore-groups',
      networkInterfaceId: 'eni-1',
      groupIds: ['sg-web', 'sg-ssh'],
    });
  });

  it.each([
    [
      'uses the isolation group of the VPC when it is ours and empty',
      { groupId: 'sg-iso', vpcId: 'vpc-1', empty: true, ours: true },
      'sg-iso',
    ],
    [
      'never uses a group that has rules',
      { groupId: 'sg-iso', vpcId: 'vpc-1', empty: false, ours: true },
      undefined,
    ],
    [
      'never uses a group of our name that is not ours',
      { groupId: 'sg-iso', vpcId: 'vpc-1', empty: true, ours: false },
      undefined,
    ],
    [
      'never uses the group of another VPC',
      { groupId: 'sg-iso', vpcId: 'vpc-9', empty: true, ours: true },
      undefined,
    ],
  ])('%s', (_name, group, expected) => {
    expect(stepsOf(planOf({ isolationGroups: [group] }), 'isolate-interface')[0]?.isolationGroupId).toBe(
      expected,
    );
  });

  it('detaches from Auto Scaling before anything else is listed, so that the group cannot terminate the evidence', () => {
    expect(kinds(planOf())[0]).toBe('detach-from-auto-scaling');
    expect(kinds(planOf({ autoScalingGroup: undefined }))).not.toContain('detach-from-auto-scaling');
  });

  it('replaces the profile before it denies the sessions, and does neither without a profile', () => {
    const made = kinds(planOf());
    expect(made.indexOf('replace-profile')).toBeLessThan(made.indexOf('deny-sessions'));
    expect(kinds(planOf({ profile: undefined }))).not.toContain('deny-sessions');
    expect(kinds(planOf({ profile: undefined }))).not.toContain('replace-profile');
  });

  it('traces what the instance assumed where it has a profile, and gives it none where it has none', () => {
    const trace = stepsOf(planOf(), 'trace-sessions');
    expect(trace).toMatchObject([
      { gate: 'automatic', by: 'attach-fixed-policy', undo: { kind: 'nothing' } },
    ]);
    expect(stepsOf(planOf({}, { containment: 'ask' }), 'trace-sessions')).toMatchObject([{ gate: 'ask' }]);
    const bare = planOf({ profile: undefined });
    expect(kinds(bare).filter((kind) => /profile|sessions/.test(kind))).toEqual([]);
  });

  it('turns the metadata service off only where the policy says so, and remembers every option', () => {
    const metadataOptions = {
      httpEndpoint: 'enabled',
      httpTokens: 'required',
      hopLimit: 2,
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: 'enabled',
    } as const;
    const turned = (posture: Partial<Posture>, options: InstanceFacts['metadataOptions'] = metadataOptions) =>
      stepsOf(planOf({ metadataOptions: options }, posture), 'turn-metadata-off');
    expect(turned({})).toEqual([]);
    expect(turned({ metadataOff: 'automatic' })).toMatchObject([
      { gate: 'automatic', undo: { kind: 'restore-metadata-options', options: metadataOptions } },
    ]);
    expect(turned({ metadataOff: 'ask' })).toMatchObject([{ gate: 'approve' }]);
    expect(turned({ metadataOff: 'automatic', containment: 'ask' })).toMatchObject([{ gate: 'approve' }]);
    expect(turned({ metadataOff: 'automatic' }, { httpEndpoint: 'disabled' })).toEqual([]);
  });

  it('says by which way the sessions are denied and lifted again, and another way gives another hash', () => {
    const written = plan({
      incidentId: 'inc-0123456789',
      facts: facts(),
      posture: CONTAIN_ONLY,
      sessionDeny: 'put-role-policy',
    });
    const [deny] = stepsOf(written, 'deny-sessions');
    expect([deny?.by, deny?.undo]).toMatchObject(['put-role-policy', { by: 'put-role-policy' }]);
    expect(stepsOf(planOf(), 'deny-sessions')[0]?.by).toBe('attach-fixed-policy');
    expect(written.hash).not.toBe(planOf().hash);
  });

  it('reads a plan from before there was a choice as one that attached the fixed policy', () => {
    const old: unknown = JSON.parse(JSON.stringify(planOf()).replaceAll(',"by":"attach-fixed-policy"', ''));
    expect(JSON.stringify(old)).not.toContain('attach-fixed-policy');
    expect(planSchema.parse(old)).toEqual(planOf());
  });

  it('plans no termination protection for Spot, which EC2 refuses', () => {
    expect(kinds(planOf({ spot: true }))).not.toContain('protect-from-termination');
  });

  it('secures every volume, and carries the key of an encrypted one', () => {
    expect(
      stepsOf(planOf(), 'secure-volume').map(({ volumeId, encrypted, kmsKeyArn }) => [
        volumeId,
        encrypted,
        kmsKeyArn,
      ]),
    ).toEqual([
      ['vol-1', false, undefined],
      ['vol-2', true, 'arn:aws:kms:eu-central-1:602011160021:key/k'],
    ]);
  });

  it('stops only when the policy says so and the instance runs', () => {
    expect(kinds(planOf({}, { stop: 'never' }))).not.toContain('stop-instance');
    expect(kinds(planOf({}, { stop: 'automatic' }))).toContain('stop-instance');
    expect(kinds(planOf({ state: 'stopped' }, { stop: 'automatic' }))).not.toContain('stop-instance');
  });

  it.each([
    ['gone', 'nothing-to-contain', []],
    [
      'terminated',
      'nothing-to-contain',
      ['preserve-context', 'snapshot-volumes', 'secure-volume', 'secure-volume'],
    ],
  ] as const)(
    'contains nothing of an instance that is %s, but keeps what can be had',
    (state, outcome, expected) => {
      const made = planOf({ state });
      expect(made.outcome).toBe(outcome);
      expect(kinds(made)).toEqual(expected);
    },
  );

  it('asks a person about an instance that a service manages, and still secures its disks', () => {
    const made = planOf({ managedBy: 'eks.amazonaws.com' });
    expect(made.outcome).toBe('ask');
    expect(kinds(made)).not.toContain('isolate-interface');
    expect(kinds(made)).toContain('secure-volume');
  });

  it('gives every step a reason, its effect on others and an undo', () => {
    for (const step of planOf({}, { stop: 'automatic' }).steps) {
      expect(step.because.length).toBeGreaterThan(10);
      expect(step.effectOnOthers.length).toBeGreaterThan(3);
      expect(step.undo.kind).toBeTruthy();
    }
  });

  it('plans only the difference when the incident has an earlier plan: what is done stays, with the first undo', () => {
    const contained = facts({
      networkInterfaces: [
        { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-iso'], requesterManaged: false },
        { networkInterfaceId: 'eni-3', vpcId: 'vpc-1', groupIds: ['sg-web'], requesterManaged: false },
      ],
      isolationGroups: [{ groupId: 'sg-iso', vpcId: 'vpc-1', empty: true, ours: true }],
      profile: {
        associationId: 'iip-assoc-2',
        profileArn: 'arn:aws:iam::602011160021:instance-profile/cordon/cordon-quarantine',
      },
    });
    const again = plan({
      incidentId: 'inc-0123456789',
      facts: contained,
      posture: CONTAIN_ONLY,
      inCustody: ['vol-1'],
    });
    expect(stepsOf(again, 'isolate-interface').map((step) => step.networkInterfaceId)).toEqual(['eni-3']);
    expect(stepsOf(again, 'secure-volume').map((step) => step.volumeId)).toEqual(['vol-2']);
    expect(kinds(again)).not.toContain('deny-sessions');
    expect(kinds(again)).not.toContain('replace-profile');
  });

  it('isolates again an interface whose isolation group was given rules', () => {
    const made = planOf({
      networkInterfaces: [
        { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: ['sg-iso'], requesterManaged: false },
      ],
      isolationGroups: [{ groupId: 'sg-iso', vpcId: 'vpc-1', empty: false, ours: true }],
    });
    expect(kinds(made)).toContain('isolate-interface');
  });

  it('gives up an auto-assigned public address, which releasing an Elastic IP does not touch', () => {
    const made = planOf({
      networkInterfaces: [
        {
          networkInterfaceId: 'eni-1',
          vpcId: 'vpc-1',
          groupIds: ['sg-web'],
          requesterManaged: false,
          publicIp: '203.0.113.9',
        },
      ],
    });
    expect(stepsOf(made, 'give-up-public-ip').map((step) => step.networkInterfaceId)).toEqual(['eni-1']);
  });

  it('has one hash for the same facts, and another when anything about the instance differs', () => {
    expect(planOf().hash).toBe(planOf().hash);
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (group) => {
        const changed = planOf({
          networkInterfaces: [
            { networkInterfaceId: 'eni-1', vpcId: 'vpc-1', groupIds: [group], requesterManaged: false },
          ],
        });
        return changed.hash !== planOf().hash;
      }),
    );
  });
});
