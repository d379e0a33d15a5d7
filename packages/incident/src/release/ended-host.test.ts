import { describe, expect, it } from 'vitest';
import type { StepOf } from '../plan/steps.ts';
import { toLift, type ContainmentJournal } from './journal.ts';
import type { ReleaseFacts } from './release-facts.ts';
import { AT, contained, IN_A_DAY, instance, journalOf, made } from './release.fixture.ts';
import { releasePlan } from './release-plan.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:602011160021:targetgroup/shop/0c0ffee';
const SUSPECT = instance().instanceId;
const undo = (targetId: string) => ({
  kind: 'register-target' as const,
  targetGroupArn: GROUP,
  targetId,
  port: 8_080,
  availabilityZone: 'all',
});
const target = (targetId: string): StepOf<'deregister-target'> => ({
  ...undo(targetId),
  kind: 'deregister-target',
  gate: 'automatic',
  id: `deregister-target:shop/0c0ffee:${targetId}:8080`,
  because: '',
  effectOnOthers: '',
  undo: undo(targetId),
});
const classic: StepOf<'deregister-from-classic-balancer'> = {
  kind: 'deregister-from-classic-balancer',
  gate: 'automatic',
  id: 'deregister-from-classic-balancer:old',
  name: 'old',
  because: '',
  effectOnOthers: '',
  undo: { kind: 'register-with-classic-balancer', name: 'old' },
};

const withFound = (
  status: 'done' | 'refused' | undefined,
  ...steps: readonly (StepOf<'deregister-target'> | typeof classic)[]
): ContainmentJournal => {
  const journal = journalOf(made(instance()));
  return {
    ...journal,
    found: steps.map((step) => ({ revision: 0, step })),
    outcomes: [
      ...journal.outcomes,
      ...(status === undefined
        ? []
        : steps.map(({ id }) => ({ revision: 0, outcome: { id, status, detail: '', at: AT } }))),
    ],
  };
};

type Group = ReleaseFacts['balancers']['targetGroups'][number];
const behind = (
  targets: Group['targets'] | 'no group',
  instanceIds: readonly string[] | 'no balancer' = [],
): ReleaseFacts => ({
  ...contained(instance()),
  balancers: {
    targetGroups: targets === 'no group' ? [] : [{ targetGroupArn: GROUP, targets }],
    classic: instanceIds === 'no balancer' ? [] : [{ name: 'old', instanceIds }],
  },
});
const decisionOf = (journal: ContainmentJournal, facts: ReleaseFacts, id: string) =>
  releasePlan(journal, facts, IN_A_DAY).steps.find((step) => step.id === id)?.decision;

describe('a release of load balancers', () => {
  const id = `register-target:shop/0c0ffee:${SUSPECT}:8080`;
  it.each([
    ['nothing registered', withFound('done', target(SUSPECT)), behind([]), 'restore'],
    [
      'it registered again',
      withFound('done', target(SUSPECT)),
      behind([{ targetId: SUSPECT, port: 8_080 }]),
      'already',
    ],
    [
      'another port',
      withFound('done', target(SUSPECT)),
      behind([{ targetId: SUSPECT, port: 443 }]),
      'restore',
    ],
    ['no such group', withFound('done', target(SUSPECT)), behind('no group'), 'impossible'],
    ['no outcome', withFound(undefined, target(SUSPECT)), behind([]), 'drifted'],
    [
      'no outcome, and it is there',
      withFound(undefined, target(SUSPECT)),
      behind([{ targetId: SUSPECT, port: 8_080 }]),
      undefined,
    ],
    ['a refusal', withFound('refused', target(SUSPECT)), behind([]), undefined],
  ] as const)('of a target with %s', (_what, journal, facts, decision) => {
    expect(decisionOf(journal, facts, id)).toBe(decision);
  });

  it('registers an address only while the instance has it', () => {
    const journal = withFound('done', target('10.0.0.7'));
    const at = 'register-target:shop/0c0ffee:10.0.0.7:8080';
    const facts = behind([]);
    expect(decisionOf(journal, facts, at)).toBe('impossible');
    const networkInterfaces = facts.instance.networkInterfaces.map((nic) => ({
      ...nic,
      privateIps: ['10.0.0.7'],
    }));
    expect(decisionOf(journal, { ...facts, instance: { ...facts.instance, networkInterfaces } }, at)).toBe(
      'restore',
    );
  });

  it.each([
    ['nothing registered', behind([]), 'restore'],
    ['it registered', behind([], [SUSPECT]), 'already'],
    ['no such balancer', behind([], 'no balancer'), 'impossible'],
  ] as const)('of a classic balancer with %s', (_what, facts, decision) => {
    expect(decisionOf(withFound('done', classic), facts, 'register-with-classic-balancer:old')).toBe(
      decision,
    );
  });

  it('registers after the network and the group are back, and the look alone leaves nothing to lift', () => {
    const kinds = toLift(withFound('done', target(SUSPECT), classic)).map(({ lift }) => lift.kind);
    expect(kinds.indexOf('register-target')).toBeGreaterThan(kinds.indexOf('restore-groups'));
    expect(kinds.indexOf('register-target')).toBeLessThan(kinds.indexOf('remove-tags'));
    expect(toLift(journalOf(made(instance()))).map(({ id: one }) => one)).not.toContain('register-as-found');
  });
});

describe('a release of held volumes', () => {
  const plan = made(instance(), { detachVolumes: 'automatic' });
  const journal = journalOf(plan);
  const held = contained(instance(), plan);
  const at = (instanceId: string, deviceName: string): ReleaseFacts => ({
    ...held,
    volumes: [{ volumeId: 'vol-1', state: 'in-use', attachedTo: { instanceId, deviceName } }],
  });
  const another = { deviceName: '/dev/xvda', volumeId: 'vol-9', deleteOnTermination: true };
  const states: readonly (readonly [string, ReleaseFacts, string])[] = [
    ['detached', held, 'restore'],
    ['where it was', at(SUSPECT, '/dev/xvda'), 'already'],
    ['under another name', at(SUSPECT, '/dev/sdz'), 'drifted'],
    ['on another instance', at('i-0c0ffee', '/dev/xvda'), 'drifted'],
    ['gone', { ...held, volumes: [] }, 'impossible'],
    [
      'detached, of an instance that is gone',
      { ...held, instance: { ...held.instance, state: 'terminated' } },
      'already',
    ],
    [
      'detached, and another has its name',
      { ...held, instance: { ...held.instance, attributes: { deleteOnTermination: [another] } } },
      'drifted',
    ],
  ];
  it.each(states)('of one that is %s', (_what, facts, decision) => {
    expect(decisionOf(journal, facts, 'attach-volumes')).toBe(decision);
  });

  it('goes on where an earlier try attached one of two', () => {
    const two = instance({
      volumes: ['vol-1', 'vol-2'].map((volumeId, index) => ({
        volumeId,
        deviceName: `/dev/sd${index}`,
        sizeGiB: 8,
        encrypted: false,
        isRoot: index === 0,
      })),
    });
    const both = made(two, { detachVolumes: 'automatic' });
    const half = {
      ...contained(two, both),
      volumes: [
        { volumeId: 'vol-1', state: 'in-use', attachedTo: { instanceId: SUSPECT, deviceName: '/dev/sd0' } },
        { volumeId: 'vol-2', state: 'available' },
      ],
    };
    expect(decisionOf(journalOf(both), half, 'attach-volumes')).toBe('restore');
  });

  it("comes before the start, restores in the same plan what goes with the instance, and takes the volumes' tag off", () => {
    const kinds = toLift(journal).map(({ lift }) => lift.kind);
    expect(kinds.indexOf('attach-volumes')).toBeLessThan(kinds.indexOf('start-instance'));
    expect(decisionOf(journal, held, 'restore-delete-on-termination')).toBe('restore');
    expect(toLift(journal).find(({ id }) => id === 'remove-tags')?.lift).toMatchObject({
      resourceIds: expect.arrayContaining(['vol-1', SUSPECT]),
    });
  });

  it.each([
    [false, 'restore'],
    [true, 'already'],
    [undefined, 'impossible'],
  ] as const)('has stop protection on again where it is %s', (stopProtected, decision) => {
    const guarded = made(
      instance({ machine: { rootDevice: 'ebs', hibernation: false, stopProtected: true } }),
    );
    const facts = {
      ...contained(instance(), guarded),
      ...(stopProtected === undefined ? {} : { stopProtected }),
    };
    expect(decisionOf(journalOf(guarded), facts, 'restore-attribute:disableApiStop')).toBe(decision);
  });
});
