import { TAGS } from '@cordon/incident';
import { ec2State, memoryOnDisk } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { ending } from './allowing.ts';
import { play, type Played } from './play.ts';

const suspectOf = ({ ec2, suspect }: Pick<Played, 'ec2' | 'suspect'>) => {
  const found = ec2.instances.get(suspect.instanceId);
  if (found === undefined) throw new Error('the suspect is not there');
  return found;
};
const volumesOf = ({ ec2, suspect }: Played) =>
  suspect.volumes.flatMap(({ volumeId }) => ec2.volumes.get(volumeId) ?? []);
/** Copies in the evidence account, by what they were taken for. */
const copies = ({ organization, suspect }: Played, holds: string | undefined) =>
  [...organization.world.of(ec2State, config.accounts.evidence, suspect.region).snapshots.values()].filter(
    ({ tags }) => tags.get(TAGS.hop) === 'evidence' && tags.get(TAGS.holds) === holds,
  );
/** In the member: what the forensics account does with its own machine is no end of this host. */
const operations = ({ calls, suspect }: Played, ...of: readonly string[]): readonly string[] =>
  calls
    .filter(
      ({ operation, outcome, account }) =>
        of.includes(operation) && outcome === 'ok' && account === suspect.account,
    )
    .map(({ operation }) => operation);

describe('the end of a host', () => {
  it('is a crash, a stop in spite of protection, a second set of snapshots, and volumes that are held', async () => {
    const played = await play({ scenario: 'crash-and-stop', config: ending });

    expect(operations(played, 'SendDiagnosticInterrupt', 'StopInstances', 'DetachVolume')).toEqual([
      'SendDiagnosticInterrupt',
      'StopInstances',
      'DetachVolume',
      'DetachVolume',
      'DetachVolume',
    ]);
    expect([suspectOf(played).state, suspectOf(played).disableApiStop]).toEqual(['stopped', false]);
    expect(volumesOf(played).map(({ state, tags }) => [state, tags.get(TAGS.incident)])).toEqual(
      Array.from({ length: 3 }, () => ['available', played.told[0]?.incidentId]),
    );
    expect(copies(played, undefined).map(({ content }) => memoryOnDisk(content))).toEqual(
      Array.from({ length: 3 }, () => undefined),
    );
    expect(copies(played, 'memory').flatMap(({ content }) => memoryOnDisk(content)?.kind ?? [])).toEqual([
      'crash dump',
    ]);
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('leaves a prepared host its grace between crash and stop', async () => {
    const { callsOf } = await play({ scenario: 'crash-and-stop', config: ending });
    const [crashed] = callsOf('SendDiagnosticInterrupt');
    const [stopped] = callsOf('StopInstances');
    expect((stopped?.sentAt ?? 0) - (crashed?.sentAt ?? 0)).toBeGreaterThanOrEqual(120_000);
  });

  it('crashes a host once, though no answer comes, and gives it its grace', async () => {
    const played = await play({
      scenario: 'crash-and-stop',
      config: ending,
      faults: ({ operation }) =>
        operation === 'SendDiagnosticInterrupt' ? { kind: 'lost-reply' } : undefined,
    });
    expect(played.callsOf('SendDiagnosticInterrupt')).toHaveLength(1);
    expect(copies(played, 'memory').flatMap(({ content }) => memoryOnDisk(content)?.kind ?? [])).toEqual([
      'crash dump',
    ]);
    expect(suspectOf(played).state).toBe('stopped');
  });

  it('asks again while stop protection that was lifted still holds', async () => {
    let lifted: number | undefined;
    const played = await play({
      scenario: 'crash-and-stop',
      config: ending,
      meanwhile: ({ operation }, stage) => {
        if (operation !== 'StopInstances') return;
        lifted ??= stage.organization.timeline.now();
        suspectOf(stage).disableApiStop = stage.organization.timeline.now() < lifted + 4_000;
      },
    });
    expect(played.callsOf('StopInstances')).toHaveLength(2);
    expect(suspectOf(played).state).toBe('stopped');
    expect(played.kinds.at(-1)).toBe('incident-sealed');
  });

  it('hibernates an instance that was launched for it, and takes the memory from its root volume', async () => {
    const played = await play({
      config: ending,
      furnish: (stage) => {
        Object.assign(suspectOf(stage), { hibernation: true });
        const root = stage.ec2.volumes.get(stage.suspect.volumes[0]?.volumeId ?? '');
        const other = stage.ec2.volumes.get(stage.suspect.volumes[1]?.volumeId ?? '');
        if (root !== undefined && other?.kmsKeyArn !== undefined)
          Object.assign(root, { encrypted: true, kmsKeyArn: other.kmsKeyArn });
      },
    });
    expect(operations(played, 'SendDiagnosticInterrupt')).toEqual([]);
    expect(suspectOf(played).state).toBe('stopped');
    expect(copies(played, 'memory').flatMap(({ content }) => memoryOnDisk(content)?.kind ?? [])).toEqual([
      'hibernation',
    ]);
  });

  it('does not come for a one-time Spot Instance, which EC2 could only terminate: its disks are secured, and the plan says why', async () => {
    const played = await play({
      config: ending,
      furnish: (stage) => {
        Object.assign(suspectOf(stage), { lifecycle: 'spot', spotRequest: 'one-time' });
      },
    });
    expect(operations(played, 'StopInstances', 'TerminateInstances', 'DetachVolume')).toEqual([]);
    expect(suspectOf(played).state).toBe('running');
    expect(played.kinds).toContain('contained');
    expect(copies(played, undefined)).toHaveLength(3);
  });

  it('goes on without what fails, and containment stays', async () => {
    const played = await play({
      scenario: 'crash-and-stop',
      config: ending,
      meanwhile: ({ operation }, stage) => {
        if (operation === 'StopInstances') suspectOf(stage).disableApiStop = true;
      },
    });
    expect(suspectOf(played).state).toBe('running');
    expect(played.kinds).toContain('contained');
    expect(played.kinds.at(-1)).toBe('needs-a-person');
    expect(played.reasonsOf('needs-a-person')).toMatch(/stop-instance refused: OperationNotPermitted/);
    expect(played.reasonsOf('needs-a-person')).toMatch(/detach-volumes refused: the instance is running/);
  });
});
