import { describe, expect, it } from 'vitest';
import type { InstanceFacts, MachineFacts } from './facts.ts';
import { instance } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { stepsOf } from './steps.ts';

const NITRO = { nitro: true, x86: true, instanceStorage: false } as const;
const MACHINE: MachineFacts = { rootDevice: 'ebs', hibernation: false, stopProtected: false, type: NITRO };
const ALL: Partial<Posture> = { stop: 'automatic', crash: 'automatic', detachVolumes: 'automatic' };

const facts = (more: Partial<InstanceFacts> = {}): InstanceFacts => ({
  ...instance({
    instanceType: 'm5.large',
    volumes: [
      { volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true },
      { volumeId: 'vol-2', deviceName: '/dev/sdf', sizeGiB: 40, encrypted: false, isRoot: false },
    ],
  }),
  machine: MACHINE,
  ...more,
});

const END = new Set([
  'crash-instance',
  'lift-stop-protection',
  'stop-instance',
  'snapshot-memory',
  'detach-volumes',
]);
const planOf = (more: Partial<InstanceFacts> = {}, posture: Partial<Posture> = ALL) =>
  plan({ incidentId: 'inc-0123456789', facts: facts(more), posture: { ...CONTAIN_ONLY, ...posture } });
const endOf = (made: ReturnType<typeof planOf>): readonly string[] =>
  made.steps.filter(({ kind }) => END.has(kind)).map(({ kind, gate }) => `${kind} ${gate}`);
const of = (machine: Partial<MachineFacts>): MachineFacts => ({ ...MACHINE, ...machine });

describe('the end of a host', () => {
  it('is not planned where the policy says nothing of it', () => {
    expect(endOf(planOf({}, {}))).toEqual([]);
  });

  it('is climbed to with what follows it, where the policy leaves it if-open', () => {
    expect(endOf(planOf({}, { stop: 'if-open', detachVolumes: 'automatic' }))).toEqual([
      'stop-instance climb',
      'detach-volumes climb',
    ]);
    expect(endOf(planOf({}, { ...ALL, stop: 'if-open' }))).toEqual([
      'crash-instance automatic',
      'stop-instance climb',
      'snapshot-memory automatic',
      'detach-volumes climb',
    ]);
    expect(endOf(planOf({}, { stop: 'if-open', crash: 'ask' }))[1]).toBe('stop-instance ask');
    // What no snapshot holds is not lost without a yes.
    const withStore = { machine: of({ type: { ...NITRO, instanceStorage: true } }) };
    expect(endOf(planOf(withStore, { stop: 'if-open' }))).toEqual(['stop-instance approve']);
  });

  it('is a crash, a stop, a second set of snapshots and the detachment, in this order', () => {
    expect(endOf(planOf())).toEqual([
      'crash-instance automatic',
      'stop-instance automatic',
      'snapshot-memory automatic',
      'detach-volumes automatic',
    ]);
  });

  const kinds: readonly (readonly [string, Partial<InstanceFacts>, readonly string[], RegExp])[] = [
    [
      'a Graviton instance is stopped and not crashed',
      { machine: of({ type: { ...NITRO, x86: false } }) },
      ['stop-instance automatic', 'detach-volumes automatic'],
      /not crashed: .*Graviton/,
    ],
    [
      'a Xen instance is stopped and not crashed',
      { machine: of({ type: { ...NITRO, nitro: false } }) },
      ['stop-instance automatic', 'detach-volumes automatic'],
      /not crashed: .*Nitro alone/,
    ],
    [
      'a type that could not be read is not crashed, and stopped only after a yes',
      { machine: { rootDevice: 'ebs', hibernation: false } },
      ['stop-instance approve', 'detach-volumes approve'],
      /not crashed: .*could not be read/,
    ],
    [
      'an instance store is lost by a stop, so a person must say yes',
      { machine: of({ type: { ...NITRO, instanceStorage: true } }) },
      [
        'crash-instance automatic',
        'stop-instance approve',
        'snapshot-memory automatic',
        'detach-volumes approve',
      ],
      /./,
    ],
    [
      'an instance whose root is an instance store is neither crashed nor stopped',
      { machine: of({ rootDevice: 'instance-store' }) },
      [],
      /not stopped: .*terminate/,
    ],
    [
      'a Spot Instance of a one-time request is not stopped',
      { spot: true, machine: of({ spotRequest: 'one-time' }) },
      ['crash-instance automatic', 'snapshot-memory automatic'],
      /not stopped: .*one-time/,
    ],
    [
      'a Spot Instance whose request could not be read is not stopped',
      { spot: true },
      ['crash-instance automatic', 'snapshot-memory automatic'],
      /could not be read/,
    ],
    [
      'a Spot Instance of a persistent request is stopped',
      { spot: true, machine: of({ spotRequest: 'persistent' }) },
      [
        'crash-instance automatic',
        'stop-instance automatic',
        'snapshot-memory automatic',
        'detach-volumes automatic',
      ],
      /./,
    ],
    [
      'one that was launched to hibernate does so, and is not crashed',
      { machine: of({ hibernation: true }) },
      ['stop-instance automatic', 'snapshot-memory automatic', 'detach-volumes automatic'],
      /./,
    ],
    [
      'stop protection is lifted first',
      { machine: of({ stopProtected: true }) },
      [
        'crash-instance automatic',
        'lift-stop-protection automatic',
        'stop-instance automatic',
        'snapshot-memory automatic',
        'detach-volumes automatic',
      ],
      /./,
    ],
    [
      'one that has stopped already has its volumes held',
      { state: 'stopped' },
      ['detach-volumes automatic'],
      /./,
    ],
  ];
  it.each(kinds)('%s', (_says, more, steps, reason) => {
    const made = planOf(more);
    expect(endOf(made)).toEqual(steps);
    expect(made.reasons.join('\n')).toMatch(reason);
  });

  it('hibernates only where the policy wants memory', () => {
    const way = (posture: Partial<Posture>) =>
      stepsOf(planOf({ machine: of({ hibernation: true }) }, posture), 'stop-instance')[0]?.way;
    expect([way(ALL), way({ stop: 'automatic' })]).toEqual(['hibernate', 'stop']);
  });

  it('does not stop before a crash that a person is asked for, and stops all the same without an answer', () => {
    expect(endOf(planOf({}, { stop: 'automatic', crash: 'ask' }))).toEqual([
      'crash-instance approve',
      'stop-instance ask',
      'snapshot-memory approve',
    ]);
  });

  it('waits for an express yes while the cut waits', () => {
    expect(endOf(planOf({}, { ...ALL, containment: 'ask' }))).toEqual([
      'crash-instance approve',
      'stop-instance approve',
      'snapshot-memory approve',
      'detach-volumes approve',
    ]);
  });

  it('detaches nothing of a host that goes on running', () => {
    const made = planOf({}, { detachVolumes: 'automatic' });
    expect(endOf(made)).toEqual([]);
    expect(made.reasons.join('\n')).toMatch(/not detached: .*not stopped/);
  });

  it('remembers devices, root included, for the release', () => {
    expect(stepsOf(planOf(), 'detach-volumes')[0]?.undo).toEqual({
      kind: 'attach-volumes',
      volumes: [
        { volumeId: 'vol-1', deviceName: '/dev/xvda' },
        { volumeId: 'vol-2', deviceName: '/dev/sdf' },
      ],
    });
  });

  it('holds volumes too that an earlier plan brought into custody', () => {
    const made = plan({
      incidentId: 'inc-0123456789',
      facts: facts(),
      posture: { ...CONTAIN_ONLY, ...ALL },
      inCustody: ['vol-1'],
      again: true,
    });
    expect(stepsOf(made, 'detach-volumes')[0]?.volumes).toHaveLength(2);
  });
});

describe('a host with a disk whose key nobody can use', () => {
  const withKey = (keyState?: string): Partial<InstanceFacts> => ({
    volumes: [
      { volumeId: 'vol-1', deviceName: '/dev/xvda', sizeGiB: 8, encrypted: false, isRoot: true },
      {
        volumeId: 'vol-2',
        deviceName: '/dev/sdf',
        sizeGiB: 40,
        encrypted: true,
        kmsKeyArn: 'arn:aws:kms:eu-central-1:602011160021:key/k',
        isRoot: false,
        ...(keyState === undefined ? {} : { keyState }),
      },
    ],
  });

  it.each(['Disabled', 'PendingDeletion', 'NotFound'])(
    'is stopped and loses its volumes after an express yes alone, whatever the policy says (%s)',
    (keyState) => {
      const made = planOf(withKey(keyState), { stop: 'automatic', detachVolumes: 'automatic' });
      expect(endOf(made)).toEqual(['stop-instance approve', 'detach-volumes approve']);
      const [stopped] = stepsOf(made, 'stop-instance');
      expect(stopped?.effectOnOthers).toContain(`vol-2 (its key: ${keyState})`);
    },
  );

  it.each(['Enabled', undefined])(
    'ends as the policy says where the key can be used or is not known: %s',
    (keyState) => {
      const made = planOf(withKey(keyState), { stop: 'automatic', detachVolumes: 'automatic' });
      expect(endOf(made)).toEqual(['stop-instance automatic', 'detach-volumes automatic']);
    },
  );

  it('is not hibernated without a yes either: that is a stop', () => {
    const hibernates = { ...withKey('Disabled'), machine: of({ hibernation: true }) };
    expect(endOf(planOf(hibernates, { stop: 'automatic', crash: 'automatic' }))[0]).toBe(
      'stop-instance approve',
    );
  });
});

describe('a volume that other instances have too', () => {
  it('is left where it is when the others are detached', () => {
    const [root, data] = facts().volumes;
    const shared = { ...data, alsoAttachedTo: ['i-0123456789abcdef1'] };
    const made = planOf({ volumes: [root, shared] as InstanceFacts['volumes'] });
    expect(stepsOf(made, 'detach-volumes')[0]?.volumes.map(({ volumeId }) => volumeId)).toEqual(['vol-1']);
  });
});
