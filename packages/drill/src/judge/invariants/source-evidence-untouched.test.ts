import { TAGS } from '@cordon/incident';
import { describe, expect, it } from 'vitest';
import { asDuty } from '../testing/good-journal.ts';
import { goodRun } from '../testing/good-run.ts';
import { FREEZE, INCIDENT, SUSPECT, VOLUMES, COPIES, START, UNTIL } from '../testing/places.ts';
import { brokenIn, call, contain, found, member, type Tampering, evidence } from '../testing/tampering.ts';

const tamperings: readonly Tampering[] = [
  {
    when: 'a source volume is gone',
    tamper: (run) => void member(run).volumes.delete(VOLUMES[0].volumeId),
    says: /vol-0aaaaaaaaaaaaaaa1 of .* is gone/,
  },
  {
    when: 'a source volume holds other bytes',
    tamper: (run) => void (found(member(run).volumes.get(VOLUMES[1].volumeId)).content = 'wiped'),
    says: /holds other bytes/,
  },
  {
    when: 'a call of ours terminates the instance',
    tamper: (run) => call(run, contain('ec2 TerminateInstances', { InstanceIds: [SUSPECT] })),
    says: /TerminateInstances/,
  },
  {
    when: 'a snapshot that is not ours is deleted',
    tamper: (run) =>
      call(run, {
        at: 13_000,
        by: asDuty('hand-over'),
        does: 'ec2 DeleteSnapshot',
        input: { SnapshotId: 'snap-theirs' },
      }),
    says: /snap-theirs, which no call of ours made/,
  },
  {
    when: 'a snapshot without the mark of an intermediate is deleted',
    tamper: (run) => {
      call(run, {
        at: 960,
        by: asDuty('freeze'),
        does: 'ec2 CreateSnapshot',
        input: { VolumeId: VOLUMES[0].volumeId },
        output: { SnapshotId: 'snap-unmarked' },
      });
      call(run, {
        at: 13_000,
        by: asDuty('hand-over'),
        does: 'ec2 DeleteSnapshot',
        input: { SnapshotId: 'snap-unmarked' },
      });
    },
    says: /snap-unmarked, which was not tagged as an intermediate/,
  },
  {
    when: 'a volume is detached from an instance that runs',
    tamper: (run) => {
      const { volumeId } = VOLUMES[0];
      found(member(run).volumes.get(volumeId)).tags.set(TAGS.incident, INCIDENT);
      call(run, contain('ec2 DetachVolume', { VolumeId: volumeId }));
    },
    says: /from an instance that has not stopped/,
  },
  {
    when: 'a volume is detached and not held',
    tamper: (run) => {
      found(member(run).instances.get(SUSPECT)).state = 'stopped';
      call(run, contain('ec2 DetachVolume', { VolumeId: VOLUMES[0].volumeId }));
    },
    says: /which does not carry the incident/,
  },
  {
    when: 'memory that nobody asked for is on a volume',
    tamper: (run) =>
      void (found(member(run).volumes.get(VOLUMES[0].volumeId)).content += '\n[crash dump] secrets'),
    says: /holds other bytes/,
  },
  {
    when: 'memory that a crash left is in no copy',
    tamper: (run) => {
      found(member(run).volumes.get(VOLUMES[0].volumeId)).content += '\n[crash dump] secrets';
      call(run, contain('ec2 SendDiagnosticInterrupt', { InstanceId: SUSPECT }));
    },
    says: /holds memory of which no copy is in custody/,
  },
  {
    when: 'an intermediate goes before the copy is complete',
    tamper: (run) =>
      call(run, {
        at: 6_000,
        by: asDuty('hand-over'),
        does: 'ec2 DeleteSnapshot',
        input: { SnapshotId: FREEZE[0] },
      }),
    says: /before a completed and locked copy of vol-0aaaaaaaaaaaaaaa1/,
  },
  {
    when: 'an intermediate went before the copy was locked',
    tamper: (run) =>
      void (found(evidence(run).snapshots.get(COPIES[0])).lock = {
        mode: 'governance',
        state: 'governance',
        createdAt: START + 13_000,
        expiresAt: UNTIL,
      }),
    says: /before a completed and locked copy of vol-0aaaaaaaaaaaaaaa1/,
  },
];

describe('source-evidence-untouched', () => {
  it.each(tamperings)('is broken when $when', ({ tamper, says, also = [] }) => {
    const run = goodRun();
    tamper(run);
    const broken = brokenIn(run.remains);
    expect(broken.map(({ id }) => id).toSorted()).toEqual(['source-evidence-untouched', ...also].toSorted());
    expect(broken.find(({ id }) => id === 'source-evidence-untouched')?.detail).toMatch(says);
  });

  it.each([
    'DeleteVolume',
    'DetachVolume',
    'ModifyVolume',
    'ReplaceRootVolume',
    'CreateReplaceRootVolumeTask',
  ])('is broken by %s of ours', (operation) => {
    const run = goodRun();
    call(run, contain(`ec2 ${operation}`));
    expect(brokenIn(run.remains).map(({ id }) => id)).toEqual(['source-evidence-untouched']);
  });
});
