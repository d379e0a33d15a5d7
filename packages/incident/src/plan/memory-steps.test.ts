import { describe, expect, it } from 'vitest';
import type { MemoryRight } from './memory-steps.ts';
import { roundsOf } from './performers.ts';
import { ACCOUNT, instance } from './plan.fixture.ts';
import { plan } from './plan.ts';
import { CONTAIN_ONLY, type Posture } from './posture.ts';
import { stepsOf, stepsToDo } from './steps.ts';

const endpoint = (service: string, more: object = {}) => ({
  endpointId: `vpce-${service}`,
  vpcId: 'vpc-1',
  service,
  type: 'Interface',
  privateDns: true,
  addresses: ['10.0.0.10'],
  ...more,
});
const RIGHT: MemoryRight = {
  minutes: 15,
  linux: { name: 'avml', version: '0.20.0', sha256: 'a'.repeat(64) },
};
const TYPE = { nitro: true, x86: true, instanceStorage: false, memoryMiB: 16_384 };
const MACHINE = { rootDevice: 'ebs', hibernation: false, type: TYPE };

const planOf = (posture: Partial<Posture> = {}, more: object = {}, memory: MemoryRight | undefined = RIGHT) =>
  plan({
    incidentId: 'inc-0123456789',
    memory,
    facts: instance({
      platform: 'other',
      machine: MACHINE,
      networkInterfaces: [
        {
          networkInterfaceId: 'eni-1',
          vpcId: 'vpc-1',
          subnetId: 'subnet-a',
          groupIds: ['sg-web'],
          requesterManaged: false,
          primary: true,
        },
      ],
      subnets: [
        {
          subnetId: 'subnet-a',
          vpcId: 'vpc-1',
          ownerId: ACCOUNT,
          networkAclId: 'acl-1',
          routes: [{ destination: 'pl-s3', target: 'gateway-endpoint', targetId: 'vpce-s3' }],
        },
      ],
      profile: { associationId: 'iip-1', profileArn: `arn:aws:iam::${ACCOUNT}:instance-profile/web` },
      managementEndpoints: [
        endpoint('ssm'),
        endpoint('ssmmessages'),
        endpoint('s3', { type: 'Gateway', privateDns: false, addresses: [] }),
      ],
      ...more,
    }),
    posture: { ...CONTAIN_ONLY, memory: 'automatic', managementPath: 'automatic', ...posture },
  });

const FIRST = { order: 'memory-first', managementPath: 'never' } as const;

describe('a capture of memory', () => {
  it('comes after the cut, through the path that is kept, on a volume that the image fits on', () => {
    const made = planOf();
    expect(stepsOf(made, 'capture-memory')).toMatchObject([
      { gate: 'automatic', volumeGiB: 19, deadlineSeconds: 900, tool: { name: 'avml' } },
    ]);
    expect(made.order).toBeUndefined();
    const kinds = made.steps.map(({ kind }) => kind);
    expect(kinds.indexOf('capture-memory')).toBeGreaterThan(kinds.indexOf('keep-management-path'));
    expect(stepsOf(made, 'isolate-interface')[0]?.gate).toBe('automatic');
  });

  it('is not planned where the policy does not want it, nor where it was captured before', () => {
    expect(planOf({ memory: 'never' }).steps.map(({ kind }) => kind)).not.toContain('capture-memory');
    expect(stepsOf(planOf({}, {}, { ...RIGHT, captured: true }), 'capture-memory')).toEqual([]);
  });

  it.each([
    ['the deployment has no duty for it', {}, undefined, 'evidence.memory'],
    ['nothing leads to the agent', { managementEndpoints: [] }, RIGHT, 'nothing leads to its agent'],
    ['it is stopped', { state: 'stopped' }, RIGHT, 'it is stopped'],
    [
      'its memory is not known',
      { machine: { rootDevice: 'ebs', hibernation: false } },
      RIGHT,
      'could not be read',
    ],
    ['it is Graviton', { machine: { ...MACHINE, type: { ...TYPE, x86: false } } }, RIGHT, 'x86-64 alone'],
    ['it is Windows, and no tool is named', { platform: 'windows' }, RIGHT, 'evidence.memory.windows'],
    ['it is Linux, and no tool is named', {}, { minutes: 15 }, 'evidence.memory.linux'],
  ] as const)('is not planned where %s, and says so', (_where, more, right, why) => {
    const made = planOf({}, more, right === undefined ? undefined : right);
    // A default parameter stands in for undefined: the deployment without a duty is asked for by itself.
    const said = right === undefined ? withoutRight() : made;
    expect(stepsOf(said, 'capture-memory')).toEqual([]);
    expect(said.reasons.join('\n')).toContain(why);
  });

  it('is asked for where the policy says ask, and takes the path with it', () => {
    const made = planOf({ memory: 'ask' });
    expect(stepsOf(made, 'capture-memory')[0]?.gate).toBe('approve');
    expect(stepsOf(made, 'keep-management-path')[0]?.gate).toBe('approve');
  });
});

describe('an instance without a profile', () => {
  const BARE = { profile: undefined };

  it('is given the quarantine profile for its memory, behind the same gate', () => {
    const made = planOf({ memory: 'ask' }, BARE);
    expect(stepsOf(made, 'add-profile')).toMatchObject([
      { gate: 'approve', undo: { kind: 'end-quarantine-profile' } },
    ]);
    expect(stepsOf(made, 'capture-memory')[0]?.gate).toBe('approve');
  });

  it('has the path kept, for the profile gives its agent a channel', () => {
    expect(stepsOf(planOf({}, BARE), 'keep-management-path')).toHaveLength(1);
    const made = planOf({ memory: 'never' }, BARE);
    expect(stepsOf(made, 'keep-management-path')).toEqual([]);
    expect(made.reasons.join()).toContain('has no profile');
  });

  it.each<[string, Partial<Posture>, object, MemoryRight?]>([
    ['the policy wants no memory', { memory: 'never' }, {}],
    ['it was captured before', {}, {}, { ...RIGHT, captured: true }],
    ['nothing leads to the agent', {}, { managementEndpoints: [] }],
    ['there is no tool', {}, { platform: 'windows' }],
    ['it has one', {}, { profile: { associationId: 'iip-1', profileArn: 'arn:aws:iam::1:web' } }],
  ])('is given none where %s', (_where, posture, more, right) => {
    expect(stepsOf(planOf(posture, { ...BARE, ...more }, right), 'add-profile')).toEqual([]);
  });

  it('is cut off at once, for its agent may look for credentials too late', () => {
    const made = planOf({ ...FIRST, managementPath: 'automatic' }, BARE);
    expect(made.order).toBeUndefined();
    expect(stepsOf(made, 'isolate-interface')[0]?.gate).toBe('automatic');
  });
});

const withoutRight = () => {
  const base = planOf();
  return plan({
    incidentId: base.incidentId,
    facts: instance({ machine: MACHINE }),
    posture: { ...CONTAIN_ONLY, memory: 'automatic' },
  });
};

describe('an agent that is online without a profile', () => {
  const MANAGED = { profile: undefined, agent: { online: true } };

  it('is asked by Default Host Management, through the path that is kept, and no profile is touched', () => {
    const made = planOf({}, MANAGED);
    const kinds = made.steps.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['capture-memory', 'keep-management-path']));
    expect(kinds).not.toContain('replace-profile');
    expect(made.reasons.join('\n')).toContain('reached by Default Host Management: no profile is added');
  });

  it('is asked before the cut where memory comes first', () => {
    expect(planOf(FIRST, MANAGED).order).toBe('memory-first');
  });

  it.each([
    ['is not online', { online: false }],
    ['could not be read', undefined],
  ])('is given the quarantine profile where it %s', (_how, agent) => {
    const made = planOf({}, { ...MANAGED, agent });
    expect(stepsOf(made, 'add-profile')).toHaveLength(1);
    expect(stepsOf(planOf({}, MANAGED), 'add-profile')).toEqual([]);
  });
});

describe('memory-first', () => {
  it('has the cut wait for the memory, and the rest not', () => {
    const made = planOf({ ...FIRST, stop: 'automatic' });
    expect(made.order).toBe('memory-first');
    const gates = Object.fromEntries(made.steps.map(({ kind, gate }) => [kind, gate]));
    expect(gates).toMatchObject({
      'isolate-interface': 'memory',
      'replace-profile': 'memory',
      'deny-sessions': 'memory',
      'capture-memory': 'automatic',
      'preserve-context': 'automatic',
      'protect-from-termination': 'automatic',
      'stop-instance': 'automatic',
    });
    expect(roundsOf(made)).toMatchObject({ cutNow: true, asked: [] });
  });

  it('cuts nothing before, and everything after', () => {
    const made = planOf(FIRST);
    const open = (...gates: ('automatic' | 'memory')[]) =>
      stepsToDo({ plan: made, gates }, 'isolate-interface', 'replace-profile').length;
    expect(open('automatic')).toBe(0);
    expect(open('automatic', 'memory')).toBe(2);
  });

  it('delays nothing where there is no memory to be had, where people are asked, or where it is contained already', () => {
    for (const made of [
      planOf(FIRST, { profile: undefined }),
      planOf({ ...FIRST, containment: 'ask' }),
      planOf(FIRST, {
        profile: {
          associationId: 'iip-1',
          profileArn: `arn:aws:iam::${ACCOUNT}:instance-profile/cordon/cordon-quarantine`,
        },
      }),
    ]) {
      expect(made.order).toBeUndefined();
      expect(made.steps.filter(({ gate }) => gate === 'memory')).toEqual([]);
    }
  });
});

describe('a stop', () => {
  it('may come after a capture through the path, which is kept for it', () => {
    const made = planOf({ stop: 'automatic' });
    expect(stepsOf(made, 'keep-management-path')).toHaveLength(1);
    expect(stepsOf(made, 'stop-instance')[0]?.gate).toBe('automatic');
    expect(stepsOf(planOf({ stop: 'automatic', memory: 'never' }), 'keep-management-path')).toEqual([]);
  });

  it('waits for the answer where a person is asked for the memory, and goes on without one', () => {
    expect(stepsOf(planOf({ stop: 'automatic', memory: 'ask' }), 'stop-instance')[0]?.gate).toBe('ask');
  });
});
