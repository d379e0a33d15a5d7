import { askAs } from '@cordon/drill';
import {
  INCIDENT_TABLE_NAME,
  MACHINES,
  MACHINE_WARNING_HOURS,
  TAGS,
  type OperatorReply,
  type OperatorRequest,
} from '@cordon/incident';
import {
  addInstance,
  dynamodbState,
  ec2State,
  flipByte,
  type Ec2State,
  type FaultableCall,
  type InjectedFault,
} from '@cordon/local-aws';
import { beforeAll, describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { allowing } from './allowing.ts';
import { play, type Play, type Played } from './play.ts';
import { withoutClocks } from './without-clocks.ts';

const HOUR = 3_600_000;
const OTHER = 'i-0fffffffffffffff1';
const ALICE = 'alice@example.org';
const { machineHours } = config.forensics;

const forensicsOf = ({ organization, suspect }: Pick<Played, 'organization' | 'suspect'>): Ec2State =>
  organization.world.of(ec2State, config.accounts.forensics, suspect.region);
const machineOf = (played: Played) =>
  [...forensicsOf(played).instances.values()].find(
    ({ tags, instanceId }) => tags.has(TAGS.ledger) && instanceId !== OTHER,
  );
const rowsOf = ({ organization }: Played): readonly string[] =>
  [
    ...(organization.world
      .of(dynamodbState, config.accounts.security, config.homeRegion)
      .tables.get(INCIDENT_TABLE_NAME)
      ?.items.values() ?? []),
  ]
    .map((item) => JSON.stringify(Object.fromEntries(item)))
    .filter((text) => text.includes(`"${MACHINES}"`));
/** Reasons of the events of a kind, as they are by now. */
const toldOf = ({ organization }: Played, kind: string): readonly string[] =>
  organization.journal.events.flatMap(({ event }) => {
    const detail = JSON.stringify(event['detail']);
    return detail.includes(`"kind":"${kind}"`) ? [detail] : [];
  });
const pass = async (
  { organization: { timeline, ...organization } }: Played,
  hours: number,
): Promise<void> => {
  let passed = false;
  timeline.at(timeline.now() + hours * HOUR, () => (passed = true));
  await organization.run(() => passed);
};
const keep = async (played: Played, request: Partial<OperatorRequest>): Promise<OperatorReply> => {
  const incident = played.told.find(({ incidentId }) => incidentId !== undefined)?.incidentId ?? '';
  const { organization } = played;
  const answered = await organization.during(() =>
    askAs(organization, config, {
      person: ALICE,
      request: {
        action: 'keep-machine',
        incident,
        hours: 48,
        reason: 'not read yet',
        ...request,
      } as OperatorRequest,
    }),
  );
  if (answered.status !== 'answered') throw new Error(`HTTP ${answered.code}`);
  return answered.reply;
};
const small = (more: Partial<Play> = {}): Promise<Played> =>
  play({ scenario: 'no-profile', seed: 'machine', templates: withoutClocks(), ...more });

describe('the end of the forensic machine', () => {
  let played: Played;
  beforeAll(async () => {
    played = await small({
      // Another machine of the forensics account, tagged by somebody as of an incident.
      furnish: ({ organization, suspect }) => {
        const state = organization.world.of(ec2State, config.accounts.forensics, suspect.region);
        const [subnet] = state.subnets.keys();
        addInstance(
          state,
          {
            instanceId: OTHER,
            type: 'm6i.large',
            imageId: 'ami-0123456789abcdef0',
            networkInterfaces: [{ subnetId: subnet ?? '', groups: [] }],
            volumes: [{ deviceName: '/dev/xvda', sizeGiB: 8, content: 'root of another' }],
            launchedAt: organization.timeline.now(),
            tags: { [TAGS.incident]: 'inc-0123456789abcdef0123', [TAGS.ledger]: 'inc-0123456789abcdef0123' },
          },
          organization.ids,
        );
      },
    });
  }, 60_000);

  it('is written down before the machine is started, and told with it', () => {
    const { calls } = played.organization.journal;
    const noted = calls.find(
      ({ operation, input }) => operation === 'PutItem' && JSON.stringify(input).includes(`"${MACHINES}"`),
    );
    const launched = calls.find(
      ({ operation, caller }) => operation === 'RunInstances' && caller.includes('cordon-examiner'),
    );
    expect(noted?.index).toBeLessThan(launched?.index ?? 0);
    expect(rowsOf(played)).toHaveLength(1);
    expect(played.reasonsOf('forensic-machine-ready')).toContain('it is ended at');
  });

  it('is told before, put off by a person with a reason, told again, and then comes with all that was made for the machine', async () => {
    const machine = machineOf(played);
    await pass(played, machineHours - MACHINE_WARNING_HOURS);
    expect(toldOf(played, 'forensic-machine-ending')).toHaveLength(1);
    expect(machine?.state).toBe('running');
    expect(await keep(played, {})).toMatchObject({ status: 'done' });
    await pass(played, MACHINE_WARNING_HOURS + 1);
    expect(machine?.state).toBe('running');
    await pass(played, 48);
    expect(toldOf(played, 'forensic-machine-ending')).toHaveLength(2);
    const [ended, ...more] = toldOf(played, 'forensic-machine-ended');
    expect(more).toEqual([]);
    expect(ended).toContain(`kept until`);
    expect(ended).toContain(`${ALICE}: not read yet`);
    expect(ended).toContain('what they cost is not known');
    expect([...forensicsOf(played).volumes.values()].filter(({ tags }) => tags.has(TAGS.ledger))).toEqual([]);
    expect(machineOf(played)?.state ?? 'terminated').toBe('terminated');
    expect(rowsOf(played)).toEqual([]);
  }, 60_000);

  it('ends nothing else, and no copy of evidence', () => {
    const { instances } = forensicsOf(played);
    expect(instances.get(OTHER)?.state).toBe('running');
    const { snapshots } = played.organization.world.of(
      ec2State,
      config.accounts.evidence,
      played.suspect.region,
    );
    const kept = [...snapshots.values()].filter(({ tags }) => tags.get(TAGS.hop) === 'evidence');
    expect(kept.some(({ tags }) => tags.get(TAGS.holds) === 'results')).toBe(true);
    expect(kept.every(({ lock }) => lock !== undefined)).toBe(true);
  });

  it('leaves a person who comes too late with the reason', async () => {
    expect(await keep(played, {})).toMatchObject({ status: 'refused', code: 'nothing-waits' });
    expect(await keep(played, { hours: 1_000 })).toMatchObject({ code: 'bad-request' });
  });
});

describe('an end that fails half way', () => {
  it('is tried again until machine and volumes are gone, and told once', async () => {
    let denied = 0;
    const faults = (call: FaultableCall): InjectedFault | undefined => {
      const hit = ['TerminateInstances', 'DeleteVolume'].includes(call.operation) && denied < 9;
      if (hit) denied += 1;
      return hit ? { kind: 'server-error' } : undefined;
    };
    const played = await small({ faults });
    await pass(played, machineHours + 4);
    expect(denied).toBe(9);
    expect(toldOf(played, 'forensic-machine-ended')).toHaveLength(1);
    expect([...forensicsOf(played).volumes.values()].filter(({ tags }) => tags.has(TAGS.ledger))).toEqual([]);
  }, 60_000);
});

describe('results of an examination', () => {
  const copiesOf = (played: Played) =>
    [
      ...played.organization.world
        .of(ec2State, config.accounts.evidence, played.suspect.region)
        .snapshots.values(),
    ].filter(({ tags }) => tags.get(TAGS.holds) === 'results');

  it('come into custody as a locked copy; what was shared on the way is gone', async () => {
    const played = await small();
    const [copy, ...more] = copiesOf(played);
    expect(more).toEqual([]);
    expect(copy).toMatchObject({
      state: 'completed',
      encrypted: true,
      written: [{ content: expect.stringContaining('results of') }],
    });
    expect(copy?.lock).toBeDefined();
    expect([...forensicsOf(played).snapshots.values()]).toEqual([]);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  }, 60_000);

  it('stay on the machine with a reason, and call a person, where their volume cannot be made', async () => {
    const played = await small({
      faults: ({ operation, input }) =>
        operation === 'CreateVolume' && JSON.stringify(input).includes('results')
          ? { kind: 'server-error' }
          : undefined,
    });
    expect(copiesOf(played)).toEqual([]);
    expect(played.reasonsOf('needs-a-person')).toContain('results of disks are not in custody');
    expect(played.reasonsOf('needs-a-person')).toContain('no volume for the results could be made');
  }, 60_000);
});

describe('memory at the forensic machine', () => {
  const captured = (more: Partial<Play> = {}): Promise<Played> =>
    play({
      scenario: 'memory-captured',
      config: allowing({ memory: 'automatic', managementPath: 'automatic' }),
      ...more,
    });

  it('is attached to the machine that has the disks, and its image compared with what the host told', async () => {
    const played = await captured();
    const machines = [...forensicsOf(played).instances.values()].filter(({ tags }) => tags.has(TAGS.ledger));
    expect(machines).toHaveLength(1);
    const sent = played
      .callsOf('SendCommand', 'cordon-examiner')
      .map(({ input }) => JSON.stringify(input['Parameters']));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatch(/"Memory":\["vol-[0-9a-f]+:[0-9a-f]{64}"\]/);
    expect(played.reasonsOf('incident-sealed')).toMatch(
      /The image of memory has the SHA-256 that the host told/,
    );
  }, 60_000);

  it('that changed on its way is said to have changed, and a person is called', async () => {
    let flipped = false;
    const played = await captured({
      meanwhile: ({ operation, input }, { organization, suspect }) => {
        if (flipped || operation !== 'CreateVolume') return;
        const { snapshots } = organization.world.of(ec2State, config.accounts.evidence, suspect.region);
        const copy = snapshots.get(String((input as Record<string, unknown>)['SnapshotId']));
        if (copy?.tags.get(TAGS.holds) !== 'memory' || copy.written === undefined) return;
        flipByte(copy, 2, 4_096);
        flipped = true;
      },
    });
    expect(flipped).toBe(true);
    expect(played.kinds.at(-1)).toBe('needs-a-person');
    expect(played.reasonsOf('needs-a-person')).toMatch(/is not the one that the host hashed/);
  }, 60_000);
});
