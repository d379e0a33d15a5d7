import { INCIDENT_TABLE_NAME } from '@cordon/incident';
import { dynamodbState, ec2State } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { play, type Played, type Stage } from './play.ts';

const MINUTE = 60_000;
const QUOTA = 20;

const evidenceOf = ({ organization, suspect }: Stage) =>
  organization.world.of(ec2State, config.accounts.evidence, suspect.region);

/** Copies of somebody else's that run in the evidence account and end when they are due. */
const runCopies = (stage: Stage, many: number, forMs: number): void => {
  const { timeline } = stage.organization;
  const { snapshots } = evidenceOf(stage);
  for (let index = 0; index < many; index += 1) {
    const snapshotId = `snap-foreign-${index}`;
    const startedAt = timeline.now();
    snapshots.set(snapshotId, {
      snapshotId,
      ownerId: config.accounts.evidence,
      volumeId: 'vol-ffffffff',
      sizeGiB: 8,
      encrypted: false,
      description: 'an archive of somebody else',
      startedAt,
      completesAt: startedAt + forMs,
      tags: new Map(),
      content: 'foreign',
      state: 'pending',
      progress: 0,
      sharedWith: new Set(),
      isPublic: false,
    });
    timeline.at(startedAt + forMs, () => {
      const copy = snapshots.get(snapshotId);
      if (copy !== undefined) Object.assign(copy, { state: 'completed', completedAt: startedAt + forMs });
    });
  }
};

const tableOf = ({ organization }: Stage) =>
  organization.world
    .of(dynamodbState, config.accounts.security, config.homeRegion)
    .tables.get(INCIDENT_TABLE_NAME);

/** What the queue's rows hold at the end, by sort key. */
const rowsLeft = (played: Played): ReadonlyMap<string, string> =>
  new Map(
    [...(tableOf(played)?.items.values() ?? [])].flatMap((item) => {
      const [pk, sk, body] = ['pk', 'sk', 'body'].map((name) => {
        const value = item.get(name);
        return value?.type === 'S' ? value.value : '';
      });
      return pk?.startsWith('copies#') === true ? [[sk ?? '', body ?? ''] as const] : [];
    }),
  );

const firstCopyAt = (played: Played): number =>
  played.callsOf('CopySnapshot', 'cordon-custodian')[0]?.sentAt ?? 0;

const refusedCopies = (played: Played) =>
  played.callsOf('CopySnapshot').filter(({ outcome }) => outcome !== 'ok');

describe('the queue of copies', () => {
  it('waits for copies of somebody else instead of being refused, tells the place, and leaves no row behind', async () => {
    const played = await play({
      furnish: (stage) => runCopies(stage, QUOTA, 30 * MINUTE),
    });

    const beganAt = played.calls[0]?.sentAt ?? 0;
    expect(refusedCopies(played)).toEqual([]);
    expect(firstCopyAt(played) - beganAt).toBeGreaterThan(29 * MINUTE);
    expect(played.reasonsOf('evidence-queued')).toMatch(/position 1 of \d .* runs 20 copies at once/);
    expect(played.kinds).toContain('incident-sealed');
    expect([...rowsLeft(played).keys()]).toEqual(['slots']);
  });

  it('takes back what a dead execution holds once its lease is over', async () => {
    let grantedAt = 0;
    const played = await play({
      furnish: (stage) => {
        const { suspect, organization } = stage;
        grantedAt = organization.timeline.now();
        const dead = Array.from({ length: QUOTA }, (_, index) => ({
          id: `inc-dead/vol-${index}`,
          account: suspect.account,
          // As though it had been granted them while this incident's snapshots were made.
          grantedAt: grantedAt + 3 * MINUTE,
        }));
        const [pk, sk] = [`copies#${suspect.region}`, 'slots'];
        tableOf(stage)?.items.set(
          // As the table keeps it: each part of the key with its type.
          JSON.stringify([pk, sk].map((part) => JSON.stringify(['S', part]))),
          new Map([
            ['pk', { type: 'S', value: pk }],
            ['sk', { type: 'S', value: sk }],
            ['version', { type: 'N', value: '7' }],
            ['body', { type: 'S', value: JSON.stringify(dead) }],
          ]),
        );
      },
    });

    expect(firstCopyAt(played)).toBeGreaterThanOrEqual(grantedAt + 5 * MINUTE);
    expect(played.kinds).toContain('incident-sealed');
    expect(rowsLeft(played).get('slots')).not.toContain('inc-dead');
  });

  it('waits when EC2 says that somebody else was faster, and copies then', async () => {
    let came = false;
    const played = await play({
      meanwhile: ({ operation, caller }, stage) => {
        if (came || operation !== 'CopySnapshot' || !caller.includes('cordon-custodian')) return;
        came = true;
        runCopies(stage, QUOTA, 10 * MINUTE);
      },
    });

    const codes = new Set(
      refusedCopies(played).map(({ outcome }) => (typeof outcome === 'object' ? outcome.code : '')),
    );
    expect(codes).toEqual(new Set(['ResourceLimitExceeded']));
    expect(played.kinds).toContain('incident-sealed');
    // Three disks, and the results of their examination.
    expect(played.kinds.filter((kind) => kind === 'evidence-secured')).toHaveLength(4);
  });
});
