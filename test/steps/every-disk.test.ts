import { LOCKED_SOURCES, TAGS } from '@cordon/incident';
import { dynamodbState, ec2State, kmsState, type Snapshot } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { writingTemplates } from '../simulation/write-role-policy.ts';
import { allowing } from './allowing.ts';
import { play, type Played, type Stage } from './play.ts';
import { withoutClocks } from './without-clocks.ts';

const DAY = 86_400_000;

/** Snapshots of ours in the member, by what they are. */
const sources = ({ ec2 }: Pick<Stage, 'ec2'>, hop = 'freeze'): readonly Snapshot[] =>
  [...ec2.snapshots.values()].filter(({ tags }) => tags.get(TAGS.hop) === hop);

/** Disks in custody; the results of their examination are a copy more. */
const secured = ({ told }: Played): readonly string[] =>
  told.flatMap(({ kind, subject = '' }) =>
    kind === 'evidence-secured' && !subject.endsWith(' (results)') ? [subject] : [],
  );

const lockedRows = ({ organization }: Stage): number =>
  [
    ...(organization.world
      .of(dynamodbState, config.accounts.security, config.homeRegion)
      .tables.get('cordon-incidents')
      ?.items.values() ?? []),
  ].filter((item) => {
    const pk = item.get('pk');
    return pk?.type === 'S' && pk.value === LOCKED_SOURCES;
  }).length;

/** Keeps the world going for some time after the last event. */
const goOn = ({ organization: { timeline } }: Stage, ms: number): void => {
  timeline.at(timeline.now() + ms, () => {});
};

const withEvidence = (more: object) => ({ ...config, evidence: { ...config.evidence, ...more } });

describe('the snapshots that the freeze makes', () => {
  it('are locked while pending, before they are shared, and for no longer than the deployment says', async () => {
    const played = await play({});
    const locks = played.callsOf('LockSnapshot', 'cordon-acquire');
    expect(locks.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
    expect(sources(played).map(({ lock }) => [lock?.mode, lock?.durationDays])).toEqual(
      Array.from({ length: 3 }, () => ['governance', 1]),
    );
    for (const { lock, completedAt } of sources(played))
      expect(lock?.createdAt).toBeLessThan(completedAt ?? 0);
    const firstShare = played.callsOf('ModifySnapshotAttribute', 'cordon-acquire')[0]?.sentAt ?? 0;
    for (const { sentAt } of locks.slice(0, 1)) expect(sentAt).toBeLessThan(firstShare);
    expect(played.callsOf('UnlockSnapshot')).toEqual([]);
  });

  it('stay until their lock has ended, are listed, and are deleted then by the clock', async () => {
    const early = await play({});
    expect([sources(early).length, lockedRows(early)]).toEqual([3, 3]);
    const late = await play({
      furnish: (stage) => goOn(stage, DAY + 8 * 3_600_000),
      templates: withoutClocks(),
    });
    expect([sources(late).length, lockedRows(late)]).toEqual([0, 0]);
    expect(secured(late)).toHaveLength(3);
  });

  it('are tried again day by day where somebody lengthened the lock, and left to a person after a week', async () => {
    let lengthened = '';
    const played = await play({
      furnish: (stage) => goOn(stage, 10 * DAY),
      templates: withoutClocks(),
      meanwhile: ({ operation }, stage) => {
        const [one] = sources(stage);
        if (operation !== 'DeleteSnapshot' || lengthened !== '' || one?.lock === undefined) return;
        lengthened = one.snapshotId;
        one.lock.expiresAt += 300 * DAY;
      },
    });
    expect(sources(played).map(({ snapshotId }) => snapshotId)).toEqual([lengthened]);
    expect(played.reasonsOf('needs-a-person')).toContain(`${lengthened} stay in`);
    expect(lockedRows(played)).toBe(0);
  });

  it('are told to be at risk where the lock is refused, and go into custody all the same', async () => {
    // The role that was deployed locks for a day at most.
    const played = await play({ config: withEvidence({ sourceLock: { mode: 'governance', days: 2 } }) });
    expect(played.reasonsOf('evidence-at-risk')).toMatch(/is not locked \(UnauthorizedOperation/);
    expect(secured(played)).toHaveLength(3);
    expect(sources(played)).toEqual([]);
  });

  it('are not locked where the deployment does not want it', async () => {
    const played = await play({ config: withEvidence({ sourceLock: 'off' }) });
    expect(played.callsOf('LockSnapshot', 'cordon-acquire')).toEqual([]);
    expect(sources(played)).toEqual([]);
  });
});

const disable = ({ organization, suspect }: Stage): void => {
  const { aliases, keys } = organization.world.of(kmsState, suspect.account, suspect.region);
  const key = keys.get(aliases.get(`alias/workload-${suspect.instanceId}`) ?? '');
  if (key !== undefined) key.state = 'Disabled';
};
const stateOf = ({ ec2, suspect }: Stage): string | undefined => ec2.instances.get(suspect.instanceId)?.state;

describe('a host that the policy stops', () => {
  const stopping = allowing({ stop: 'automatic', detachVolumes: 'automatic' });

  it('is left running where nobody can use the key of a disk, and nobody says yes', async () => {
    const held = await play({ config: stopping, furnish: disable });
    expect([stateOf(held), held.callsOf('StopInstances').length]).toEqual(['running', 0]);
    expect(held.callsOf('DetachVolume', 'cordon-contain')).toEqual([]);
    expect(held.kinds).toContain('contained');
    expect(held.kinds).toContain('approval-asked');
    expect(held.reasonsOf('needs-a-person')).toContain('no evidence copy of');
  });

  it('is stopped where every key can be used', async () => {
    const played = await play({ config: stopping });
    expect(stateOf(played)).toBe('stopped');
  });
});

describe('disks of every kind', () => {
  it('end in custody or in a reason, and whoever has one of them too keeps it', async () => {
    const played = await play({
      scenario: 'every-disk',
      config: allowing({ stop: 'automatic', detachVolumes: 'automatic' }),
    });
    const [root = '', shared = '', unusable = '', managed = ''] = played.suspect.volumes.map(
      ({ volumeId }) => volumeId,
    );
    expect(secured(played).toSorted()).toEqual([root, shared, managed].toSorted());
    const missing = played.told.filter(({ kind }) => kind === 'evidence-missing');
    expect(missing.map(({ subject }) => subject)).toEqual([unusable]);
    expect(stateOf(played)).toBe('running');
    const [sibling] = played.suspect.siblings;
    expect(played.ec2.volumes.get(shared)).toMatchObject({
      attachments: [{ instanceId: played.suspect.instanceId }, { instanceId: sibling, state: 'attached' }],
    });
    expect(played.ec2.volumes.get(shared)?.tags.get(TAGS.incident)).toBeUndefined();
    // The member's slots were taken: the copy waited for one, and was never one too many.
    expect(played.reasonsOf('evidence-queued')).toMatch(/within \d{12} in .* which runs 20 copies at once/);
    expect(played.callsOf('CopySnapshot').filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    // The forensic machine gets all that EC2 attaches, and says what it does not.
    expect(played.reasonsOf('forensic-machine-ready')).toMatch(
      new RegExp(`the copy of ${root} is not attached: IncorrectState`),
    );
  });
});

describe('a copy that is wanted in time', () => {
  it('is asked for with the shortest duration that is wanted and can be kept', async () => {
    const played = await play({ config: allowing({ copyWithinMinutes: 30 }) });
    const copies = [
      ...played.organization.world
        .of(ec2State, config.accounts.evidence, played.suspect.region)
        .snapshots.values(),
    ].filter(({ tags }) => tags.get(TAGS.holds) === undefined);
    expect(copies.map(({ completionDurationMinutes }) => completionDurationMinutes)).toEqual([30, 30, 30]);
  });

  it('is an ordinary one where EC2 has no throughput left, and that is told', async () => {
    const played = await play({
      config: allowing({ copyWithinMinutes: 30 }),
      furnish: ({ organization, suspect }) => {
        organization.world.of(ec2State, config.accounts.evidence, suspect.region).timeBasedCopyQuota = 0;
      },
    });
    expect(secured(played)).toHaveLength(3);
    expect(played.reasonsOf('evidence-secured')).toMatch(
      /without a completion duration: ResourceLimitExceeded/,
    );
  });
});

describe('a snapshot that somebody archives on its way', () => {
  const archiving = (restoredAfterMs?: number) => ({
    meanwhile: ({ operation }: { readonly operation: string }, stage: Stage) => {
      const [one] = sources(stage);
      if (operation !== 'DescribeSnapshots' || one?.state !== 'completed' || one.tier !== undefined) return;
      if (done.has(one.snapshotId)) return;
      done.add(one.snapshotId);
      one.tier = { storage: 'archive' };
      if (restoredAfterMs === undefined) return;
      const { timeline } = stage.organization;
      timeline.at(timeline.now() + restoredAfterMs, () => {
        delete one.tier;
      });
    },
  });
  let done = new Set<string>();

  it('is told at once, and copied when it was restored', async () => {
    done = new Set();
    const played = await play(archiving(6 * 3_600_000));
    expect(played.reasonsOf('evidence-at-risk')).toMatch(
      /somebody archived its snapshot snap-.* restore-snapshot-tier/,
    );
    expect(secured(played)).toHaveLength(3);
  });

  it('is given up with that reason after a day', async () => {
    done = new Set();
    const played = await play(archiving());
    expect(played.reasonsOf('evidence-missing')).toContain(
      'somebody archived the snapshot, and nobody restored it',
    );
    expect(secured(played)).toHaveLength(2);
  });
});

describe('an image beside the snapshots', () => {
  const wanted = allowing({ image: 'automatic' });
  const imaging = { ...wanted, evidence: { ...wanted.evidence, image: true } };
  const templates = writingTemplates(imaging);
  const imagesOf = ({ ec2, suspect }: Played) =>
    [...ec2.images.values()].filter(({ sourceInstanceId }) => sourceInstanceId === suspect.instanceId);

  it('is made once, without a reboot, marked with the incident, and told with the root disk', async () => {
    const played = await play({ config: imaging, templates });
    const [image] = imagesOf(played);
    expect(imagesOf(played)).toHaveLength(1);
    expect(image?.tags.get(TAGS.incident)).toBe(played.told[0]?.incidentId);
    expect(played.ec2.instances.get(played.suspect.instanceId)?.rebootedAt).toBeUndefined();
    expect(sources(played, 'image')).toHaveLength(3);
    const reasons = played.told
      .filter(({ kind }) => kind === 'evidence-secured')
      .map((one) => one.reasons.join());
    expect(reasons.filter((text) => text.includes(image?.imageId ?? 'none'))).toHaveLength(1);
    expect(secured(played)).toHaveLength(3);
  });

  it('is made only where the policy wants one and the deployment may make it', async () => {
    const unwanted = await play({ config: withEvidence({ image: true }), templates });
    const without = await play({ config: wanted });
    for (const played of [unwanted, without]) {
      expect(played.callsOf('CreateImage')).toEqual([]);
      expect(secured(played)).toHaveLength(3);
    }
  });

  it('is refused, and that is told, where the role that was deployed makes none', async () => {
    const played = await play({ config: imaging });
    expect(imagesOf(played)).toEqual([]);
    expect(played.reasonsOf('evidence-secured')).toMatch(/no image .* UnauthorizedOperation/);
    expect(secured(played)).toHaveLength(3);
  });

  it('is made of the contained instance alone, and never twice when a reply is lost', async () => {
    const lost = new Set<number>();
    const played = await play({
      config: imaging,
      templates,
      faults: ({ operation, index }) => {
        if (operation !== 'CreateImage' || lost.size > 0) return undefined;
        lost.add(index);
        return { kind: 'lost-reply' };
      },
    });
    expect(imagesOf(played)).toHaveLength(1);
    expect(secured(played)).toHaveLength(3);
  });
});
